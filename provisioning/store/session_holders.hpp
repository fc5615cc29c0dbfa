// provisioning/store/session_holders.hpp - the sessions that may have had an address in a stretch of time.
#pragma once

#include "provisioning/store/address_question.hpp"

namespace provisioning::store {

/// Ports of the asked address that a declared mapping gives to an inside one, from..until then.
struct MappedBlock {
    std::string inside;
    std::uint32_t first_port, last_port;
    std::string from, until; ///< for ::timestamptz
};

/// login client_id client document contract mac nas started_at ended_at certainty how why session_id ip first_port
/// last_port; the surest first. A session counts up to its Stop or, without one, until it was closed (held_until). An
/// IPv6 address is also looked for in the prefixes (RFC 3162 s2.3) and in the delegated ones (RFC 4818 s3).
std::vector<Row> holders_of(Transaction& t, const AddressQuestion& question, const std::vector<MappedBlock>& blocks);

} // namespace provisioning::store
