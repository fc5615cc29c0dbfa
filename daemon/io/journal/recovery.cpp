#include "daemon/io/journal/recovery.hpp"

#include "daemon/io/journal/aside.hpp"
#include "daemon/io/journal/segment.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace io::journal {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what)
{
    throw std::runtime_error(path + ": " + what + ": " + std::strerror(errno));
}

void make_folder(const std::string& path)
{
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail(path, "cannot make the journal's folder");
    if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) fail(path, "cannot use the journal's folder");
}

std::vector<Sequence> segments_in(const std::string& folder)
{
    std::vector<Sequence> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (const auto first = segment_of_name(entry.path().filename().native())) found.push_back(*first);
    std::ranges::sort(found);
    return found;
}

class Recovery {
public:
    Recovery(const std::string& folder, DiskCalls& disk, Catalogue& catalogue, Log& log)
        : folder_(folder), disk_(disk), catalogue_(catalogue), log_(log)
    {
    }

    Recovered run()
    {
        make_folder(folder_);
        const auto firsts = segments_in(folder_);
        if (const auto position = read_position(folder_)) {
            recovered_.position = *position;
        } else if (!firsts.empty()) {
            recovered_.position.sequence = firsts.front() - 1;
            log_.warning("journal_without_position", {{"begins_at", firsts.front()}});
        }
        place_.sequence = recovered_.position.sequence;
        recovered_.next = place_.sequence + 1;
        for (std::size_t i = 0; i < firsts.size(); ++i) {
            const bool is_last = i + 1 == firsts.size();
            take(firsts[i], is_last ? last_sequence : firsts[i + 1] - 1, is_last);
        }
        catalogue_.drained(place_);
        if (oldest_) catalogue_.oldest(*oldest_);
        return recovered_;
    }

private:
    /// Numbers above `limit` are the next segment's: those of a batch that was written again there.
    void take(Sequence first, Sequence limit, bool is_last)
    {
        const auto path = folder_ + '/' + segment_name(first);
        const auto file = open_for_reading(path);
        struct stat status{};
        if (!file || ::fstat(file.get(), &status) != 0) {
            log_.error("journal_segment_unreadable", {{"file", path}, {"why", std::strerror(errno)}});
            recovered_.next = std::max(recovered_.next, first + 1);
            return;
        }
        Segment segment;
        segment.first = first;
        segment.octets = static_cast<std::uint64_t>(status.st_size);
        segment.sealed = true;
        const auto header = state_of_header(file.get());
        if (header == HeaderState::later_version) {
            log_.error("journal_segment_of_later_version", {{"file", path}});
            recovered_.next = std::max(recovered_.next, first + segment.octets / record_header_octets);
            return;
        }
        segment.this_boot = header == HeaderState::this_boot;
        if (!is_last && limit <= place_.sequence) {
            segment.last = limit;
            segment.counted = false;
            segment.end = segment.octets;
            segment.drained_at = Clock::from_time_t(status.st_mtime);
        } else {
            scan(segment, file.get(), limit, header == HeaderState::damaged, is_last);
            if (segment.octets == 0) return;
        }
        catalogue_.add(segment);
    }

    HeaderState state_of_header(int file)
    {
        SegmentHeader header;
        const auto octets = disk_.read(file, header, 0);
        if (octets < 0) return HeaderState::damaged;
        return check_segment_header(Octets{header}.first(static_cast<std::size_t>(octets)), present_boot());
    }

    void scan(Segment& segment, int file, Sequence limit, bool header_damaged, bool is_last)
    {
        SegmentWalk walk{disk_, file, segment_header_octets, segment.octets};
        segment.last = segment.first - 1;
        segment.end = segment_header_octets;
        while (const auto record = walk.next()) {
            if (record->sequence <= segment.last || record->sequence > limit) continue;
            ++segment.records;
            segment.last = record->sequence;
            segment.end = walk.offset();
            if (segment.last <= place_.sequence)
                place_ = {place_.sequence, segment.first, segment.end, segment.records};
            else if (!oldest_)
                oldest_ = arrival(record->payload);
        }
        segment.looked_through = walk.offset() + walk.tail();
        const bool header_lost = header_damaged && walk.offset() + walk.tail() > segment_header_octets;
        const auto damaged = walk.damaged() + walk.tail() + (header_lost ? segment_header_octets : 0);
        report(segment, damaged - walk.tail(), walk.tail());
        recovered_.next = std::max(recovered_.next, segment.last + 1 + damaged / record_header_octets);
        if (is_last) cut_off(segment, damaged);
    }

    static std::optional<Clock::time_point> arrival(Octets payload)
    {
        const auto usage = provisioning::decode_usage(payload);
        return usage ? std::optional<Clock::time_point>{usage->arrived} : std::nullopt;
    }

    void report(const Segment& segment, std::uint64_t damaged, std::uint64_t tail)
    {
        const auto name = segment_name(segment.first);
        if (damaged > 0) log_.error("journal_damaged", {{"segment", name}, {"octets", damaged}});
        if (tail > 0) log_.warning("journal_torn_tail", {{"segment", name}, {"octets_dropped", tail}});
        if (damaged + tail == 0) return;
        catalogue_.looked(segment.first, segment.looked_through, damaged + tail);
        keep_aside(folder_, name);
    }

    /// The last segment's unused space; all of it when it holds nothing.
    void cut_off(Segment& segment, std::uint64_t damaged)
    {
        const auto path = folder_ + '/' + segment_name(segment.first);
        const bool nothing = damaged == 0 && !segment.holds_records();
        if (nothing && ::unlink(path.c_str()) == 0) segment.octets = 0;
        if (nothing) return;
        const auto used = std::min(segment.octets, segment.looked_through);
        if (::truncate(path.c_str(), static_cast<off_t>(used)) == 0) segment.octets = used;
        if (segment.last <= place_.sequence) segment.drained_at.reset(); // at some time since: counted from now
    }

    const std::string& folder_;
    DiskCalls& disk_;
    Catalogue& catalogue_;
    Log& log_;
    Recovered recovered_;
    Place place_;
    std::optional<Clock::time_point> oldest_;
};

} // namespace

Recovered recover(const std::string& folder, DiskCalls& disk, Catalogue& catalogue, Log& log)
{
    return Recovery{folder, disk, catalogue, log}.run();
}

} // namespace io::journal
