// daemon/io/journal/journal.hpp - accounting records on local disk, safe before they are acknowledged, kept until the
// database has had them for a day. Append-only segments of checksummed records in a folder; one thread writes, with one
// fdatasync for each batch; another reads. Protocol N-01, N-02, F-03, F-08, F-09, F-12, F-14.
#pragma once

#include "daemon/core/engine.hpp"
#include "daemon/io/log.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace io {

namespace journal {
class DiskCalls;
} // namespace journal

struct JournalSettings {
    std::string directory; ///< made if missing, 0700
    std::uint64_t quota_octets = std::uint64_t{8} << 30; ///< of all segments; drained ones go early before it is passed
    std::chrono::milliseconds delay{2}; ///< a batch gathers for so long at most
    std::chrono::seconds keep{24 * 3600}; ///< a segment stays for so long after it was drained
    std::uint64_t segment_octets = std::uint64_t{64} << 20;
};

class Journal {
public:
    /// For a record that no NAS waits for. It is written when the disk takes records again, if need be.
    static constexpr core::Ticket nobody_waits = 0;

    /// On the loop, once for each batch: durable, or not written at all.
    using Done = std::function<void(const std::vector<core::Ticket>& tickets, bool durable)>;

    /// Reads what is there up to its torn tail, and says in the log what it dropped. Throws std::runtime_error when the
    /// folder cannot be used.
    Journal(boost::asio::io_context& loop, JournalSettings settings, Log& log);
    /// On a disk whose calls may fail, for tests.
    Journal(boost::asio::io_context& loop, JournalSettings settings, Log& log, journal::DiskCalls& disk);
    ~Journal(); ///< stop()
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    void start(Done done); ///< begins to write
    void stop(); ///< writes what is queued, joins; add() takes nothing more

    // The loop's side. Waits for nothing.
    /// False: no room in the queue (64 MiB), or it has stopped; the ticket is not reported.
    bool add(const provisioning::Usage& usage, core::Ticket ticket);
    bool idle() const noexcept; ///< every ticket was reported

    /// Sequence number of the last record that add() took, be it written already or not; any thread.
    std::uint64_t last_added() const;

    // The reader's side: one thread.
    struct Batch {
        std::vector<provisioning::Usage> records;
        std::uint64_t octets = 0; ///< as they lie on disk
        std::uint64_t first = 0, last = 0; ///< sequence numbers, from 1
    };
    /// What follows the last drained() one, at most so many; none: all that is durable was read. A record that cannot
    /// be read is counted, reported and passed over.
    Batch read(std::size_t most_records);
    /// The batch is in the database: where the next read begins, also after a restart. Throws std::runtime_error when
    /// that cannot be written down (it is then repeated some day, which changes nothing).
    void drained(const Batch& batch);
    /// From the oldest record kept, drained or not (protocol F-04: the database is another one).
    void rewind();
    /// Until something is there to read, at most so long, or until interrupt().
    bool wait(std::chrono::milliseconds longest);
    void interrupt() noexcept;
    /// What the reader keeps beside its position, over restarts: which database it has filled (at most 200 octets).
    std::string note() const;
    void set_note(const std::string& note);

    /// Every record that is not drained, the oldest first; before start().
    void each_undrained(const std::function<void(const provisioning::Usage&)>& visit);

    /// For `status`; any thread.
    enum class Disk { ok, full, failing };
    struct State {
        Disk disk = Disk::ok;
        std::string problem; ///< in words, when not ok
        std::uint64_t written = 0; ///< records since the start
        std::uint64_t depth = 0; ///< durable and not drained
        std::chrono::system_clock::time_point oldest{}; ///< arrival of the first of those; none: the epoch
        std::uint64_t octets = 0, quota_octets = 0; ///< of all segments
        std::uint64_t damaged = 0; ///< records and torn tails dropped since the start, in octets
        std::uint64_t last = 0; ///< sequence number of the last durable record
        std::uint64_t last_drained = 0;
        std::chrono::microseconds last_sync{0}; ///< how long the last fdatasync took
    };
    State state() const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace io
