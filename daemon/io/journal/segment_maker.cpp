#include "daemon/io/journal/segment_maker.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace io::journal {
namespace {

constexpr std::uint64_t smallest_segment = 256 * 1024; ///< the longest record fits well
constexpr std::uint64_t smallest_half = std::uint64_t{1} << 20;

} // namespace

Problem problem_of(int error, const std::string& what)
{
    const bool full = error == ENOSPC || error == EDQUOT;
    return {full ? Journal::Disk::full : Journal::Disk::failing, what + ": " + std::strerror(error)};
}

SegmentMaker::SegmentMaker(const JournalSettings& settings, DiskCalls& disk, Catalogue& catalogue, Log& log)
    : settings_(settings), disk_(disk), catalogue_(catalogue), log_(log),
      spare_path_(settings.directory + "/spare.tmp"),
      segment_octets_(std::max(settings.segment_octets, smallest_segment)),
      least_octets_(std::min(segment_octets_, smallest_half))
{
    adopt_spare();
}

/// The one that a daemon before us left: on a full disk there is no other.
void SegmentMaker::adopt_spare()
{
    File file{::open(spare_path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
    struct stat status{};
    if (file && ::fstat(file.get(), &status) == 0 && static_cast<std::uint64_t>(status.st_size) >= least_octets_)
        spare_ = {std::move(file), static_cast<std::uint64_t>(status.st_size)};
    else
        ::unlink(spare_path_.c_str());
    catalogue_.spare(spare_.octets);
}

void SegmentMaker::give_up_spare()
{
    spare_ = Made{};
    ::unlink(spare_path_.c_str());
    catalogue_.spare(0);
}

bool SegmentMaker::make_spare_of(std::uint64_t octets, Problem& problem)
{
    if (catalogue_.octets() + octets > settings_.quota_octets) {
        problem = {Journal::Disk::full, "the quota is used up by records that are not in the database yet"};
        return false;
    }
    if (disk_.free_octets(settings_.directory) < octets) {
        problem = problem_of(ENOSPC, "a segment cannot be made");
        return false;
    }
    spare_ = {File{disk_.create(spare_path_)}, octets};
    if (spare_.file && disk_.allocate(spare_.file.get(), octets) == 0 && disk_.sync(spare_.file.get()) == 0) {
        catalogue_.spare(octets);
        return true;
    }
    problem = problem_of(errno, "a segment cannot be made");
    give_up_spare();
    return false;
}

bool SegmentMaker::make_spare(Problem& problem)
{
    for (auto octets = segment_octets_; octets >= least_octets_; octets /= 2) {
        if (make_spare_of(octets, problem)) return true;
        if (problem.disk == Journal::Disk::failing) return false;
    }
    return false;
}

void SegmentMaker::prepare_spare()
{
    const auto now = std::chrono::steady_clock::now();
    Problem ignored; // the writer has a segment still
    if (spare_.file || now < next_try_) return;
    if (!make_spare(ignored)) next_try_ = now + std::chrono::seconds{1};
}

bool SegmentMaker::drop_a_drained_one()
{
    const auto segment = catalogue_.forget_oldest_drained();
    if (!segment) return false;
    const auto name = segment_name(segment->first);
    log_.warning("journal_dropped_early", {{"segment", name}, {"octets", segment->octets}});
    ::unlink((settings_.directory + '/' + name).c_str());
    return true;
}

bool SegmentMaker::put_in_place(Sequence first, const std::string& path, Problem& problem)
{
    const auto header = segment_header(first, boot_);
    if (write_whole(disk_, spare_.file.get(), header, 0) && disk_.sync(spare_.file.get()) == 0 &&
        disk_.rename(spare_path_, path) == 0) {
        if (disk_.sync_folder(settings_.directory) == 0) return true;
        problem = problem_of(errno, "a segment cannot be put in place");
        ::unlink(path.c_str());
        return false;
    }
    problem = problem_of(errno, "a segment cannot be put in place");
    return false;
}

std::optional<SegmentMaker::Made> SegmentMaker::make(Sequence first, Problem& problem)
{
    while (!spare_.file && !make_spare(problem))
        if (problem.disk != Journal::Disk::full || !drop_a_drained_one()) return std::nullopt;
    const auto path = settings_.directory + '/' + segment_name(first);
    if (!put_in_place(first, path, problem)) {
        give_up_spare();
        return std::nullopt;
    }
    auto made = std::exchange(spare_, Made{});
    catalogue_.spare(0);
    Segment segment;
    segment.first = first;
    segment.last = first - 1;
    segment.end = segment_header_octets;
    segment.octets = made.octets;
    catalogue_.add(segment);
    return made;
}

} // namespace io::journal
