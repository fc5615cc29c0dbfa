#include "daemon/io/journal/writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace io::journal {
namespace {

constexpr std::size_t most_kept = 10'000;
constexpr auto try_again_after = std::chrono::milliseconds{500}; ///< so that it writes within 1 s of there being space

} // namespace

Writer::Writer(const JournalSettings& settings, Queue& queue, DiskCalls& disk, Catalogue& catalogue, Log& log,
               Report report)
    : queue_(queue), disk_(disk), catalogue_(catalogue), log_(log), report_(std::move(report)),
      maker_(settings, disk, catalogue, log), directory_(settings.directory)
{
}

void Writer::run()
{
    Work taken, work;
    for (bool more = true; more;) {
        if (!segment_.file) try_disk();
        if (segment_.file) maker_.prepare_spare();
        more = queue_.take(taken, try_again_after);
        work.clear();
        work.append(kept_);
        kept_.clear();
        if (work.entries.empty()) std::swap(work, taken);
        work.append(taken);
        write(work);
    }
    if (!kept_.entries.empty()) log_.error("journal_records_lost", {{"records", kept_.entries.size()}});
    close_segment();
}

/// Has a segment ready before there is a record: Status-Server is answered, or not, by whether there is one.
void Writer::try_disk()
{
    const auto first = kept_.entries.empty() ? queue_.next() : kept_.entries.front().sequence;
    if (open_segment(first)) say({});
}

void Writer::write(const Work& work)
{
    std::span<const Entry> entries{work.entries};
    Octets octets{work.octets};
    while (!entries.empty()) {
        if (!segment_.file || end_ + entries.front().octets > segment_.octets) {
            close_segment();
            if (!open_segment(entries.front().sequence)) break;
        }
        const auto slice = slice_of(entries, octets);
        if (!store(slice)) break;
        entries = entries.subspan(slice.entries.size());
        octets = octets.subspan(slice.octets.size());
        report(slice.entries, true);
    }
    // All that follow too: numbers must not go down on disk.
    if (!entries.empty()) refuse(entries, octets);
}

/// As many as the segment has room for.
Writer::Slice Writer::slice_of(std::span<const Entry> entries, Octets octets) const
{
    std::size_t count = 0, size = 0;
    while (count < entries.size() && end_ + size + entries[count].octets <= segment_.octets)
        size += entries[count++].octets;
    return {entries.first(count), octets.first(size)};
}

bool Writer::store(const Slice& slice)
{
    auto outcome = put(slice);
    if (outcome == Outcome::not_synced) {
        // The kernel may have thrown the octets away and call the file clean: a second fdatasync() proves nothing.
        log_.error("journal_sync_failed",
                   {{"segment", segment_name(slice.entries.front().sequence)}, {"why", problem_.text}});
        close_segment();
        if (!open_segment(slice.entries.front().sequence)) return false;
        outcome = put(slice);
    }
    if (outcome == Outcome::durable) return true;
    close_segment();
    return false;
}

bool Writer::open_segment(Sequence first)
{
    Problem problem;
    auto made = maker_.make(first, problem);
    if (!made) {
        say(std::move(problem));
        return false;
    }
    segment_ = std::move(*made);
    end_ = segment_header_octets;
    return true;
}

Writer::Outcome Writer::put(const Slice& slice)
{
    if (!write_whole(disk_, segment_.file.get(), slice.octets, end_)) {
        say(problem_of(errno, "a segment cannot be written"));
        return Outcome::not_written;
    }
    const auto begin = std::chrono::steady_clock::now();
    if (disk_.sync(segment_.file.get()) != 0) {
        say(problem_of(errno, "a segment cannot be synced"));
        return Outcome::not_synced;
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    end_ += slice.octets.size();
    catalogue_.written({.last = slice.entries.back().sequence,
                        .records = slice.entries.size(),
                        .end = end_,
                        .oldest = slice.entries.front().arrived,
                        .sync = std::chrono::duration_cast<std::chrono::microseconds>(took)});
    say({});
    return Outcome::durable;
}

/// For good. What follows the last durable record is cut off: unused space, or half a batch.
void Writer::close_segment()
{
    if (!segment_.file) return;
    const bool cut = ::ftruncate(segment_.file.get(), static_cast<off_t>(end_)) == 0;
    catalogue_.seal_last(cut ? end_ : segment_.octets);
    segment_ = SegmentMaker::Made{};
}

void Writer::refuse(std::span<const Entry> entries, Octets octets)
{
    std::size_t dropped = 0;
    for (const auto& entry : entries) {
        const auto record = octets.first(entry.octets);
        octets = octets.subspan(entry.octets);
        if (entry.ticket != Journal::nobody_waits) continue;
        if (kept_.entries.size() < most_kept) {
            kept_.entries.push_back(entry);
            kept_.octets.insert(kept_.octets.end(), record.begin(), record.end());
        } else {
            ++dropped;
        }
    }
    if (dropped > 0) log_.error("journal_records_lost", {{"records", dropped}});
    report(entries, false);
}

void Writer::report(std::span<const Entry> entries, bool durable)
{
    std::vector<core::Ticket> tickets;
    tickets.reserve(entries.size());
    for (const auto& entry : entries)
        if (entry.ticket != Journal::nobody_waits) tickets.push_back(entry.ticket);
    if (!tickets.empty()) report_(std::move(tickets), durable);
}

void Writer::say(Problem problem)
{
    if (problem.disk != problem_.disk) {
        switch (problem.disk) {
        case Journal::Disk::ok:
            log_.info("journal_writes_again");
            break;
        case Journal::Disk::full:
            log_.error("journal_full", {{"folder", directory_}, {"why", problem.text}});
            break;
        case Journal::Disk::failing:
            log_.error("journal_failing", {{"folder", directory_}, {"why", problem.text}});
            break;
        }
    }
    if (problem.disk != problem_.disk || problem.text != problem_.text) catalogue_.disk(problem.disk, problem.text);
    problem_ = std::move(problem);
}

} // namespace io::journal
