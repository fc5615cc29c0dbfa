// daemon/io/rounds.cpp
#include "daemon/io/rounds.hpp"

#include "provisioning/store/feed.hpp"

#include <pthread.h>

namespace io {
namespace {

using namespace std::chrono_literals;
constexpr auto gathering = 20ms; // changes that follow each other closely are looked at together
constexpr auto away_pause = 1s;

} // namespace

Rounds::Rounds(const char* name, const DatabaseAddress& address, Watchdog& watchdog,
               std::chrono::milliseconds longest_wait)
    : name_(name), address_(address), watchdog_(watchdog), longest_wait_(longest_wait)
{
}

Rounds::~Rounds() { stop(); }

bool Rounds::rest(std::chrono::milliseconds longest)
{
    std::unique_lock lock(mutex_);
    return !stop_changed_.wait_for(lock, longest, [this] { return stopping_; });
}

/// Returns when it is to end.
void Rounds::go(const Look& look)
{
    provisioning::store::Session session(address_.connection, provisioning::store::Role::application, watchdog_,
                                         address_.timezone);
    provisioning::store::listen(session);
    while (rest(0ms)) {
        if (look(session)) continue;
        if (provisioning::store::wait_for_change(session, longest_wait_)) rest(gathering);
    }
}

void Rounds::start(Look look, Away away)
{
    thread_ = std::thread([this, look = std::move(look), away = std::move(away)] {
        do {
            try {
                return go(look);
            } catch (const std::exception& error) {
                away(error.what());
            }
        } while (rest(away_pause));
    });
    ::pthread_setname_np(thread_.native_handle(), name_);
}

void Rounds::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool Rounds::stopping() const
{
    const std::lock_guard lock(mutex_);
    return stopping_;
}

} // namespace io
