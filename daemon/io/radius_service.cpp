#include "daemon/io/radius_service.hpp"

#include "daemon/core/text.hpp"

namespace io {

using Kind = core::Event::Kind;
using config::LogLevel;

namespace {

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
    }
    return {LogLevel::debug, "none"};
}

}  // namespace

RadiusService::RadiusService(boost::asio::io_context& loop, const config::Config& config, core::Engine& engine,
                             DecisionLog& decisions, DatabaseThreads& accounting_threads, Log& log)
    : engine_(engine), decisions_(decisions), log_(log),
      accounting_(loop, accounting_threads, log,
                  [this](const std::vector<core::Ticket>& tickets, bool safe) { finished(tickets, safe); }),
      udp_(loop, config, engine.counters(), log, [this](const core::Datagram& datagram) { receive(datagram); })
{
}

void RadiusService::receive(const core::Datagram& datagram)
{
    const auto at = now();
    const auto outcome = engine_.on_datagram(datagram, at);
    if (!outcome.reply.empty()) udp_.send(datagram.path, outcome.reply);
    if (outcome.usage) accounting_.add(*outcome.usage, outcome.ticket);
    if (outcome.event.kind != Kind::none) report(datagram, outcome, at);
}

void RadiusService::report(const core::Datagram& datagram, const core::Outcome& outcome, core::Now at)
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
    const auto count = limiter_.admit(datagram.path.remote, static_cast<std::uint8_t>(event.kind), at.steady);
    if (!count) return;
    const auto [level, name] = words(event.kind);
    log_.write(level, name,
               {{"service", datagram.service == core::Service::auth ? "auth" : "acct"},
                {"source", to_text(datagram.path.remote)},
                {"port", datagram.path.remote_port},
                {"nas", event.nas ? std::string_view{event.nas->name} : std::string_view{}},
                {"detail", event.detail},
                {"count", *count}});
}

void RadiusService::decided(const core::Event& event, core::Now at)
{
    const bool accepted = event.reason == provisioning::Reason::none;
    const auto level = accepted ? LogLevel::debug : LogLevel::info;
    if (log_.enabled(level))
        log_.write(level, accepted ? "accept" : "reject",
                   {{"nas", event.nas->name},
                    {"login", event.login},
                    {"method", event.method},
                    {"mac", event.mac},
                    {"reason", provisioning::name(event.reason)}});
    decisions_.add({.at = std::chrono::time_point_cast<std::chrono::milliseconds>(at.system),
                    .nas_id = event.nas->id,
                    .nas = event.nas->name,
                    .login = core::clean(event.login),
                    .method = std::string(event.method),
                    .reason = event.reason,
                    .mac = core::clean(event.mac),
                    .times = 1});
}

void RadiusService::finished(const std::vector<core::Ticket>& tickets, bool safe)
{
    const auto at = now();
    for (const auto ticket : tickets) {
        if (!safe) {
            engine_.not_stored(ticket);
        } else if (const auto late = engine_.stored(ticket, at)) {
            udp_.send(late->path, late->reply);
        }
    }
    udp_.flush();
}

}  // namespace io
