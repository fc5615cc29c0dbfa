// daemon/io/journal/reader.hpp - the reading thread's side: what follows the position, and the position itself.
#pragma once

#include "daemon/io/journal/catalogue.hpp"
#include "daemon/io/journal/disk_calls.hpp"
#include "daemon/io/journal/position.hpp"

namespace io::journal {

class Reader {
public:
    Reader(const JournalSettings& settings, DiskCalls& disk, Catalogue& catalogue, Log& log, std::string note);

    Journal::Batch read(std::size_t most_records);
    void drained(const Journal::Batch& batch);
    void rewind();
    const std::string& note() const noexcept { return note_; }
    void set_note(const std::string& note);
    void each_undrained(const std::function<void(const provisioning::Usage&)>& visit);

private:
    struct Read {
        Sequence sequence = 0;
        std::uint64_t octets = 0;
        provisioning::Usage usage;
    };
    using Visit = std::function<bool(Read&&)>; ///< false: enough
    void walk(Place& place, const Visit& visit);
    bool walk_segment(const Segment& segment, Place& place, const Visit& visit);
    Place place_behind(Sequence sequence);
    std::optional<Clock::time_point> arrival_behind(Place place);
    void mark_drained();
    void remove_old();
    void save();

    const JournalSettings settings_;
    DiskCalls& disk_;
    Catalogue& catalogue_;
    Log& log_;
    std::string note_;
    Sequence last_of_batch_ = 0; ///< of the batch that was read last
    Place behind_batch_;
    std::chrono::steady_clock::time_point next_removal_{};
};

} // namespace io::journal
