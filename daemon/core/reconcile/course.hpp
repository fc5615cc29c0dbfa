// daemon/core/reconcile/course.hpp - what is to be done about a session: what it should have compared with what it has,
// and what came of the last request. Rules without state. Protocol O-04, O-05.
#pragma once

#include "provisioning/enforcement.hpp"
#include "provisioning/policy.hpp"
#include "radius/dialect/change.hpp"

namespace core {

/// What the records give a session.
struct Wanted {
    bool offline = false; ///< nothing below holds then
    radius::Fingerprint fingerprint{};
    bool garden = false, reduced = false; ///< let into a garden; its allowance is used up
    std::uint64_t download_bps = 0, upload_bps = 0;
    std::string words{}, why{};

    bool same_as(const Wanted& other) const noexcept
    {
        return offline == other.offline && (offline || fingerprint == other.fingerprint);
    }
};

/// What a session has, as far as it is known.
struct Had {
    std::optional<radius::Fingerprint> surely;
    /// A CoA-Request stayed without an answer: this may have come in the place of the other.
    std::optional<radius::Fingerprint> perhaps;
    bool garden = false, reduced = false;
};
/// Group by group what differs from `wanted`, if anything that it may have does; of a session of which nothing is
/// known: nothing at all.
radius::Fingerprint worst_of(const Had& had, const radius::Fingerprint& wanted) noexcept;
/// Of a session of which nothing is known is believed that it has what it should, but for a garden's.
bool follows(const Had& had, const Wanted& wanted) noexcept;
/// "contract_suspended" is the caller's; of what is accepted: "garden debt", "released", "allowance", "address",
/// "rate", "filter", "lists".
std::string why_of(const Had& had, const Wanted& wanted, const provisioning::Decision& decision);

enum class Next : std::uint8_t {
    in_force, ///< CoA: it has what was sent
    await_end, ///< Disconnect: its Stop is to come
    again, ///< after a pause
    disconnect, ///< in the place of the CoA
    when_heard, ///< the NAS does not know it: no more, unless it is heard of
    give_up
};
/// `in_vain`: of requests of that order that were answered in vain, this one included; silence is not among them.
Next next_of(provisioning::EnforcementOrder order, provisioning::EnforcementResult result,
             std::optional<std::uint32_t> error_cause, std::uint32_t in_vain) noexcept;

/// 5 s, doubled each time up to 5 minutes, and a fifth more or less by `jitter` (-1..1).
std::chrono::milliseconds pause_after(std::uint32_t times, double jitter) noexcept;

/// Traffic between two records of a session shows that a rate (0: no limit) is not in force: more than a burst and the
/// NAS's rounding explain. Less than 30 s shows nothing.
bool exceeds(std::uint64_t octets, std::chrono::milliseconds time, std::uint64_t rate_bps) noexcept;

} // namespace core
