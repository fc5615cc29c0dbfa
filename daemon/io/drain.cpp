// daemon/io/drain.cpp - read a batch, merge it, write down how far; and all over again when the database went away.
#include "daemon/io/drain.hpp"

#include "provisioning/store/enforcement.hpp"
#include "provisioning/store/usage.hpp"

#include <pthread.h>

#include <algorithm>
#include <random>

namespace io {

namespace store = provisioning::store;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t smallest_batch = 200, largest_batch = 10'000;
constexpr auto slow_merge = 200ms;  // protocol N-19
constexpr auto idle_wait = 500ms;
constexpr auto look_interval = 2s;
constexpr auto housekeeping_interval = 1h;
constexpr std::chrono::milliseconds first_pause = 100ms, longest_pause = 2s;

} // namespace

struct Drain::Inside {
    Journal& journal;
    DatabaseAddress address;
    std::string daemon;
    Watchdog& watchdog;
    Log& log;

    std::thread thread{};
    mutable std::mutex mutex{};
    std::condition_variable changed{};
    // Guarded by the mutex.
    bool stopping = false;
    State shown{};
    std::chrono::days retention{400};

    // The thread's own.
    std::size_t batch = 1000;
    steady_clock::time_point next_housekeeping{}, next_look{};
    std::chrono::milliseconds pause = first_pause;
    std::string unwritten{}; ///< why the journal's position could not be written
    std::minstd_rand random{std::random_device{}()};

    bool ends() const
    {
        const std::lock_guard lock(mutex);
        return stopping;
    }
    template <class Write>
    void write_down(Write write);
    void know_cluster(store::Session& session);
    void follow();
    bool step(store::Session& session);
    void in(const Journal::Batch& records, std::size_t refused, steady_clock::duration took);
    void away(const std::string& problem);
    void keep_house();
    void run();
};

/// How far the database is. Where that cannot be kept (a full disk, say), a restart begins further back; to stop for it
/// would keep the disk full.
template <class Write>
void Drain::Inside::write_down(Write write)
{
    try {
        write();
        unwritten.clear();
    } catch (const std::runtime_error& error) {
        if (unwritten != error.what())
            log.warning("journal_position_not_written",
                        {{"reason", error.what()}, {"effect", "after a restart some records are stored once more"}});
        unwritten = error.what();
    }
}

/// Another database than the one that has what was drained (a standby that lagged, a restored copy) gets everything
/// that is kept once more (protocol F-04).
void Drain::Inside::know_cluster(store::Session& session)
{
    next_look = steady_clock::now() + look_interval;
    const auto cluster = store::cluster_of(session);
    const auto filled = journal.note();
    if (filled == cluster) return;
    if (!filled.empty()) {
        write_down([&] { journal.rewind(); });
        const auto depth = journal.state().depth;
        log.warning("journal_replayed",
                    {{"records", depth}, {"reason", "the database is another one, or another timeline of it"}});
        const std::lock_guard lock(mutex);
        shown.replayed += depth;
    }
    write_down([&] { journal.set_note(cluster); });
}

/// Until it is to end and the journal is empty; throws when the database went away.
void Drain::Inside::follow()
{
    store::Session session(address.connection, store::Role::application, watchdog, address.timezone);
    know_cluster(session);
    for (;;) {
        if (steady_clock::now() >= next_housekeeping) keep_house();
        if (step(session)) continue;
        if (ends()) return;
        journal.wait(idle_wait);
        // While nothing comes in, only asking tells that another server has taken this one's place.
        if (steady_clock::now() >= next_look) know_cluster(session);
    }
}

/// False: there is nothing to do.
bool Drain::Inside::step(store::Session& session)
{
    const auto records = journal.read(batch);
    if (records.records.empty()) {
        const std::lock_guard lock(mutex);
        shown.records_per_second = 0;
        return false;
    }
    const auto began = steady_clock::now();
    const auto refused = store::store_usage(session, records.records, daemon);
    write_down([&] { journal.drained(records); });
    in(records, refused, steady_clock::now() - began);
    return true;
}

