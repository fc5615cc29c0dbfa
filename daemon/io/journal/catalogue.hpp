// daemon/io/journal/catalogue.hpp - which segments there are, up to where they are safe on disk and up to where they
// were drained: what the writing and the reading thread know of each other. Thread-safe; touches no file.
#pragma once

#include "daemon/io/journal/journal.hpp"
#include "daemon/io/journal/record.hpp"

#include <condition_variable>
#include <mutex>

namespace io::journal {

using Clock = std::chrono::system_clock;

struct Segment {
    Sequence first = 1;
    Sequence last = 0; ///< of what is durable, less than first: nothing
    std::uint64_t records = 0; ///< durable ones
    bool counted = true; ///< `records` is known
    std::uint64_t end = 0; ///< behind the last durable record
    std::uint64_t octets = 0; ///< of the file
    std::uint64_t looked_through = 0; ///< damage before this offset was counted already
    bool sealed = false; ///< nothing more is written
    bool this_boot = true;
    std::optional<Clock::time_point> drained_at;

    bool holds_records() const noexcept { return last >= first; }
};

/// Up to where records were drained.
struct Place {
    Sequence sequence = 0; ///< of the last one drained
    Sequence segment = 0; ///< where the next one is looked for, by its first sequence number; 0: not known
    std::uint64_t offset = 0; ///< there
    std::uint64_t passed = 0; ///< records before it in that segment
};

class Catalogue {
public:
    explicit Catalogue(std::uint64_t quota_octets);

    // The writer's side.
    void add(const Segment& segment); ///< instead of one that has the same first number (and held nothing)
    struct Written {
        Sequence last = 0;
        std::uint64_t records = 0, end = 0;
        Clock::time_point oldest; ///< arrival of the first of them
        std::chrono::microseconds sync{0};
    };
    void written(const Written& written); ///< to the last segment
    void seal_last(std::uint64_t octets); ///< a file of so many octets now
    void spare(std::uint64_t octets); ///< that is prepared besides; 0: none
    std::uint64_t octets() const; ///< of all
    std::optional<Segment> forget_oldest_drained(); ///< whose file is then to be removed
    void disk(Journal::Disk disk, std::string problem);

    // The reader's side.
    Place place() const;
    std::optional<Segment> after(Sequence sequence) const; ///< the segment that holds the next record
    void looked(Sequence segment, std::uint64_t offset, std::uint64_t damaged);
    void drained(const Place& place);
    void oldest(Clock::time_point arrived); ///< of the first record that is not drained
    void rewind();
    std::vector<Segment> uncounted() const;
    void counted(Sequence segment, std::uint64_t records);
    /// Marks segments that are drained as being so since `now`, and returns those.
    std::vector<Segment> mark_drained(Clock::time_point now);
    std::vector<Segment> forget_drained_before(Clock::time_point time); ///< as forget_oldest_drained()
    bool wait(std::chrono::milliseconds longest);
    void interrupt() noexcept;

    Journal::State state() const;

private:
    bool drained_wholly(const Segment& segment) const noexcept;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Segment> segments_; ///< by number
    std::uint64_t spare_octets_ = 0;
    Place place_;
    bool interrupted_ = false;
    Journal::State state_; ///< less what the segments say
};

} // namespace io::journal
