// daemon/io/clerk.cpp
#include "daemon/io/clerk.hpp"

#include "daemon/io/rounds.hpp"
#include "provisioning/store/actions.hpp"

#include <algorithm>

namespace io {

namespace store = provisioning::store;
using namespace std::chrono_literals;

namespace {

constexpr auto longest_wait = 500ms; // for links that are half open: a notification would have come sooner
constexpr std::size_t at_once = 200;

} // namespace

struct Clerk::Inside {
    std::function<provisioning::ProviderDay()> day;
    Log& log;
    Rounds rounds;
    mutable std::mutex mutex{};
    State shown{}; ///< guarded by mutex

    void show(bool up, const store::Settled& settled)
    {
        const std::lock_guard lock(mutex);
        shown.up = up;
        shown.released += settled.released.size();
        shown.slowest_s = std::max(shown.slowest_s, settled.slowest_s);
    }
    bool look(store::Session& session)
    {
        const store::Actor actor{.name = "porteirod", .operator_ = {}, .address = {}};
        const auto [today, defaults] = day();
        const auto settled = store::settle(session, today, defaults, at_once, actor);
        for (const auto contract : settled.released) log.info("released", {{"contract", contract}, {"why", "settled"}});
        show(true, settled);
        return settled.looked_at == at_once;
    }
};

Clerk::Clerk(const DatabaseAddress& address, std::function<provisioning::ProviderDay()> day, Watchdog& watchdog,
             Log& log)
    : inside_(new Inside{std::move(day), log, Rounds("clerk", address, watchdog, longest_wait)})
{
}

Clerk::~Clerk() { stop(); }

void Clerk::start()
{
    inside_->rounds.start([this](store::Session& session) { return inside_->look(session); },
                          [this](const std::string& reason) {
                              inside_->show(false, {});
                              inside_->log.debug("payments_not_looked_at", {{"reason", reason}});
                          });
}

void Clerk::stop() { inside_->rounds.stop(); }

Clerk::State Clerk::state() const
{
    const std::lock_guard lock(inside_->mutex);
    return inside_->shown;
}

} // namespace io
