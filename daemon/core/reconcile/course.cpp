#include "daemon/core/reconcile/course.hpp"

#include <algorithm>

namespace core {

using provisioning::EnforcementOrder;
using provisioning::EnforcementResult;
using radius::Fingerprint;
using radius::TermGroup;

namespace {

constexpr std::uint32_t most_in_vain = 3; ///< of one kind, before CoA becomes Disconnect or it is given up

Next in_vain_of(EnforcementOrder order, std::uint32_t in_vain) noexcept
{
    if (in_vain < most_in_vain) return Next::again;
    return order == EnforcementOrder::coa ? Next::disconnect : Next::give_up;
}

} // namespace

Fingerprint worst_of(const Had& had, const Fingerprint& wanted) noexcept
{
    Fingerprint worst = had.surely.value_or(Fingerprint{});
    if (!had.perhaps) return worst;
    for (std::size_t i = 0; i < worst.groups.size(); ++i)
        if (worst.groups[i] == wanted.groups[i]) worst.groups[i] = had.perhaps->groups[i];
    return worst;
}

bool follows(const Had& had, const Wanted& wanted) noexcept
{
    if (wanted.offline) return false;
    if (!had.surely && !had.perhaps) return !wanted.garden;
    return worst_of(had, wanted.fingerprint) == wanted.fingerprint;
}

std::string why_of(const Had& had, const Wanted& wanted, const provisioning::Decision& decision)
{
    if (decision.garden != nullptr) return "garden " + std::string{provisioning::name(decision.garden->reason)};
    if (had.garden) return "released";
    if (wanted.reduced || had.reduced) return "allowance";
    const auto groups = radius::differing(worst_of(had, wanted.fingerprint), wanted.fingerprint);
    if (groups.has(TermGroup::address)) return "address";
    if (groups.has(TermGroup::rates)) return "rate";
    return groups.has(TermGroup::filter) ? "filter" : "lists";
}

Next next_of(EnforcementOrder order, EnforcementResult result, std::optional<std::uint32_t> error_cause,
             std::uint32_t in_vain) noexcept
{
    const bool coa = order == EnforcementOrder::coa;
    switch (result) {
    case EnforcementResult::acknowledged:
        return coa ? Next::in_force : Next::await_end;
    case EnforcementResult::no_effect: // a NAS that says yes and does nothing will say yes again
        return coa ? Next::disconnect : in_vain_of(order, in_vain);
    case EnforcementResult::not_found:
        return Next::when_heard;
    case EnforcementResult::refused:
        if (error_cause && radius::is_permanent(*error_cause)) return coa ? Next::disconnect : Next::give_up;
        return in_vain_of(order, in_vain);
    case EnforcementResult::no_answer: // the line knows whether anybody is there
        return Next::again;
    case EnforcementResult::not_sent:
        return coa ? Next::disconnect : Next::give_up;
    }
    return Next::give_up;
}

std::chrono::milliseconds pause_after(std::uint32_t times, double jitter) noexcept
{
    constexpr double first_ms = 5000, longest_ms = 300'000, part = 0.2;
    const auto doublings = std::min<std::uint32_t>(times > 0 ? times - 1 : 0, 10);
    const double pause = std::min(first_ms * static_cast<double>(1U << doublings), longest_ms);
    return std::chrono::milliseconds{static_cast<std::int64_t>(pause * (1 + part * jitter))};
}

bool exceeds(std::uint64_t octets, std::chrono::milliseconds time, std::uint64_t rate_bps) noexcept
{
    constexpr std::chrono::seconds enough{30};
    if (rate_bps == 0 || time < enough) return false;
    const double seen_bps = static_cast<double>(octets) * 8000 / static_cast<double>(time.count());
    return seen_bps > 1.5 * static_cast<double>(rate_bps) + 1e6;
}

} // namespace core
