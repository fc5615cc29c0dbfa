#include "daemon/io/journal/reader.hpp"

#include "daemon/io/journal/aside.hpp"
#include "daemon/io/journal/segment.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

namespace io::journal {
namespace {

constexpr std::uint64_t most_octets = std::uint64_t{16} << 20; ///< of a batch
constexpr auto between_removals = std::chrono::seconds{10};
constexpr std::size_t longest_note = 200;

} // namespace

Reader::Reader(const JournalSettings& settings, DiskCalls& disk, Catalogue& catalogue, Log& log, std::string note)
    : settings_(settings), disk_(disk), catalogue_(catalogue), log_(log), note_(std::move(note))
{
}

/// Every record behind `place`, which moves along, until `visit` has enough or all that is durable was visited.
void Reader::walk(Place& place, const Visit& visit)
{
    while (const auto segment = catalogue_.after(place.sequence)) {
        if (place.segment != segment->first) place = {place.sequence, segment->first, segment_header_octets, 0};
        if (!walk_segment(*segment, place, visit)) return;
        // What could not be read of it is passed over, or it would be looked for again and again.
        place = {segment->last, segment->first, segment->end, segment->records};
    }
}

bool Reader::walk_segment(const Segment& segment, Place& place, const Visit& visit)
{
    const auto path = settings_.directory + '/' + segment_name(segment.first);
    const auto file = open_for_reading(path);
    SegmentWalk walk{disk_, file.get(), place.offset, segment.end};
    std::uint64_t damaged = 0, damaged_before = 0;
    const auto count_damage = [&](std::uint64_t octets) {
        if (walk.offset() > segment.looked_through) damaged += octets;
    };
    bool more = true;
    while (more) {
        const auto record = walk.next();
        if (!record) {
            // Of a segment that was never looked through, zeros at the end may be space that was not used.
            if (segment.end > std::max(walk.offset(), segment.looked_through))
                damaged += segment.counted ? segment.end - walk.offset() : walk.tail();
            break;
        }
        count_damage(walk.damaged() - damaged_before);
        damaged_before = walk.damaged();
        if (record->sequence > segment.last) break;
        const auto octets = record_header_octets + record->payload.size();
        const bool known = record->sequence <= place.sequence;
        place = {std::max(place.sequence, record->sequence), segment.first, walk.offset(), place.passed + 1};
        if (known) continue;
        auto usage = provisioning::decode_usage(record->payload);
        if (!usage) {
            log_.error("journal_record_unreadable", {{"sequence", record->sequence}, {"octets", octets}});
            count_damage(octets);
            continue;
        }
        if (!segment.this_boot) usage->arrived_steady = std::chrono::nanoseconds{0}; // that clock began anew
        more = visit({record->sequence, octets, std::move(*usage)});
    }
    if (damaged > 0) {
        log_.error("journal_damaged", {{"segment", segment_name(segment.first)}, {"octets", damaged}});
        keep_aside(settings_.directory, segment_name(segment.first));
    }
    catalogue_.looked(segment.first, more ? segment.end : walk.offset(), damaged);
    return more;
}

Journal::Batch Reader::read(std::size_t most_records)
{
    remove_old();
    Journal::Batch batch;
    auto place = catalogue_.place();
    if (most_records == 0) return batch;
    walk(place, [&](Read&& read) {
        if (batch.records.empty()) batch.first = read.sequence;
        batch.last = read.sequence;
        batch.octets += read.octets;
        batch.records.push_back(std::move(read.usage));
        return batch.records.size() < most_records && batch.octets < most_octets;
    });
    behind_batch_ = place;
    last_of_batch_ = batch.last;
    if (batch.records.empty()) catalogue_.drained(place); // nothing but damage was left
    return batch;
}

void Reader::drained(const Journal::Batch& batch)
{
    if (batch.records.empty()) return;
    catalogue_.drained(batch.last == last_of_batch_ ? behind_batch_ : place_behind(batch.last));
    if (const auto next = arrival_behind(catalogue_.place())) catalogue_.oldest(*next);
    mark_drained();
    save();
    remove_old();
}

/// In the file's time of change, which a restart finds again.
void Reader::mark_drained()
{
    for (const auto& segment : catalogue_.mark_drained(Clock::now()))
        ::utimensat(AT_FDCWD, (settings_.directory + '/' + segment_name(segment.first)).c_str(), nullptr, 0);
}

Place Reader::place_behind(Sequence sequence)
{
    auto place = catalogue_.place();
    if (place.sequence >= sequence) return place;
    auto behind = place;
    walk(place, [&](Read&& read) {
        if (read.sequence > sequence) return false;
        behind = place;
        return true;
    });
    return behind;
}

std::optional<Clock::time_point> Reader::arrival_behind(Place place)
{
    std::optional<Clock::time_point> arrived;
    walk(place, [&](Read&& read) {
        arrived = read.usage.arrived;
        return false;
    });
    return arrived;
}

void Reader::rewind()
{
    for (const auto& segment : catalogue_.uncounted()) {
        const auto file = open_for_reading(settings_.directory + '/' + segment_name(segment.first));
        SegmentWalk walk{disk_, file.get(), segment_header_octets, segment.end};
        std::uint64_t records = 0;
        while (const auto record = walk.next()) records += record->sequence <= segment.last;
        catalogue_.counted(segment.first, records);
    }
    catalogue_.rewind();
    if (const auto first = arrival_behind(catalogue_.place())) catalogue_.oldest(*first);
    save();
}

void Reader::each_undrained(const std::function<void(const provisioning::Usage&)>& visit)
{
    auto place = catalogue_.place();
    walk(place, [&](Read&& read) {
        visit(read.usage);
        return true;
    });
}

void Reader::set_note(const std::string& note)
{
    if (note.size() > longest_note) throw std::runtime_error("the journal's note is too long");
    note_ = note;
    save();
}

void Reader::save() { write_position(settings_.directory, {catalogue_.place().sequence, note_}); }

void Reader::remove_old()
{
    const auto now = std::chrono::steady_clock::now();
    if (now < next_removal_) return;
    next_removal_ = now + between_removals;
    mark_drained();
    for (const auto& segment : catalogue_.forget_drained_before(Clock::now() - settings_.keep)) {
        const auto name = segment_name(segment.first);
        log_.info("journal_segment_removed", {{"segment", name}, {"octets", segment.octets}});
        ::unlink((settings_.directory + '/' + name).c_str());
    }
}

} // namespace io::journal
