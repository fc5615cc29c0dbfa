// How sessions end without a Stop: taken over, superseded, with the reboot of their NAS, by silence.
#include "daemon/core/sessions.hpp"

#include <algorithm>
#include <utility>

namespace core {

void Sessions::take_over(std::int64_t login_id, const Caller& caller, std::uint32_t count, const Key& by,
                         Time now) noexcept
{
    const auto own = [&](const Slot& slot) {
        return slot.key != by && counts(slot, now) && slot.caller.same_as(caller);
    };
    std::uint32_t spared = 0; // those heard last come first, and stay
    for (std::uint32_t at = first_of(login_id); at; at = next_of(at)) spared += own(slots_[at]);
    spared -= std::min(spared, count);
    for (std::uint32_t at = first_of(login_id); at; at = next_of(at)) {
        Slot& slot = slots_[at];
        if (!own(slot)) continue;
        if (spared) {
            --spared;
            continue;
        }
        slot.taken = true;
        slot.by = folded(by);
        if (slot.kind == Kind::reserved)
            for (std::uint32_t other = first_of(login_id); other; other = next_of(other))
                if (slots_[other].taken && slots_[other].by == folded(slot.key)) slots_[other].by = folded(by);
    }
}

std::uint32_t Sessions::first_taken_by(const Key& by) noexcept
{
    const std::uint32_t taker = find(by);
    if (!taker) return 0;
    for (std::uint32_t at = first_of(slots_[taker].login_id), next = 0; at; at = next) {
        next = next_of(at);
        if (!slots_[at].taken || slots_[at].by != folded(by)) continue;
        if (slots_[at].kind == Kind::open) return at;
        forget(at); // it never started: no record is to be closed
    }
    return 0;
}

std::uint32_t Sessions::first_superseded(const Key& by, const Caller& caller, std::uint32_t limit,
                                         Time now) const noexcept
{
    const std::uint32_t newest = find(by);
    if (!newest) return 0;
    const Slot& started = slots_[newest];
    const std::uint32_t live = limit ? live_of(started.login_id, now) : 0;
    std::uint32_t own = 0; // the last one found is the least recently heard
    for (std::uint32_t at = first_of(started.login_id); at; at = next_of(at)) {
        const Slot& slot = slots_[at];
        if (at == newest || slot.kind != Kind::open || slot.started > started.started) continue;
        if (slot.nas_port_known && started.nas_port_known && slot.nas_port == started.nas_port &&
            slot.caller.nas_id == started.caller.nas_id)
            return at;
        if (live > limit && counts(slot, now) && slot.caller.same_as(caller)) own = at;
    }
    return own;
}

std::uint32_t Sessions::first_to_close(std::chrono::seconds kept, Time listening, Time now) const noexcept
{
    for (const Pace& pace : paces_) {
        const auto allowed = silence_allowed(pace.interim_s);
        const std::uint32_t at = pace.stale.oldest;
        if (at && slots_[at].heard + allowed + kept <= now && listening + allowed < now) return at;
    }
    return 0;
}

std::size_t Sessions::rebooted(std::int64_t nas_id, Time at, const std::function<void(const Key&)>& each_over)
{
    auto& last = of_nas_[nas_id].rebooted;
    last = last ? std::max(*last, at) : at;
    std::size_t over = 0;
    for (std::uint32_t one = 1; one <= used_; ++one) {
        const Slot& slot = slots_[one];
        if (slot.kind != Kind::open || slot.caller.nas_id != nas_id || slot.started >= at || slot.event > at) continue;
        if (each_over) each_over(slot.key);
        forget(one);
        ++over;
    }
    return over;
}

bool Sessions::closed(const Key& key, Time at) noexcept
{
    const std::uint32_t one = find(key);
    if (!one || slots_[one].kind != Kind::open || slots_[one].event > at) return false;
    forget(one);
    return true;
}

/// As if it had been silent for long enough, behind those that have been so for longer.
void Sessions::mark_stale(const Key& key, Time now) noexcept
{
    const std::uint32_t at = find(key);
    if (!at || slots_[at].kind != Kind::open || slots_[at].stale) return;
    const std::uint32_t newest = paces_[slots_[at].pace].stale.newest;
    Time heard = now - silence_allowed(slots_[at].interim_s) - std::chrono::seconds{1};
    if (newest) heard = std::max(heard, slots_[newest].heard);
    unlink(at);
    slots_[at].heard = heard;
    join_stale(at);
}

Sessions::OfNas Sessions::of_nas(std::int64_t nas_id) const noexcept
{
    const auto found = of_nas_.find(nas_id);
    return found == of_nas_.end() ? OfNas{} : found->second;
}

void Sessions::become_stale(std::uint32_t at) noexcept
{
    unlink(at);
    join_stale(at);
}

void Sessions::join_stale(std::uint32_t at) noexcept
{
    Slot& slot = slots_[at];
    slot.stale = true;
    link(at);
    OfNas& nas = of_nas_.find(slot.caller.nas_id)->second;
    ++nas.stale;
    if (!slot.interim_s) return;
    ++nas.updating_stale;
    nas.allowed = silence_allowed(slot.interim_s);
}

void Sessions::sweep(Time now, int most) noexcept
{
    for (const Queue* queue : {&reserved_, &stopped_})
        for (int n = 0; n < most && queue->oldest && forgotten_at(slots_[queue->oldest]) <= now; ++n)
            forget(queue->oldest);
}

void Sessions::tick(Time now)
{
    if (disordered_) put_in_order();
    constexpr int some = 1000; // the rest a second later: none of it counts any more
    sweep(now, some);
    for (const Pace& pace : paces_) {
        const auto allowed = silence_allowed(pace.interim_s);
        while (pace.fresh.oldest && now - slots_[pace.fresh.oldest].heard > allowed) become_stale(pace.fresh.oldest);
    }
}

void Sessions::put_in_order()
{
    std::vector<std::uint32_t> all;
    for (std::uint32_t at = 1; at <= used_; ++at)
        if (slots_[at].kind != Kind::unused) all.push_back(at);
    std::ranges::sort(all, {}, [&](std::uint32_t at) { return std::pair(slots_[at].heard, at); });
    for (const std::uint32_t at : all) leave(at);
    for (const std::uint32_t at : all) enter(at);
    disordered_ = false;
}

} // namespace core
