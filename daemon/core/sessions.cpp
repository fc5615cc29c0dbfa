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
    constexpr std::size_t usual = 64; // plans' intervals, and NAS: more of them take memory as they come
    paces_.reserve(usual);
    pace_by_interim_.reserve(usual);
    of_nas_.reserve(usual);
}

bool Sessions::counts(const Slot& slot, Time now) noexcept
{
    if (slot.taken || slot.kind == Kind::stopped) return false;
    return slot.kind == Kind::reserved ? now - slot.heard < reserved_for
                                       : now - slot.heard <= silence_allowed(slot.interim_s);
}

bool Sessions::ended(const Slot& slot, Time now) noexcept
{
    return slot.kind == Kind::stopped || (slot.kind == Kind::reserved && now - slot.heard >= reserved_for);
}

Sessions::State Sessions::state_of(const Slot& slot, Time now) noexcept
{
    if (slot.taken) return State::taken_over;
    if (slot.kind == Kind::reserved) return State::reserved;
    return counts(slot, now) ? State::live : State::stale;
}

/// Of what is not open: that ends otherwise.
Sessions::Time Sessions::forgotten_at(const Slot& slot) noexcept
{
    return slot.heard + (slot.kind == Kind::reserved ? reserved_for : stop_kept_for);
}

std::uint64_t Sessions::folded(const Key& key) noexcept
{
    std::uint64_t halves[2];
    static_assert(sizeof halves == sizeof key);
    std::memcpy(halves, key.data(), sizeof halves);
    return halves[0] ^ halves[1];
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

std::uint32_t Sessions::pace_of(std::uint32_t interim_s)
{
    const auto [at, is_new] = pace_by_interim_.try_emplace(interim_s, static_cast<std::uint32_t>(paces_.size()));
    if (is_new) paces_.push_back({interim_s, {}, {}});
    return at->second;
}

Sessions::Queue& Sessions::queue_of(const Slot& slot) noexcept
{
    if (slot.kind == Kind::reserved) return reserved_;
    if (slot.kind == Kind::stopped) return stopped_;
    return slot.stale ? paces_[slot.pace].stale : paces_[slot.pace].fresh;
}

void Sessions::link(std::uint32_t at) noexcept
{
    Slot& slot = slots_[at];
    Queue& queue = queue_of(slot);
    if (queue.newest && slots_[queue.newest].heard > slot.heard) disordered_ = true;
    slot.newer = 0;
    slot.older = queue.newest;
    (queue.newest ? slots_[queue.newest].newer : queue.oldest) = at;
    queue.newest = at;
    ++queue.size;
}

void Sessions::unlink(std::uint32_t at) noexcept
{
    Slot& slot = slots_[at];
    Queue& queue = queue_of(slot);
    (slot.older ? slots_[slot.older].newer : queue.oldest) = slot.newer;
    (slot.newer ? slots_[slot.newer].older : queue.newest) = slot.older;
    --queue.size;
}

void Sessions::enter(std::uint32_t at)
{
    Slot& slot = slots_[at];
    slot.stale = false;
    if (slot.kind == Kind::open) {
        slot.pace = pace_of(slot.interim_s);
        OfNas& nas = of_nas_[slot.caller.nas_id];
        ++nas.open;
        if (slot.interim_s) ++nas.updating;
        ++open_;
    }
    link(at);

    slot.next_of_login = slot.before_of_login = 0;
    if (slot.kind == Kind::stopped || slot.login_id <= 0) return; // nobody asks for it by its login
    std::uint32_t& first = bucket_of(slot.login_id);
    slot.next_of_login = first;
    if (first) slots_[first].before_of_login = at;
    first = at;
}

void Sessions::leave(std::uint32_t at) noexcept
{
    Slot& slot = slots_[at];
    unlink(at);
    if (slot.kind == Kind::open) {
        OfNas& nas = of_nas_.find(slot.caller.nas_id)->second;
        --nas.open;
        nas.stale -= slot.stale;
        if (slot.interim_s) {
            --nas.updating;
            nas.updating_stale -= slot.stale;
        }
        --open_;
    }
    if (slot.kind == Kind::stopped || slot.login_id <= 0) return;
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
    slots_[at].kind = Kind::unused;
    slots_[at].older = spare_;
    spare_ = at;
}

std::uint32_t Sessions::longest_unheard() const noexcept
{
    std::uint32_t found = reserved_.oldest;
    const auto consider = [&](std::uint32_t at) {
        if (at && (!found || slots_[at].heard < slots_[found].heard)) found = at;
    };
    for (const Pace& pace : paces_) {
        consider(pace.stale.oldest);
        consider(pace.fresh.oldest);
    }
    return found;
}

std::uint32_t Sessions::make(const Key& key, std::int64_t login_id, const Caller& caller, Kind kind,
                             std::uint32_t interim_s, Time now)
{
    if (!spare_ && used_ == most_) {
        std::uint32_t gone = stopped_.oldest;
        if (!gone) {
            gone = longest_unheard();
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
    slot.interim_s = interim_s;
    slot.gigawords_known = true;
    slot.kind = kind;
    slot.next_by_key = bucket_of(key);
    bucket_of(key) = at;
    enter(at);
    return at;
}

void Sessions::set(std::uint32_t at, std::int64_t login_id, const Caller& caller, Kind kind, std::uint32_t interim_s,
                   Time now)
{
    Slot& slot = slots_[at];
    leave(at);
    if (login_id > 0) slot.login_id = login_id;
    slot.caller.nas_id = caller.nas_id;
    if (caller.mac[0]) slot.caller.mac = caller.mac;
    if (caller.port) slot.caller.port = caller.port;
    slot.heard = std::max(slot.heard, now);
    slot.interim_s = interim_s;
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

} // namespace core
