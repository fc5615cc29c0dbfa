// Accounting-Request: authentic? then its usage, and an answer that waits until the record is safe. RFC 2866.
#include "daemon/core/engine_inside.hpp"

#include <algorithm>

namespace core {

using provisioning::UsageKind;
using Kind = Event::Kind;

/// What is wrong with it stands in the record, which is kept though nobody waits for it: not too many of them, since
/// they are never acknowledged (protocol N-03).
Outcome Engine::Inside::malformed_accounting(const Request& request, Reported&& reported)
{
    usage = std::move(reported.usage);
    Outcome outcome =
        refuse(Counter::acct_malformed, {.kind = Kind::acct_malformed, .detail = usage.complaint, .nas = &request.nas});
    const std::chrono::duration<double> passed = request.now.steady - malformed_at;
    malformed_tokens = std::min(most_malformed_a_second, malformed_tokens + passed.count() * most_malformed_a_second);
    malformed_at = request.now.steady;
    if (malformed_tokens < 1) return outcome;
    malformed_tokens -= 1;
    outcome.usage = &usage;
    return outcome;
}

/// Once an hour for a NAS. Nothing is ordered by its clock; who looks at its logs should know (protocol N-16).
void Engine::Inside::note_skew(const Request& request, const Reported& reported, Event& event)
{
    constexpr std::chrono::hours noteworthy{1}, told_each{1};
    auto& state = request.state;
    const auto seconds = state.counters.clock_skew_s.value_or(0);
    const bool skewed = reported.usage.nas_at && std::chrono::abs(std::chrono::seconds{seconds}) > noteworthy;
    if (!skewed && !reported.delay_ignored) return;
    if (state.skew_told && request.now.steady - *state.skew_told < told_each) return;
    state.skew_told = request.now.steady;
    skew = skewed ? "its clock is " + std::to_string(std::abs(seconds)) + (seconds < 0 ? " s behind" : " s ahead")
                  : "its Acct-Delay-Time is more than 7 days, and ignored";
    event = {.kind = Kind::clock_skew, .detail = skew, .nas = &request.nas};
}

Outcome Engine::Inside::on_acct(const Request& received)
{
    Request request = received;
    const auto& packet = request.packet;
    const auto& nas = request.nas;
    if (packet.code() == static_cast<std::uint8_t>(radius::Code::status_server))
        return status_server(request, radius::Code::accounting_response, radius::ReplyBuilder::Sign::authenticator_only,
                             Counter::acct_status_server);
    if (packet.code() != static_cast<std::uint8_t>(radius::Code::accounting_request))
        return refuse(Counter::acct_unknown_type, {.kind = Kind::unknown_type, .nas = &nas});
    counters.add(Counter::acct_requests);
    ++request.state.counters.accounting;

    if (!authenticated(request)) {
        note_bad(request);
        return refuse(Counter::acct_bad_authenticator,
                      {.kind = Kind::bad_authenticator, .detail = "Request Authenticator", .nas = &nas});
    }
    const auto signature = radius::check_message_authenticator(digester, packet, request.secret);
    if (signature == radius::MessageAuthenticator::wrong || signature == radius::MessageAuthenticator::malformed)
        return unverified(request, Counter::acct_bad_authenticator, "Message-Authenticator");
    verified(request);

    const auto key = key_of(request.datagram, packet);
    const auto print = print_of(packet);
    if (const auto found = duplicates.find(key, print, request.now.steady)) return repeated(request, *found);
    auto reported = reported_by(request);
    if (!reported.usage.complaint.empty()) return malformed_accounting(request, std::move(reported));

    // An Accounting-Response is never longer than the request: a header and its Proxy-State.
    const auto ticket = pending.size() < max_pending_accounting
                            ? duplicates.begin(key, print, packet.octets().size(), request.now.steady)
                            : 0;
    if (ticket == 0) {
        ++request.state.counters.dropped;
        return refuse(Counter::acct_dropped, {.kind = Kind::no_room, .nas = &nas});
    }
    radius::ReplyBuilder builder(out, radius::Code::accounting_response, packet,
                                 radius::ReplyBuilder::Sign::authenticator_only);
    builder.echo_proxy_state(packet);
    const auto reply = builder.finish(digester, request.secret);
    Outcome outcome;
    if (!reply) return outcome;
    hear(request, reported);
    note_skew(request, reported, outcome.event);
    usage = std::move(reported.usage);
    pending.emplace(ticket, Pending{request.datagram.path, key, nas.id, {reply->begin(), reply->end()}});
    outcome.usage = &usage;
    outcome.lost = lost;
    outcome.ticket = ticket;
    return outcome;
}

std::optional<LateReply> Engine::stored(Ticket ticket, Now now)
{
    auto& in = *inside_;
    const auto at = in.pending.find(ticket);
    if (at == in.pending.end()) return std::nullopt;
    in.finished = std::move(at->second);
    in.pending.erase(at);
    if (!in.duplicates.answer(in.finished.key, ticket, in.finished.reply, now.steady)) return std::nullopt;
    in.counters.add(Counter::acct_responses);
    return LateReply{in.finished.path, in.finished.reply};
}

void Engine::not_stored(Ticket ticket)
{
    auto& in = *inside_;
    const auto at = in.pending.find(ticket);
    if (at == in.pending.end()) return;
    in.counters.add(Counter::acct_dropped);
    in.duplicates.forget(at->second.key, ticket);
    in.pending.erase(at);
}

} // namespace core
