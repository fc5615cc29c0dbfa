#include "daemon/core/sessions.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace core {

namespace {

template <class T>
T* zeroed(std::size_t count)
{
    void* memory = std::calloc(count, sizeof(T));
    if (!memory) throw std::bad_alloc();
    return static_cast<T*>(memory);
}

} // namespace

bool Sessions::Caller::same_as(const Caller& other) const noexcept
{
    if (nas_id != other.nas_id) return false;
    if (mac[0] && other.mac[0]) return mac == other.mac;
    return port && port == other.port;
}

Sessions::Sessions(std::size_t most)
    : most_(static_cast<std::uint32_t>(std::clamp<std::size_t>(most, 1, (std::size_t{1} << 31) - 1))),
      mask_(std::bit_ceil(std::max<std::uint32_t>(most_, 16)) - 1), slots_(zeroed<Slot>(std::size_t{most_} + 1)),
      by_key_(zeroed<std::uint32_t>(std::size_t{mask_} + 1)), by_login_(zeroed<std::uint32_t>(std::size_t{mask_} + 1))
{
}

bool Sessions::counts(const Slot& slot, Time now) noexcept
{
    if (slot.taken || slot.kind == stopped) return false;
    return slot.kind == reserved ? now - slot.heard < reserved_for
                                 : now - slot.heard <= silence_allowed(slot.interim_s);
}

bool Sessions::ended(const Slot& slot, Time now) noexcept
{
    return slot.kind == stopped || (slot.kind == reserved && now - slot.heard >= reserved_for);
}

Sessions::State Sessions::state_of(const Slot& slot, Time now) noexcept
{
    if (slot.taken) return State::taken_over;
    if (slot.kind == reserved) return State::reserved;
    return counts(slot, now) ? State::live : State::stale;
}

Sessions::Time Sessions::forgotten_at(const Slot& slot) noexcept
{
    if (slot.kind == reserved) return slot.heard + reserved_for;
    if (slot.kind == stopped) return slot.heard + stop_kept_for;
    return slot.heard + silence_allowed(slot.interim_s) + stale_kept_for;
}

std::uint32_t& Sessions::bucket_of(const Key& key) const noexcept
{
    std::uint32_t spread; // the key's octets are random already
    std::memcpy(&spread, key.data(), sizeof spread);
    return by_key_[spread & mask_];
}

std::uint32_t& Sessions::bucket_of(std::int64_t login_id) const noexcept
{
    constexpr std::uint64_t golden = 0x9e3779b97f4a7c15; // 2^64 / golden ratio: neighbours fall far apart
    return by_login_[((static_cast<std::uint64_t>(login_id) * golden) >> 32) & mask_];
}

std::uint32_t Sessions::find(const Key& key) const noexcept
{
    std::uint32_t at = bucket_of(key);
    while (at && slots_[at].key != key) at = slots_[at].next_by_key;
    return at;
}

std::uint32_t Sessions::first_of(std::int64_t login_id) const noexcept
{
    std::uint32_t at = login_id > 0 ? bucket_of(login_id) : 0;
    while (at && slots_[at].login_id != login_id) at = slots_[at].next_of_login;
    return at;
}

std::uint32_t Sessions::next_of(std::uint32_t at) const noexcept
{
    const std::int64_t login_id = slots_[at].login_id;
    do at = slots_[at].next_of_login;
    while (at && slots_[at].login_id != login_id);
    return at;
}

std::string_view Sessions::other_key(std::uint32_t at) const noexcept
{
    const auto found = other_keys_.find(at);
    return found == other_keys_.end() ? std::string_view{} : std::string_view{found->second};
}

void Sessions::enter(std::uint32_t at) noexcept
{
    Slot& slot = slots_[at];
    Queue& queue = queues_[slot.kind];
    slot.newer = 0;
    slot.older = queue.newest;
    (queue.newest ? slots_[queue.newest].newer : queue.oldest) = at;
    queue.newest = at;
    ++queue.size;

    slot.next_of_login = slot.before_of_login = 0;
    if (slot.kind == stopped || slot.login_id <= 0) return; // nobody asks for it by its login
    std::uint32_t& first = bucket_of(slot.login_id);
    slot.next_of_login = first;
    if (first) slots_[first].before_of_login = at;
    first = at;
}

void Sessions::leave(std::uint32_t at) noexcept
{
    Slot& slot = slots_[at];
    Queue& queue = queues_[slot.kind];
    (slot.older ? slots_[slot.older].newer : queue.oldest) = slot.newer;
    (slot.newer ? slots_[slot.newer].older : queue.newest) = slot.older;
    --queue.size;

    if (slot.kind == stopped || slot.login_id <= 0) return;
    (slot.before_of_login ? slots_[slot.before_of_login].next_of_login : bucket_of(slot.login_id)) = slot.next_of_login;
    if (slot.next_of_login) slots_[slot.next_of_login].before_of_login = slot.before_of_login;
}

