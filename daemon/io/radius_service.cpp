#include "daemon/io/radius_service.hpp"

#include "provisioning/store/passwords.hpp"

namespace io {

using Kind = core::Event::Kind;
using config::LogLevel;

namespace {

constexpr std::size_t most_hashes_waiting = 512;  // at 5 ms each on two threads: 1.3 s

core::Now now() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }

struct Words {
    LogLevel level;
    std::string_view event;
};

/// How the log calls what was not answered.
Words words(Kind kind)
{
    switch (kind) {
    case Kind::none:
    case Kind::decided:
        break;
    case Kind::unknown_client:
        return {LogLevel::warning, "unknown_client"};
    case Kind::malformed:
        return {LogLevel::warning, "malformed"};
    case Kind::bad_authenticator:
        return {LogLevel::warning, "bad_authenticator"};
    case Kind::message_authenticator_missing:
        return {LogLevel::warning, "message_authenticator_missing"};
    case Kind::blastradius:
        return {LogLevel::warning, "proxy_state_without_message_authenticator"};
    case Kind::unknown_type:
        return {LogLevel::warning, "unknown_type"};
    case Kind::stale_retransmission:
        return {LogLevel::warning, "stale_message_authenticator"};
    case Kind::no_room:
        return {LogLevel::error, "overload"};
    case Kind::acct_malformed:
        return {LogLevel::warning, "accounting_malformed"};
    case Kind::clock_skew:
        return {LogLevel::warning, "clock_skew"};
    }
    return {LogLevel::debug, "none"};
}

}  // namespace

RadiusService::RadiusService(boost::asio::io_context& loop, const config::Config& config, core::Engine& engine,
                             DecisionLog& decisions, Journal& journal, DatabaseThreads& errand_threads, Secrets secrets,
                             Log& log)
    : engine_(engine), decisions_(decisions), secrets_(secrets), log_(log), journal_(journal),
      errands_(loop, errand_threads, log), hashes_(loop, static_cast<std::size_t>(config.radius.hash_threads),
                                                   most_hashes_waiting, provisioning::crypt_matches),
      due_timer_(loop), second_timer_(loop),
      udp_(loop, config, engine.counters(), log, [this](const core::Datagram& datagram) { receive(datagram); }),
      enforcer_(loop, engine, udp_, errand_threads, errands_, config.timezone, log)
{
}

void RadiusService::start()
{
    journal_.start([this](const std::vector<core::Ticket>& tickets, bool durable) { finished(tickets, durable); });
    udp_.start();
    enforcer_.start();
    each_second();
}

void RadiusService::stop()
{
    udp_.stop();
    due_timer_.cancel();
    second_timer_.cancel();
    enforcer_.stop();
    errands_.stop();
    hashes_.stop();
}

void RadiusService::receive(const core::Datagram& datagram)
{
    const auto at = now();
    if (datagram.service == core::Service::coa) return enforcer_.receive(datagram, at);
    auto outcome = engine_.on_datagram(datagram, at);
    handle(datagram.path, datagram.service, std::move(outcome), at);
    if (datagram.service == core::Service::acct) enforcer_.wake();
}

void RadiusService::records_changed() { enforcer_.wake(); }
void RadiusService::records_loaded() { enforcer_.records_loaded(); }

void RadiusService::handle(const core::Path& path, core::Service service, core::Outcome&& outcome, core::Now at)
{
    if (!outcome.reply.empty()) udp_.send(path, outcome.reply);
    // Before the Start that closes them: no acknowledged Start may leave its ghosts open.
    for (const auto& lost : outcome.lost) journal_.add(lost, Journal::nobody_waits);
    if (outcome.usage && !journal_.add(*outcome.usage, outcome.ticket)) engine_.not_stored(outcome.ticket);
    if (outcome.event.kind != Kind::none) report(path, service, outcome, at);
    if (outcome.hash) check_hash(std::move(*outcome.hash), outcome.ticket);
    if (outcome.learned_message_authenticator || outcome.learned_mac || outcome.upgrade) keep(outcome);
    wait_for_due();
}

void RadiusService::check_hash(core::HashWork&& work, core::Ticket ticket)
{
    const bool posted =
        hashes_.post(ticket, std::move(work.stored), std::move(work.typed), [this](core::Ticket done, bool right) {
            const auto at = now();
            auto late = engine_.hash_checked(done, right, at);
            if (!late) return;
            handle(late->path, core::Service::auth, std::move(late->outcome), at);
            udp_.flush();
        });
    if (!posted) engine_.hash_not_checked(ticket);
}

