#include "daemon/core/allowances.hpp"

#include <algorithm>
#include <utility>

namespace core {

Allowances::Entry& Allowances::entry_of(const Of& of, Time now)
{
    Entry& entry = entries_[of.login_id];
    const auto& allowance = of.allowance;
    const bool same = entry.kind == allowance.period && entry.reset_day == allowance.reset_day;
    if (same && now >= entry.period.from && now < entry.period.until) return entry;
    entry = {.period = provisioning::period_of(allowance, now, of.utc_offset),
             .kind = allowance.period,
             .reset_day = allowance.reset_day};
    return entry;
}

bool Allowances::add(const Of& of, std::uint64_t octets, Time now)
{
    Entry& entry = entry_of(of, now);
    entry.octets += octets;
    return has_crossed(of, entry, Telling::note);
}

bool Allowances::know(const Of& of, std::uint64_t octets, Time now)
{
    constexpr std::chrono::minutes old_answer{1}; ///< may be of the period before
    const bool is_new = !entries_.contains(of.login_id);
    Entry& entry = entry_of(of, now);
    if (now - entry.period.from >= old_answer) entry.octets = std::max(entry.octets, octets);
    return has_crossed(of, entry, is_new ? Telling::silent : Telling::note);
}

/// A plan may have changed since: what was used up may be no more.
bool Allowances::has_crossed(const Of& of, Entry& entry, Telling telling)
{
    const auto& allowance = of.allowance;
    const bool used_up = entry.octets >= allowance.octets;
    const auto warning_at = static_cast<double>(allowance.octets) / 100 * allowance.warning_percent;
    const bool warned = allowance.warning_percent != 0 && static_cast<double>(entry.octets) >= warning_at;
    const bool tells = telling == Telling::note;
    if (tells && used_up && !entry.used_up)
        notes_.push_back({of.login_id, entry.octets, allowance.octets, true});
    else if (tells && warned && !entry.warned && !used_up)
        notes_.push_back({of.login_id, entry.octets, allowance.octets, false});
    entry.warned = warned;
    return std::exchange(entry.used_up, used_up) != used_up;
}

std::uint64_t Allowances::used(std::int64_t login_id, Time now) const noexcept
{
    const auto found = entries_.find(login_id);
    return found != entries_.end() && now < found->second.period.until ? found->second.octets : 0;
}

std::vector<Allowances::Note> Allowances::notes() { return std::exchange(notes_, {}); }

} // namespace core