void Sessions::forget(std::uint32_t at) noexcept
{
    leave(at);
    other_keys_.erase(at);
    std::uint32_t* link = &bucket_of(slots_[at].key);
    while (*link != at) link = &slots_[*link].next_by_key;
    *link = slots_[at].next_by_key;
    slots_[at].older = spare_;
    spare_ = at;
}

void Sessions::sweep(Time now) noexcept
{
    // Two of each kind for the one that a call may add: what is over is gone sooner than it comes.
    for (const Queue& queue : queues_)
        for (int n = 0; n < 2 && queue.oldest && forgotten_at(slots_[queue.oldest]) <= now; ++n) forget(queue.oldest);
}

std::uint32_t Sessions::make(const Key& key, std::int64_t login_id, const Caller& caller, Kind kind, Time now) noexcept
{
    if (!spare_ && used_ == most_) {
        std::uint32_t gone = queues_[stopped].oldest;
        if (!gone) {
            const std::uint32_t a = queues_[reserved].oldest, b = queues_[open].oldest;
            gone = !a || (b && slots_[b].heard < slots_[a].heard) ? b : a;
            ++evicted_;
        }
        forget(gone);
    }
    std::uint32_t at = spare_;
    if (at)
        spare_ = slots_[at].older;
    else
        at = ++used_;
    Slot& slot = slots_[at];
    slot = Slot{};
    slot.key = key;
    slot.login_id = login_id;
    slot.caller = caller;
    slot.heard = now;
    slot.kind = kind;
    slot.next_by_key = bucket_of(key);
    bucket_of(key) = at;
    enter(at);
    return at;
}

void Sessions::set(std::uint32_t at, std::int64_t login_id, const Caller& caller, Kind kind, Time now) noexcept
{
    Slot& slot = slots_[at];
    leave(at);
    if (login_id > 0) slot.login_id = login_id;
    slot.caller.nas_id = caller.nas_id;
    if (caller.mac[0]) slot.caller.mac = caller.mac;
    if (caller.port) slot.caller.port = caller.port;
    slot.heard = now;
    slot.kind = kind;
    slot.taken = false;
    enter(at);
}

Sessions::Standing Sessions::standing(std::int64_t login_id, const Caller& caller, Time now) const noexcept
{
    Standing found;
    for (std::uint32_t at = first_of(login_id); at; at = next_of(at)) {
        if (!counts(slots_[at], now)) continue;
        ++found.live;
        if (slots_[at].caller.same_as(caller)) ++found.own;
    }
    return found;
}

std::uint32_t Sessions::live_of(std::int64_t login_id, Time now) const noexcept
{
    return standing(login_id, Caller{}, now).live;
}

void Sessions::reserve(const Key& key, std::int64_t login_id, const Caller& caller, std::uint32_t interim_s,
                       Time now) noexcept
{
    sweep(now);
    std::uint32_t at = find(key);
    if (at && !ended(slots_[at], now)) return; // it is there already
    if (at) forget(at);
    at = make(key, login_id, caller, reserved, now);
    slots_[at].interim_s = interim_s;
}

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
        slot.by = by;
        if (slot.kind == reserved)
            for (std::uint32_t other = first_of(login_id); other; other = next_of(other))
                if (slots_[other].taken && slots_[other].by == slot.key) slots_[other].by = by;
    }
}

std::uint32_t Sessions::first_taken_by(const Key& by) noexcept
{
    const std::uint32_t taker = find(by);
    if (!taker) return 0;
    for (std::uint32_t at = first_of(slots_[taker].login_id), next = 0; at; at = next) {
        next = next_of(at);
        if (!slots_[at].taken || slots_[at].by != by) continue;
        if (slots_[at].kind == open) return at;
        forget(at); // it never started: no record is to be closed
    }
    return 0;
}

void Sessions::heard(const Key& key, std::string_view other_key, std::int64_t login_id, const Caller& caller,
                     Report report, std::uint32_t interim_s, Time now)
{
    sweep(now);
    std::uint32_t at = find(key);
    if (at && slots_[at].kind == stopped) {
        if (now < forgotten_at(slots_[at])) return;
        forget(at);
        at = 0;
    }
    if (at && report == Report::start && slots_[at].kind == open && slots_[at].taken) return; // a late repetition
    const Kind kind = report == Report::stop ? stopped : open;
    if (at)
        set(at, login_id, caller, kind, now);
    else
        at = make(key, login_id, caller, kind, now);
    slots_[at].interim_s = interim_s;
    if (kind == stopped)
        other_keys_.erase(at);
    else if (!other_key.empty() && !other_keys_.contains(at))
        other_keys_.emplace(at, other_key);
}

} // namespace core
