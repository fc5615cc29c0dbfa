// daemon/io/journal/segment_maker.hpp - gives the writer segments whose space is taken from the disk beforehand, within
// the quota. One is kept ready as spare.tmp, so that a disk which others fill leaves that much for us.
#pragma once

#include "daemon/io/journal/catalogue.hpp"
#include "daemon/io/journal/disk_calls.hpp"
#include "daemon/io/journal/segment.hpp"

namespace io::journal {

struct Problem {
    Journal::Disk disk = Journal::Disk::ok;
    std::string text;
};
Problem problem_of(int error, const std::string& what);

class SegmentMaker {
public:
    SegmentMaker(const JournalSettings& settings, DiskCalls& disk, Catalogue& catalogue, Log& log);

    struct Made {
        File file{};
        std::uint64_t octets = 0;
    };
    /// A segment in place, with its header, safe on disk, and in the catalogue. When there is no space, drained ones
    /// go. Nothing: `problem` says why.
    std::optional<Made> make(Sequence first, Problem& problem);
    /// Makes the spare when there is none and there is space for it; not more than once a second when it fails.
    void prepare_spare();

private:
    bool make_spare(Problem& problem);
    bool make_spare_of(std::uint64_t octets, Problem& problem);
    bool drop_a_drained_one();
    bool put_in_place(Sequence first, const std::string& path, Problem& problem);
    void give_up_spare();
    void adopt_spare();

    const JournalSettings settings_;
    DiskCalls& disk_;
    Catalogue& catalogue_;
    Log& log_;
    const std::string spare_path_;
    const std::uint64_t segment_octets_, least_octets_;
    const BootId boot_ = present_boot();
    Made spare_;
    std::chrono::steady_clock::time_point next_try_{};
};

} // namespace io::journal
