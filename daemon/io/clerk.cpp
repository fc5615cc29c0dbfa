// daemon/io/clerk.cpp
#include "daemon/io/clerk.hpp"

#include "provisioning/store/actions.hpp"
#include "provisioning/store/feed.hpp"

#include <pthread.h>

#include <algorithm>

namespace io {

namespace store = provisioning::store;
using namespace std::chrono_literals;

namespace {

constexpr auto poll_interval = 500ms; // for links that are half open: a notification would have come sooner
constexpr auto gathering = 20ms;      // payments that follow each other closely are looked at together
constexpr auto away_pause = 1s;
constexpr std::size_t at_once = 200;

} // namespace

struct Clerk::Inside {
    DatabaseAddress address;
    std::function<provisioning::ProviderDay()> day;
    Watchdog& watchdog;
    Log& log;

    std::thread thread{};
    mutable std::mutex mutex{};
    std::condition_variable stop_changed{};
    bool stopping = false; ///< guarded by mutex
    State shown{};         ///< likewise

    /// Sleeps, unless stop() is called; false when it was.
    bool rest(std::chrono::milliseconds longest)
    {
        std::unique_lock lock(mutex);
        return !stop_changed.wait_for(lock, longest, [this] { return stopping; });
    }
    void show(bool up, const store::Settled& settled)
    {
        const std::lock_guard lock(mutex);
        shown.up = up;
        shown.released += settled.released.size();
        shown.slowest_s = std::max(shown.slowest_s, settled.slowest_s);
    }
    void follow();
    void run();
};

/// Returns when it is to end; throws when the database went away.
void Clerk::Inside::follow()
{
    store::Session session(address.connection, store::Role::application, watchdog, address.timezone);
    store::listen(session);
    const store::Actor actor{.name = "porteirod", .operator_ = {}, .address = {}};
    while (rest(0ms)) {
        const auto [today, defaults] = day();
        const auto settled = store::settle(session, today, defaults, at_once, actor);
        for (const auto contract : settled.released) log.info("released", {{"contract", contract}, {"why", "settled"}});
        show(true, settled);
        if (settled.looked_at == at_once) continue;
        if (store::wait_for_change(session, poll_interval)) rest(gathering);
    }
}

void Clerk::Inside::run()
{
    do {
        try {
            return follow();
        } catch (const std::exception& error) {
            show(false, {});
            log.debug("payments_not_looked_at", {{"reason", error.what()}});
        }
    } while (rest(away_pause));
}

Clerk::Clerk(const DatabaseAddress& address, std::function<provisioning::ProviderDay()> day, Watchdog& watchdog,
             Log& log)
    : inside_(new Inside{address, std::move(day), watchdog, log})
{
}

Clerk::~Clerk() { stop(); }

void Clerk::start()
{
    inside_->thread = std::thread([this] { inside_->run(); });
    ::pthread_setname_np(inside_->thread.native_handle(), "clerk");
}

void Clerk::stop()
{
    {
        const std::lock_guard lock(inside_->mutex);
        inside_->stopping = true;
    }
    inside_->stop_changed.notify_all();
    if (inside_->thread.joinable()) inside_->thread.join();
}

Clerk::State Clerk::state() const
{
    const std::lock_guard lock(inside_->mutex);
    return inside_->shown;
}

} // namespace io
