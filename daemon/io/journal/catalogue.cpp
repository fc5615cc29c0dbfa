#include "daemon/io/journal/catalogue.hpp"

#include <algorithm>

namespace io::journal {

Catalogue::Catalogue(std::uint64_t quota_octets) { state_.quota_octets = quota_octets; }

void Catalogue::add(const Segment& segment)
{
    const std::lock_guard lock{mutex_};
    std::erase_if(segments_, [&](const Segment& other) { return other.first == segment.first; });
    segments_.insert(std::ranges::upper_bound(segments_, segment.first, {}, &Segment::first), segment);
    if (segment.holds_records()) state_.last = std::max(state_.last, segment.last);
}

void Catalogue::written(const Written& written)
{
    const std::lock_guard lock{mutex_};
    auto& segment = segments_.back();
    if (state_.last <= place_.sequence) state_.oldest = written.oldest;
    segment.last = state_.last = written.last;
    segment.records += written.records;
    segment.end = written.end;
    state_.written += written.records;
    state_.last_sync = written.sync;
    changed_.notify_all();
}

void Catalogue::seal_last(std::uint64_t octets)
{
    const std::lock_guard lock{mutex_};
    segments_.back().octets = octets;
    segments_.back().sealed = true;
}

void Catalogue::spare(std::uint64_t octets)
{
    const std::lock_guard lock{mutex_};
    spare_octets_ = octets;
}

std::uint64_t Catalogue::octets() const
{
    const std::lock_guard lock{mutex_};
    auto octets = spare_octets_;
    for (const auto& segment : segments_) octets += segment.octets;
    return octets;
}

bool Catalogue::drained_wholly(const Segment& segment) const noexcept
{
    return segment.sealed && segment.last <= place_.sequence;
}

std::optional<Segment> Catalogue::forget_oldest_drained()
{
    const std::lock_guard lock{mutex_};
    const auto oldest = std::ranges::find_if(segments_, [&](const auto& segment) { return drained_wholly(segment); });
    if (oldest == segments_.end()) return std::nullopt;
    const auto segment = *oldest;
    segments_.erase(oldest);
    return segment;
}

void Catalogue::disk(Journal::Disk disk, std::string problem)
{
    const std::lock_guard lock{mutex_};
    state_.disk = disk;
    state_.problem = std::move(problem);
}

Place Catalogue::place() const
{
    const std::lock_guard lock{mutex_};
    return place_;
}

std::optional<Segment> Catalogue::after(Sequence sequence) const
{
    const std::lock_guard lock{mutex_};
    for (const auto& segment : segments_)
        if (segment.holds_records() && segment.last > sequence) return segment;
    return std::nullopt;
}

void Catalogue::looked(Sequence segment, std::uint64_t offset, std::uint64_t damaged)
{
    const std::lock_guard lock{mutex_};
    state_.damaged += damaged;
    for (auto& known : segments_)
        if (known.first == segment) known.looked_through = std::max(known.looked_through, offset);
}

void Catalogue::drained(const Place& place)
{
    const std::lock_guard lock{mutex_};
    place_ = place;
    if (state_.last <= place_.sequence) state_.oldest = {};
}

void Catalogue::oldest(Clock::time_point arrived)
{
    const std::lock_guard lock{mutex_};
    if (state_.last > place_.sequence) state_.oldest = arrived;
}

void Catalogue::rewind()
{
    const std::lock_guard lock{mutex_};
    place_ = {};
    for (auto& segment : segments_) segment.drained_at.reset();
    if (!segments_.empty()) place_.sequence = segments_.front().first - 1;
}

std::vector<Segment> Catalogue::uncounted() const
{
    const std::lock_guard lock{mutex_};
    std::vector<Segment> found;
    std::ranges::copy_if(segments_, std::back_inserter(found), [](const auto& segment) { return !segment.counted; });
    return found;
}

void Catalogue::counted(Sequence segment, std::uint64_t records)
{
    const std::lock_guard lock{mutex_};
    for (auto& known : segments_) {
        if (known.first != segment) continue;
        known.records = records;
        known.counted = true;
    }
}

std::vector<Segment> Catalogue::mark_drained(Clock::time_point now)
{
    const std::lock_guard lock{mutex_};
    std::vector<Segment> marked;
    for (auto& segment : segments_) {
        if (segment.drained_at || !drained_wholly(segment)) continue;
        segment.drained_at = now;
        marked.push_back(segment);
    }
    return marked;
}

std::vector<Segment> Catalogue::forget_drained_before(Clock::time_point time)
{
    const std::lock_guard lock{mutex_};
    const auto is_old = [&](const Segment& segment) {
        return drained_wholly(segment) && segment.drained_at && *segment.drained_at < time;
    };
    std::vector<Segment> old;
    std::ranges::copy_if(segments_, std::back_inserter(old), is_old);
    std::erase_if(segments_, is_old);
    return old;
}

bool Catalogue::wait(std::chrono::milliseconds longest)
{
    std::unique_lock lock{mutex_};
    const auto something = [&] { return state_.last > place_.sequence; };
    changed_.wait_for(lock, longest, [&] { return something() || interrupted_; });
    interrupted_ = false;
    return something();
}

void Catalogue::interrupt() noexcept
{
    const std::lock_guard lock{mutex_};
    interrupted_ = true;
    changed_.notify_all();
}

Journal::State Catalogue::state() const
{
    const std::lock_guard lock{mutex_};
    auto state = state_;
    state.last_drained = place_.sequence;
    state.octets = spare_octets_;
    for (const auto& segment : segments_) {
        state.octets += segment.octets;
        if (segment.last > place_.sequence) state.depth += segment.records;
        if (segment.last > place_.sequence && segment.first == place_.segment)
            state.depth -= std::min(place_.passed, segment.records);
    }
    return state;
}

} // namespace io::journal
