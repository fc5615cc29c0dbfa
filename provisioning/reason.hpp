// provisioning/reason.hpp - every reason for which access is refused, in the order of checking. One table: the policy,
// `auth list`, `login explain`, counters and scripts all take the names from here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace provisioning {

enum class Reason : std::uint8_t {
    none,  ///< accepted
    no_credentials,
    unknown_login,
    bad_password,
    method_not_possible,
    login_disabled,
    wrong_kind,
    client_inactive,
    contract_not_active,
    contract_suspended,
    contract_cancelled,
    reply_too_long,  ///< the plan's reply attributes do not fit into 4096 octets (RFC 2865 s3)
};

struct ReasonText {
    Reason reason;
    std::string_view name;        ///< what scripts match on
    std::string_view operator_;   ///< one sentence for the operator, with the fix
    std::string_view subscriber;  ///< Reply-Message; the same for an unknown login and a wrong password
};
std::span<const ReasonText> reasons() noexcept;  ///< in the order of checking
const ReasonText& text(Reason reason) noexcept;
std::string_view name(Reason reason) noexcept;  ///< "" for none

}  // namespace provisioning
