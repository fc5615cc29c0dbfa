// provisioning/enforcement.hpp - how a session that is online was made to follow its records: one attempt, as a plain
// value on its way to the store and to people. Source: RFC 5176.
#pragma once

#include "provisioning/usage.hpp"

#include <array>

namespace provisioning {

enum class EnforcementOrder : std::uint8_t { coa, disconnect };
/// What came of one request and its repetitions.
enum class EnforcementResult : std::uint8_t {
    acknowledged, ///< ACK, and nothing has shown since that it had no effect
    no_effect, ///< ACK, but the session's accounting says otherwise
    refused, ///< NAK
    not_found, ///< NAK with Session-Context-Not-Found (503)
    no_answer,
    not_sent ///< no way to say it: no secret, no address, no room in a packet
};
std::string_view name(EnforcementOrder order) noexcept; ///< "coa", "disconnect"
std::string_view name(EnforcementResult result) noexcept; ///< "acknowledged", "no_effect", "refused", ...

struct EnforcementAttempt {
    Instant at{}; ///< when it was sent first
    std::string session_key;
    Instant began{}; ///< with session_key: the session; the epoch: not known
    std::optional<std::int64_t> login_id;
    std::string login; ///< as the NAS has it, clean UTF-8
    std::int64_t nas_id = 0;
    EnforcementOrder order = EnforcementOrder::coa;
    std::string why; ///< "contract_suspended", "released", "rate", "address", "by hand", ...
    std::string wanted; ///< in words: "garden debt", "300M/150M", "offline"
    std::array<std::uint32_t, 4> fingerprint{}; ///< of what was wanted (radius::Fingerprint)
    EnforcementResult result = EnforcementResult::acknowledged;
    std::optional<std::uint32_t> error_cause;
    std::uint32_t sent = 1; ///< how often
    std::chrono::milliseconds took{0}; ///< from the first sending to the answer, or to giving up
    std::string actor; ///< of an order by hand; empty: the daemon
};

} // namespace provisioning
