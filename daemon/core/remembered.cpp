#include "daemon/core/remembered.hpp"

#include "radius/digest.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace core {

namespace {

constexpr std::uint64_t time_mask = (std::uint64_t{1} << 63) - 1;

std::uint64_t milliseconds(Remembered::Time time) noexcept
{
    const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    return static_cast<std::uint64_t>(since_epoch.count()) & time_mask;
}

} // namespace

Remembered::Remembered(std::size_t most)
    : mask_(std::bit_ceil(std::max(most, ways)) / ways - 1),
      entries_(static_cast<Entry*>(std::calloc((mask_ + 1) * ways, sizeof(Entry))))
{
    if (!entries_) throw std::bad_alloc();
}

Remembered::Entry* Remembered::set_of(const Digest& digest) noexcept
{
    std::uint64_t spread;
    std::memcpy(&spread, digest.data(), sizeof spread);
    return entries_.get() + (spread & mask_) * ways;
}

void Remembered::move_to_front(Entry* set, std::size_t place) noexcept
{
    std::rotate(set, set + place, set + place + 1);
}

std::optional<bool> Remembered::find(const Digest& digest, Time now) noexcept
{
    Entry* set = set_of(digest);
    for (std::size_t place = 0; place < ways; ++place) {
        if (set[place].until <= milliseconds(now) || !radius::equal_constant_time(set[place].digest, digest)) continue;
        const bool right = set[place].right;
        if (right) set[place].until = milliseconds(now + right_kept_for) & time_mask;
        move_to_front(set, place);
        return right;
    }
    return std::nullopt;
}

void Remembered::put(const Digest& digest, bool right, Time now) noexcept
{
    Entry* set = set_of(digest);
    // The cheapest to lose: itself, else what is over, else what is wrong, else what is used least; of two the older.
    const auto worth = [&](const Entry& entry) {
        if (entry.until && radius::equal_constant_time(entry.digest, digest)) return 0;
        if (entry.until <= milliseconds(now)) return 1;
        return entry.right ? 3 : 2;
    };
    std::size_t place = ways - 1;
    for (std::size_t other = ways - 1; other-- > 0;)
        if (worth(set[other]) < worth(set[place])) place = other;
    const Time until = right ? now + Time::duration{right_kept_for} : now + Time::duration{wrong_kept_for};
    set[place].digest = digest;
    set[place].until = milliseconds(until) & time_mask;
    set[place].right = right;
    move_to_front(set, place);
}

} // namespace core
