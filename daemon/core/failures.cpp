#include "daemon/core/failures.hpp"

#include <algorithm>
#include <bit>
#include <new>

namespace core {

namespace {

constexpr std::uint64_t time_mask = (std::uint64_t{1} << 37) - 1;

std::uint64_t count_of(std::chrono::milliseconds time) noexcept { return static_cast<std::uint64_t>(time.count()); }

std::uint64_t milliseconds(Failures::Time now) noexcept
{
    return count_of(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch())) & time_mask;
}

} // namespace

Failures::Failures(std::size_t keys, Limit limit)
    : limit_(limit), mask_(std::bit_ceil(std::max(keys, ways)) / ways - 1),
      entries_(static_cast<Entry*>(std::calloc((mask_ + 1) * ways, sizeof(Entry))))
{
    if (!entries_) throw std::bad_alloc();
    limit_.failures = std::clamp<std::uint32_t>(limit.failures, 1, (1U << bits_per_step) - 1);
    limit_.window = std::max(limit.window, std::chrono::milliseconds{steps});
}

Failures::Entry* Failures::set_of(std::uint64_t key) const noexcept { return entries_.get() + (key & mask_) * ways; }

std::size_t Failures::place_in(const Entry* set, std::uint64_t key) noexcept
{
    std::size_t place = 0;
    while (place < ways && !(set[place].used && set[place].key == key)) ++place;
    return place;
}

bool Failures::blocked(std::uint64_t key, Time now) const noexcept
{
    const Entry* set = set_of(key);
    const std::size_t place = place_in(set, key);
    return place < ways && set[place].blocked &&
           ((milliseconds(now) - set[place].since) & time_mask) < count_of(limit_.block);
}

bool Failures::count(Entry& entry, std::uint64_t now) const noexcept
{
    const std::uint64_t window = count_of(limit_.window), step = window / steps;
    std::uint64_t passed = (now - entry.since) & time_mask;
    if (entry.blocked && passed < count_of(limit_.block)) return false;
    std::uint64_t counts = entry.blocked ? 0 : entry.counts;
    if (counts && passed >= window) {
        // Lets the first steps go that are over, and the empty ones behind them, so that the window begins where
        // something happened.
        std::uint64_t over = std::min<std::uint64_t>((passed - window) / step + 1, steps);
        counts >>= over * bits_per_step;
        if (counts) {
            const auto empty = static_cast<unsigned>(std::countr_zero(counts)) / bits_per_step;
            counts >>= empty * bits_per_step;
            over += empty;
            passed -= over * step;
        }
    }
    if (!counts) passed = 0;
    const std::uint64_t at = std::min<std::uint64_t>(passed / step, steps - 1);
    counts += std::uint64_t{1} << (at * bits_per_step);

    std::uint64_t failures = 0;
    for (std::uint64_t rest = counts; rest; rest >>= bits_per_step) failures += rest & ((1U << bits_per_step) - 1);
    const bool begins = failures >= limit_.failures;
    entry.blocked = begins;
    entry.counts = (begins ? 0 : counts) & ((std::uint64_t{1} << (steps * bits_per_step)) - 1);
    entry.since = (now - (begins ? 0 : passed)) & time_mask;
    return begins;
}

bool Failures::failed(std::uint64_t key, Time now) noexcept
{
    Entry* set = set_of(key);
    const std::size_t place = place_in(set, key);
    Entry entry{};
    if (place < ways) entry = set[place];
    entry.key = key;
    entry.used = 1;
    const bool begins = count(entry, milliseconds(now));
    const std::size_t last = std::min(place, ways - 1);
    std::copy_backward(set, set + last, set + last + 1);
    set[0] = entry;
    return begins;
}

void Failures::succeeded(std::uint64_t key) noexcept
{
    Entry* set = set_of(key);
    const std::size_t place = place_in(set, key);
    if (place == ways) return;
    std::copy(set + place + 1, set + ways, set + place);
    set[ways - 1] = Entry{};
}

} // namespace core
