// daemon/io/journal/writer.hpp - the writing thread: what was queued goes into a segment with one write and one
// fdatasync, and is then reported; or none of it is acknowledged.
#pragma once

#include "daemon/io/journal/queue.hpp"
#include "daemon/io/journal/segment_maker.hpp"

namespace io::journal {

class Writer {
public:
    /// On the writing thread.
    using Report = std::function<void(std::vector<core::Ticket>&& tickets, bool durable)>;

    Writer(const JournalSettings& settings, Queue& queue, DiskCalls& disk, Catalogue& catalogue, Log& log,
           Report report);
    void run(); ///< until the queue is stopped and empty

private:
    struct Slice {
        std::span<const Entry> entries;
        Octets octets;
    };
    void write(const Work& work);
    void try_disk();
    Slice slice_of(std::span<const Entry> entries, Octets octets) const;
    bool store(const Slice& slice);
    bool open_segment(Sequence first);
    enum class Outcome { durable, not_written, not_synced };
    Outcome put(const Slice& slice);
    void close_segment();
    void refuse(std::span<const Entry> entries, Octets octets);
    void report(std::span<const Entry> entries, bool durable);
    void say(Problem problem);

    Queue& queue_;
    DiskCalls& disk_;
    Catalogue& catalogue_;
    Log& log_;
    Report report_;
    SegmentMaker maker_;
    const std::string directory_;
    SegmentMaker::Made segment_;
    std::uint64_t end_ = 0; ///< behind the last durable record
    Work kept_; ///< refused ones that no NAS will send again
    Problem problem_;
};

} // namespace io::journal