void Drain::Inside::in(const Journal::Batch& records, std::size_t refused, steady_clock::duration took)
{
    if (took > slow_merge)
        batch = std::max(smallest_batch, batch / 2);
    else if (records.records.size() == batch)
        batch = std::min(largest_batch, batch * 2);
    pause = first_pause;
    if (refused > 0)
        log.error("accounting_refused",
                  {{"records", refused}, {"effect", "put aside, see `porteiro session refused`"}});
    bool again = false;
    {
        const std::lock_guard lock(mutex);
        again = !shown.up && !shown.problem.empty();
        shown.up = true;
        shown.problem.clear();
        shown.drained += records.records.size();
        shown.dead_letters += refused;
        const double seconds = std::max(1e-3, std::chrono::duration<double>(took).count());
        const double rate = static_cast<double>(records.records.size()) / seconds;
        shown.records_per_second = shown.records_per_second == 0 ? rate : 0.8 * shown.records_per_second + 0.2 * rate;
    }
    if (again) log.info("drain_goes_on", {{"depth", journal.state().depth}});
    changed.notify_all();
}

void Drain::Inside::away(const std::string& problem)
{
    bool fresh = false;
    {
        const std::lock_guard lock(mutex);
        fresh = shown.problem != problem;
        shown.up = false;
        shown.problem = problem;
        shown.records_per_second = 0;
    }
    if (fresh)
        log.warning("drain_waits",
                    {{"reason", problem}, {"effect", "accounting is acknowledged and stays in the journal"}});
}

/// Best effort: what fails is tried again in an hour, and nothing waits for it.
void Drain::Inside::keep_house()
{
    next_housekeeping = steady_clock::now() + housekeeping_interval;
    std::chrono::days kept{};
    {
        const std::lock_guard lock(mutex);
        kept = retention;
    }
    try {
        store::Session owner(address.connection, store::Role::owner, watchdog, address.timezone);
        for (const auto& name : store::keep_partitions(owner, kept)) log.info("partition", {{"what", name}});
        store::prune_attempts(owner, kept);
    } catch (const store::Unavailable& error) {
        log.warning("partitions_not_kept", {{"reason", error.message()}});
    } catch (const std::exception& error) {
        log.error("partitions_not_kept", {{"reason", error.what()}});
    }
}

void Drain::Inside::run()
{
    for (;;) {
        std::string problem;
        try {
            return follow();
        } catch (const provisioning::Refusal& error) {
            problem = error.message();
        } catch (const std::exception& error) {
            problem = error.what();
        }
        away(problem);
        std::uniform_real_distribution<> jitter(0.75, 1.25);
        const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(pause * jitter(random));
        pause = std::min(pause * 2, longest_pause);
        std::unique_lock lock(mutex);
        if (stopping) return; // what is left stays in the journal
        changed.wait_for(lock, rest, [this] { return stopping; });
    }
}

Drain::Drain(Journal& journal, const DatabaseAddress& address, std::string daemon, Watchdog& watchdog, Log& log)
    : inside_(new Inside{journal, address, std::move(daemon), watchdog, log})
{
}

Drain::~Drain() { stop(); }

void Drain::start()
{
    inside_->thread = std::thread([this] { inside_->run(); });
    ::pthread_setname_np(inside_->thread.native_handle(), "drain");
}

void Drain::stop()
{
    {
        const std::lock_guard lock(inside_->mutex);
        inside_->stopping = true;
    }
    inside_->changed.notify_all();
    inside_->journal.interrupt();
    if (inside_->thread.joinable()) inside_->thread.join();
}

void Drain::set_retention(std::chrono::days retention)
{
    const std::lock_guard lock(inside_->mutex);
    inside_->retention = retention;
}

bool Drain::flush(std::chrono::milliseconds longest)
{
    // What was heard a moment ago is on its way to the disk; on one that takes nothing it never comes.
    const auto durable = inside_->journal.state();
    const auto last = durable.disk == Journal::Disk::ok ? inside_->journal.last_added() : durable.last;
    const auto there = [&] { return inside_->journal.state().last_drained >= last; };
    std::unique_lock lock(inside_->mutex);
    inside_->changed.wait_for(lock, longest,
                              [&] { return inside_->stopping || !inside_->shown.problem.empty() || there(); });
    return there();
}

Drain::State Drain::state() const
{
    const std::lock_guard lock(inside_->mutex);
    return inside_->shown;
}

} // namespace io
