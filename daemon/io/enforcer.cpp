#include "daemon/io/enforcer.hpp"

#include "provisioning/store/enforcement.hpp"

#include <boost/asio/post.hpp>

namespace io {

namespace store = provisioning::store;

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds longest_pause{50}; // a command by hand waits no longer for its request
constexpr std::chrono::minutes allowances_each{15};
constexpr std::size_t attempts_at_once = 2000;

core::Now now() { return {steady_clock::now(), std::chrono::system_clock::now()}; }

} // namespace

Enforcer::Enforcer(boost::asio::io_context& loop, core::Engine& engine, Udp& udp, DatabaseThreads& threads,
                   Errands& errands, std::string timezone, Log& log)
    : loop_(loop), engine_(engine), udp_(udp), threads_(threads), errands_(errands), timezone_(std::move(timezone)),
      log_(log), timer_(loop), second_timer_(loop), allowance_timer_(loop)
{
}

void Enforcer::start()
{
    wake();
    each_second();
}

void Enforcer::stop()
{
    stopped_ = true;
    timer_.cancel();
    second_timer_.cancel();
    allowance_timer_.cancel();
}

void Enforcer::receive(const core::Datagram& datagram, core::Now at)
{
    engine_.reconciler().on_reply(datagram.path, datagram.truncated ? core::Octets{} : datagram.octets, at);
    wake();
}

void Enforcer::wake()
{
    if (std::exchange(woken_, true) || stopped_) return;
    boost::asio::post(loop_, [this] { work(); });
}

void Enforcer::work()
{
    woken_ = false;
    if (stopped_) return;
    auto& reconciler = engine_.reconciler();
    const auto next = reconciler.work(
        now(), [this](const core::Reconciler::Packet& packet) { udp_.request(packet.path, packet.octets); });
    udp_.flush();
    for (auto& attempt : reconciler.take_attempts()) attempts_.push_back(std::move(attempt));
    if (attempts_.size() >= attempts_at_once) keep_attempts();
    wait_until(next.value_or(steady_clock::time_point::max()));
}

void Enforcer::wait_until(steady_clock::time_point when)
{
    const auto at = steady_clock::now();
    if (when <= at) return wake(); // after what else the loop has to do
    timer_.expires_at(std::min(when, at + longest_pause));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) work();
    });
}

/// Best effort, as the decision log is: an attempt that is lost was made all the same.
void Enforcer::keep_attempts()
{
    if (attempts_.empty()) return;
    errands_.add("attempts to make sessions follow",
                 [batch = std::make_shared<std::vector<provisioning::EnforcementAttempt>>(std::move(attempts_))](
                     store::Session& session) { store::store_attempts(session, *batch); });
    attempts_.clear();
}

void Enforcer::records_loaded()
{
    read_allowances();
    wake();
}

void Enforcer::read_allowances()
{
    if (std::exchange(reading_, true) || stopped_) return;
    const bool posted = threads_.post([this](SessionSource& sessions) {
        auto used = std::make_shared<std::vector<core::KnownUse>>();
        try {
            auto& session = sessions.get();
            for (const auto& one : store::allowances_used(session, timezone_))
                used->push_back({one.login_id, one.octets});
        } catch (const std::exception& error) {
            log_.warning("allowances_not_read",
                         {{"reason", error.what()}, {"effect", "what this daemon has heard itself counts"}});
        }
        boost::asio::post(loop_, [this, used] {
            reading_ = false;
            engine_.use_known(*used, now());
            wake();
        });
    });
    if (!posted) reading_ = false;
    allowance_timer_.expires_after(allowances_each);
    allowance_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) read_allowances();
    });
}

void Enforcer::tell_allowances()
{
    for (const auto& note : engine_.allowance_notes()) {
        const auto* login = engine_.directory() ? engine_.directory()->find_login(note.login_id) : nullptr;
        log_.info(note.used_up ? "allowance_used_up" : "allowance_warning",
                  {{"login", login ? std::string_view{login->name} : std::string_view{}},
                   {"used_octets", note.used},
                   {"allowance_octets", note.allowance}});
    }
}

void Enforcer::each_second()
{
    keep_attempts();
    tell_allowances();
    second_timer_.expires_after(std::chrono::seconds{1});
    second_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) each_second();
    });
}

} // namespace io
