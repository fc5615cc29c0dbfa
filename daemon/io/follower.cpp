// daemon/io/follower.cpp - connect, migrate, load, follow; and all over again when the database went away.
#include "daemon/io/follower.hpp"

#include "provisioning/store/migrate.hpp"

#include <pthread.h>

#include <atomic>
#include <random>

namespace io {

namespace store = provisioning::store;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

constexpr auto poll_interval = 500ms;  // for links that are half open: a notification would have come sooner
constexpr auto gathering = 3ms;        // changes that follow each other closely are read together
constexpr auto prune_interval = 5min;
constexpr std::chrono::milliseconds first_pause = 100ms, longest_pause = 2s;

}  // namespace

struct Follower::Inside {
    enum class Phase { starting, up, away };

    DatabaseAddress address;
    EmbeddedPostgres* embedded;
    store::EntryHooks hooks;
    Callbacks callbacks;
    Watchdog& watchdog;
    Log& log;

    std::thread thread{};
    std::mutex mutex{};
    std::condition_variable stop_changed{};
    std::condition_variable read_changed{};
    bool stopping = false;                   ///< guarded by mutex
    steady_clock::time_point read_began{}; ///< of the last reading of the feed that came to its end; guarded by mutex

    std::atomic<Phase> phase{Phase::starting};
    std::atomic<steady_clock::duration> read_at{steady_clock::now().time_since_epoch()};

    // The thread's own.
    bool migrated = false;
    store::FeedPosition position{};
    steady_clock::time_point next_prune{};
    std::chrono::milliseconds pause = first_pause;
    std::minstd_rand random{std::random_device{}()};
    std::string complaint{};

    bool rest(std::chrono::milliseconds longest);
    bool ends() { return !rest(0ms); }
    void follow();
    void migrate();
    void reload(store::Session& session);
    void up();
    void away(std::string_view reason);
};

/// Sleeps, unless stop() is called; false when it was.
bool Follower::Inside::rest(std::chrono::milliseconds longest)
{
    std::unique_lock lock(mutex);
    return !stop_changed.wait_for(lock, longest, [this] { return stopping; });
}

void Follower::Inside::migrate()
{
    if (migrated) return;
    store::Session owner(address.connection, store::Role::owner, watchdog, address.timezone);
    const int applied = store::migrate(owner);
    if (applied > 0) log.info("schema_migrated", {{"steps", applied}});
    migrated = true;
}

void Follower::Inside::reload(store::Session& session)
{
    const auto begin = steady_clock::now();
    store::FeedPosition loaded;  // ours once all of it is here: a link that dies half-way means to begin again
    auto directory = store::load(session, hooks, loaded);
    auto sessions = store::open_sessions(session);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
    log.info("directory_loaded", {{"took_ms", took.count()}, {"sessions", sessions.size()}});
    up();  // whoever sees `ready` may send commands
    callbacks.loaded(std::move(directory), std::move(sessions));
    position = std::move(loaded);
}

void Follower::Inside::up()
{
    read_at = steady_clock::now().time_since_epoch();
    pause = first_pause;
    const auto before = phase.exchange(Phase::up);
    if (before == Phase::up) return;
    {
        const std::lock_guard lock(mutex); // a waiter looks at the phase, then waits
    }
    read_changed.notify_all();
    complaint.clear();
    log.info("database_up");
}

void Follower::Inside::away(std::string_view reason)
{
    const bool was_up = phase.load() == Phase::up;
    if (was_up) phase = Phase::away;
    if (complaint != reason) log.warning("database_away", {{"reason", reason}});
    complaint = reason;
    callbacks.away();
}

/// Returns when it is to end; throws when the database went away.
void Follower::Inside::follow()
{
    while (embedded && !embedded->ensure_running(0s))
        if (!rest(50ms)) return;
    migrate();
    store::Session session(address.connection, store::Role::application, watchdog, address.timezone);
    store::listen(session); // before anything is read, so that no change falls between
    if (position.snapshot.empty()) reload(session);
    while (!ends()) {
        const auto began = steady_clock::now();
        if (auto changes = store::changes_since(session, hooks, position); !changes)
            reload(session);
        else if (!changes->empty())
            callbacks.changed(std::move(*changes));
        up();
        if (callbacks.up_to_date()) position = {};
        {
            const std::lock_guard lock(mutex);
            read_began = began;
        }
        read_changed.notify_all();
        if (steady_clock::now() >= next_prune) {
            store::prune_feed(session);
            next_prune = steady_clock::now() + prune_interval;
        }
        if (store::wait_for_change(session, poll_interval)) rest(gathering);
    }
}

Follower::Follower(const DatabaseAddress& address, EmbeddedPostgres* embedded, store::EntryHooks hooks,
                   Callbacks callbacks, Watchdog& watchdog, Log& log)
    : inside_(new Inside{address, embedded, std::move(hooks), std::move(callbacks), watchdog, log})
{
}

Follower::~Follower() { stop(); }

void Follower::start()
{
    inside_->thread = std::thread([this] { run(); });
    ::pthread_setname_np(inside_->thread.native_handle(), "follower");
}

void Follower::stop()
{
    {
        const std::lock_guard lock(inside_->mutex);
        inside_->stopping = true;
    }
    inside_->stop_changed.notify_all();
    inside_->read_changed.notify_all();
    if (inside_->thread.joinable()) inside_->thread.join();
}

bool Follower::wait_until_up(std::chrono::milliseconds longest)
{
    auto& inside = *inside_;
    std::unique_lock lock(inside.mutex);
    inside.read_changed.wait_for(lock, longest,
                                 [&] { return inside.stopping || inside.phase.load() != Inside::Phase::starting; });
    return inside.phase.load() == Inside::Phase::up;
}

void Follower::catch_up(std::chrono::milliseconds longest)
{
    const auto since = steady_clock::now();
    std::unique_lock lock(inside_->mutex);
    inside_->read_changed.wait_for(lock, longest, [&] { return inside_->stopping || inside_->read_began >= since; });
}

Follower::State Follower::state() const noexcept
{
    const auto lag = steady_clock::now().time_since_epoch() - inside_->read_at.load();
    const double seconds = std::chrono::duration<double>(lag).count();
    switch (inside_->phase.load()) {
    case Inside::Phase::starting:
        return {"starting", seconds};
    case Inside::Phase::up:
        return {"up", seconds};
    case Inside::Phase::away:
        return {"away", seconds};
    }
    return {"away", seconds};
}

void Follower::run()
{
    auto& inside = *inside_;
    while (!inside.ends()) {
        try {
            inside.follow();
            continue;
        } catch (const store::MigrationError& error) {
            return inside.callbacks.failed(error.what());
        } catch (const EmbeddedError& error) {
            return inside.callbacks.failed(error.what());
        } catch (const store::Unavailable& error) {
            inside.away(error.message());
        } catch (const std::exception& error) {
            inside.away(error.what());
            inside.migrated = false; // another database has come in its place, perhaps an empty one
        }
        std::uniform_real_distribution<> jitter(0.75, 1.25);
        inside.rest(std::chrono::duration_cast<std::chrono::milliseconds>(inside.pause * jitter(inside.random)));
        inside.pause = std::min(inside.pause * 2, longest_pause);
    }
}

} // namespace io