/// In force at once in memory; the records follow.
void RadiusService::keep(core::Outcome& outcome)
{
    namespace store = provisioning::store;
    if (const auto nas_id = outcome.learned_message_authenticator; nas_id != 0) {
        const auto* nas = outcome.event.nas;
        log_.info("message_authenticator_learned",
                  {{"nas_id", nas_id},
                   {"nas", nas ? std::string_view{nas->name} : std::string_view{}},
                   {"effect", "from now on a request without one gets no answer; nas set NAME "
                              "--message-authenticator ignore takes that back"}});
        errands_.add("message authenticator of a nas",
                     [nas_id](store::Session& session) { store::learn_message_authenticator(session, nas_id); });
    }
    if (const auto& learned = outcome.learned_mac)
        errands_.add("MAC of a login", [one = *learned](store::Session& session) {
            store::learn_mac(session, one.login_id, std::string_view{one.mac.data(), one.mac.size()});
        });
    if (auto& upgrade = outcome.upgrade)
        errands_.add(
            "password of a login in another storage",
            [this, one = std::make_shared<core::PasswordUpgrade>(std::move(*upgrade))](store::Session& session) {
                provisioning::Sealer sealer(secrets_.sealer);
                store::upgrade_password(session, sealer, secrets_.forms, one->login_id, one->sealed, one->clear,
                                        one->to);
            });
}

/// One timer for the first reject that waits.
void RadiusService::wait_for_due()
{
    const auto next = engine_.next_due();
    if (!next || *next >= due_at_) return;
    due_at_ = *next;
    due_timer_.expires_at(due_at_);
    due_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) send_due();
    });
}

void RadiusService::send_due()
{
    due_at_ = std::chrono::steady_clock::time_point::max();
    while (const auto late = engine_.due(now())) udp_.send(late->path, late->reply);
    udp_.flush();
    wait_for_due();
}

void RadiusService::report(const core::Path& path, core::Service service, const core::Outcome& outcome, core::Now at)
{
    const auto& event = outcome.event;
    if (event.kind == Kind::decided) {
        decided(event, at);
        if (outcome.secret_suspect)
            log_.warning(
                "secret_probably_wrong",
                {{"nas", event.nas->name},
                 {"why",
                  "most rejected passwords of this NAS are no text: compare its secret with `porteiro nas show`"}});
        return;
    }
    const auto count = limiter_.admit(path.remote, static_cast<std::uint8_t>(event.kind), at.steady);
    if (!count) return;
    const auto [level, name] = words(event.kind);
    log_.write(level, name,
               {{"service", service == core::Service::auth ? "auth" : "acct"},
                {"source", to_text(path.remote)},
                {"port", path.remote_port},
                {"nas", event.nas ? std::string_view{event.nas->name} : std::string_view{}},
                {"detail", event.detail},
                {"count", *count}});
}

void RadiusService::decided(const core::Event& event, core::Now at)
{
    const bool accepted = event.reason == provisioning::Reason::none || event.garden;
    const auto level = accepted ? LogLevel::debug : LogLevel::info;
    if (log_.enabled(level))
        log_.write(level,
                   event.garden ? "garden"
                   : accepted   ? "accept"
                                : "reject",
                   {{"nas", event.nas->name},
                    {"login", event.login},
                    {"method", event.method},
                    {"mac", event.mac},
                    {"reason", provisioning::name(event.reason)}});
    decisions_.add(event, std::chrono::time_point_cast<std::chrono::milliseconds>(at.system));
}

/// Sessions that nobody has heard of for too long end, a slice each second; what a NAS's silence means is told.
void RadiusService::each_second()
{
    constexpr std::size_t closed_at_once = 2000;
    const auto at = now();
    for (const auto& closed : engine_.close_stale(closed_at_once, at)) journal_.add(closed, Journal::nobody_waits);
    engine_.accounting_possible(journal_.state().disk == Journal::Disk::ok);
    report_silences(at);
    second_timer_.expires_after(std::chrono::seconds{1});
    second_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) each_second();
    });
}

void RadiusService::report_silences(core::Now at)
{
    for (const auto& [nas, online] : engine_.silences(at)) {
        if (online.silent)
            log_.warning(
                "nas_silent",
                {{"nas", nas->name},
                 {"sessions", online.open},
                 {"why", "none of its sessions was heard of in time: it, or the way to it, is probably down"}});
        else
            log_.info("nas_heard_again", {{"nas", nas->name}, {"sessions", online.open}});
    }
}

/// On disk, or not: the replies of one batch leave together.
void RadiusService::finished(const std::vector<core::Ticket>& tickets, bool durable)
{
    const auto at = now();
    for (const auto ticket : tickets) {
        if (!durable) {
            engine_.not_stored(ticket);
        } else if (const auto late = engine_.stored(ticket, at)) {
            udp_.send(late->path, late->reply);
        }
    }
    udp_.flush();
}

}  // namespace io
