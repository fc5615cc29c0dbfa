// provisioning/reason.hpp - every reason for which access is refused, in the order of checking. One table: the policy,
// `auth list`, `login explain`, counters and scripts all take the names from here.
#pragma once

#include <cstddef>
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
    wrong_realm,
    not_yet_valid,
    expired,
    client_inactive,
    contract_not_active,
    contract_suspended,
    contract_cancelled,
    wrong_nas,
    wrong_port,
    wrong_mac,
    outside_schedule,
    throttled,
    session_limit,
    pool_empty,
    reply_too_long,  ///< the plan's reply attributes do not fit into 4096 octets (RFC 2865 s3)
};

inline constexpr std::size_t reason_count = static_cast<std::size_t>(Reason::reply_too_long) + 1;  ///< with none

struct ReasonText {
    Reason reason;
    std::string_view name;        ///< what scripts match on
    std::string_view operator_;   ///< one sentence for the operator, with the fix
    std::string_view portuguese, english;  ///< Reply-Message to the subscriber, plain ASCII; the same for an unknown
                                          ///< login, a wrong password and whatever is refused before it is proved
};
std::span<const ReasonText> reasons() noexcept; ///< in the order of checking
const ReasonText& text(Reason reason) noexcept;
std::string_view name(Reason reason) noexcept; ///< "" for none
/// Whether the subscriber reads of it what they read of a wrong password, so that one text stands for all of these.
bool looks_like_wrong_credentials(Reason reason) noexcept;

} // namespace provisioning
