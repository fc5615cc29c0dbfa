// daemon/io/snapshot.cpp - what is to be written waits, already encoded, until the thread takes all of it at once.
#include "daemon/io/snapshot.hpp"

#include "daemon/io/snapshot_file.hpp"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace io {
namespace {

using namespace std::chrono_literals;

constexpr auto still_true_interval = 10s;
constexpr auto wish_interval = 1min;

/// What one turn of the thread writes: first the entries, if any, then the changes.
struct Work {
    std::optional<Batch> entries{};
    SystemTime entries_as_of{};
    Batch changes{};
    std::optional<SystemTime> as_of{}; ///< of the changes, or of none; nothing: nothing to append
    bool any() const noexcept { return entries || as_of; }
};

std::string hours_text(std::chrono::seconds span)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::hours>(span).count()) + " h";
}

} // namespace

struct Snapshot::Inside {
    Log& log;
    Clock clock;
    SnapshotFile file; ///< the thread's
    bool failed = false; ///< the thread's: and said so

    std::mutex mutex{};
    std::condition_variable changed{};
    Work waiting{};           // the rest is guarded by mutex
    SystemTime last_as_of{};  ///< handed to the thread
    bool working = false, stopping = false, missing = false;
    SystemTime wished_at{};
    std::thread thread{};

    void run();
    void write(Work work);
    void append(Work& work);
    void tidy(SystemTime as_of);
    void failure(const char* reason);
};

void Snapshot::Inside::run()
{
    std::unique_lock lock(mutex);
    for (;;) {
        changed.wait(lock, [this] { return waiting.any() || stopping; });
        if (!waiting.any()) return;
        working = true;
        auto work = std::exchange(waiting, Work{});
        lock.unlock();
        try {
            write(std::move(work));
        } catch (const std::exception& error) {
            failure(error.what());
        }
        lock.lock();
        working = false;
        changed.notify_all();
    }
}

void Snapshot::Inside::write(Work work)
{
    if (work.entries) {
        file.write_anew(std::move(*work.entries), work.entries_as_of);
        if (failed) log.info("snapshot_written_again");
        failed = false;
        const std::lock_guard lock(mutex);
        missing = false;
    }
    if (!work.as_of || !file.is_open()) return;
    append(work);
    if (file.outgrown()) tidy(*work.as_of);
}

void Snapshot::Inside::append(Work& work)
{
    try {
        file.append(work.changes, *work.as_of);
    } catch (const std::exception& error) {
        log.warning("snapshot_not_appended", {{"reason", error.what()}});
        if (!file.compact(work.changes, *work.as_of)) throw; // a shorter file may find room
    }
}

/// When it does not work out the file goes on growing: nothing is lost.
void Snapshot::Inside::tidy(SystemTime as_of)
{
    try {
        if (!file.compact({}, as_of)) failure("cannot be read back");
    } catch (const std::exception& error) {
        file.outgrow_later();
        log.warning("snapshot_not_compacted", {{"reason", error.what()}});
    }
}

void Snapshot::Inside::failure(const char* reason)
{
    const bool removed = file.remove();
    if (!failed) log.error("snapshot_not_written", {{"reason", reason}, {"removed", removed ? "yes" : "no"}});
    failed = true;
    const std::lock_guard lock(mutex);
    missing = true;
    wished_at = clock();
}

std::optional<Snapshot::Loaded> Snapshot::load(const std::string& path, const provisioning::Sealer& sealer,
                                               std::chrono::seconds oldest, Log& log)
{
    const auto ignored = [&](std::string_view reason) {
        log.warning("snapshot_ignored", {{"path", path}, {"reason", reason}});
        return std::nullopt;
    };
    try {
        const auto begin = std::chrono::steady_clock::now();
        const auto octets = octets_of_file(path);
        if (!octets) {
            log.info("snapshot_missing", {{"path", path}});
            return std::nullopt;
        }
        auto contents = read_snapshot(*octets, sealer);
        if (!contents) return ignored(name(contents.error()));
        const auto age = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() - contents->as_of);
        if (age > oldest) return ignored("older than " + hours_text(oldest));
        const auto took = std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
        log.info("snapshot_loaded", {{"age_s", age.count()},
                                     {"logins", contents->directory->sizes().logins},
                                     {"torn_octets", contents->torn_octets},
                                     {"took_ms", took.count()}});
        return Loaded{std::move(contents->directory), contents->as_of};
    } catch (const std::exception& error) {
        return ignored(error.what());
    }
}

Snapshot::Snapshot(std::string path, const provisioning::Sealer& sealer, Log& log, Clock clock)
    : inside_(new Inside{log, clock, SnapshotFile{std::move(path), sealer}})
{
    inside_->thread = std::thread([inside = inside_.get()] { inside->run(); });
    ::pthread_setname_np(inside_->thread.native_handle(), "snapshot");
}

Snapshot::~Snapshot()
{
    {
        const std::lock_guard lock(inside_->mutex);
        inside_->stopping = true;
    }
    inside_->changed.notify_all();
    inside_->thread.join();
}

void Snapshot::rewrite(const provisioning::Directory& directory)
{
    auto entries = batch_of(directory);
    {
        const std::lock_guard lock(inside_->mutex);
        inside_->last_as_of = inside_->clock();
        inside_->waiting = Work{std::move(entries), inside_->last_as_of}; // what waited is in it
    }
    inside_->changed.notify_all();
}

void Snapshot::append(const std::vector<provisioning::Change>& changes)
{
    {
        const std::lock_guard lock(inside_->mutex);
        for (const auto& change : changes) inside_->waiting.changes.add(change);
        inside_->waiting.as_of = inside_->last_as_of = inside_->clock();
    }
    inside_->changed.notify_all();
}

void Snapshot::still_true()
{
    {
        const std::lock_guard lock(inside_->mutex);
        const auto now = inside_->clock();
        // A clock that was set back must not hold it up.
        if (now >= inside_->last_as_of && now - inside_->last_as_of < still_true_interval) return;
        inside_->waiting.as_of = inside_->last_as_of = now;
    }
    inside_->changed.notify_all();
}

bool Snapshot::wants_rewrite()
{
    const std::lock_guard lock(inside_->mutex);
    const auto now = inside_->clock();
    if (!inside_->missing || (now >= inside_->wished_at && now - inside_->wished_at < wish_interval)) return false;
    inside_->wished_at = now;
    return true;
}

void Snapshot::flush()
{
    std::unique_lock lock(inside_->mutex);
    inside_->changed.wait(lock, [this] { return !inside_->working && !inside_->waiting.any(); });
}

} // namespace io
