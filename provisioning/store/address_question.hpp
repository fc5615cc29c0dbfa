// provisioning/store/address_question.hpp - a question of who had an address, checked and written down.
#pragma once

#include "provisioning/store/rows.hpp"

#include "provisioning/rules/address.hpp"

namespace provisioning::store {

struct AddressQuestion {
    Address ip;
    std::string from, to; ///< instants for ::timestamptz; the same for one instant
    std::optional<std::int64_t> port;
};
/// Checks what was typed and writes it into the history, whatever comes of it. Refuses what is no address, neither at
/// nor from and to, times that are none or to come, a port without an IPv4 address.
AddressQuestion asked(Session& session, const Actor& actor, const AddressQuery& query, std::string_view timezone);

} // namespace provisioning::store
