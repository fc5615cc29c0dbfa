// What came of a request: its answer, or its silence, and what is done then.
#include "daemon/core/reconcile/reconciler_inside.hpp"

namespace core {

using provisioning::EnforcementOrder;
using provisioning::EnforcementResult;
using radius::DynamicAnswer;

namespace {

constexpr std::chrono::seconds stop_waited_for{10}; ///< by whoever disconnected by hand
constexpr std::uint32_t context_not_found = 503; ///< RFC 5176 s3.5

std::string words_of(const Reconciler::Outcome& outcome)
{
    switch (outcome.result) {
    case EnforcementResult::acknowledged:
        return "acknowledged";
    case EnforcementResult::no_effect:
        return "acknowledged without effect";
    case EnforcementResult::no_answer:
        return "no answer";
    case EnforcementResult::not_sent:
        return "it does not fit into a packet";
    case EnforcementResult::not_found:
        return "not known to the NAS";
    case EnforcementResult::refused:
        break;
    }
    if (!outcome.error_cause) return "NAK";
    const auto name = radius::error_cause_name(*outcome.error_cause);
    return "NAK " + std::to_string(*outcome.error_cause) + (name.empty() ? "" : " " + std::string{name});
}

std::int64_t unix_seconds(Now now) noexcept
{
    return std::chrono::duration_cast<std::chrono::seconds>(now.system.time_since_epoch()).count();
}

} // namespace

/// Protocol O-02, O-03, O-11. Lines that share an address and port (its NAS has another id now) are all asked.
void Reconciler::Inside::take(const Path& path, Octets octets, Now now)
{
    const auto code = octets.empty() ? std::uint8_t{0} : octets[0];
    const bool request = code == static_cast<std::uint8_t>(radius::Code::coa_request) ||
                         code == static_cast<std::uint8_t>(radius::Code::disconnect_request);
    auto at = lines.lower_bound(LineKey{path.remote, path.remote_port, INT64_MIN});
    Line* asked = nullptr;
    for (; !request && at != lines.end(); ++at) {
        if (std::get<0>(at->first) != path.remote || std::get<1>(at->first) != path.remote_port) break;
        asked = &at->second;
        if (take_from(at->second, octets, now)) return;
    }
    if (asked == nullptr) return counters.add(Counter::coa_unexpected);
    ++asked->bad_replies;
    counters.add(Counter::coa_bad_reply);
}

bool Reconciler::Inside::take_from(Line& line, Octets octets, Now now)
{
    if (octets.size() < radius::header_octets) return false;
    const auto* flight = line.find(octets[1]);
    if (flight == nullptr) return false;
    const auto reply =
        radius::check_dynamic_reply(digester, octets, flight->octets, flight->secret.octets(), unix_seconds(now));
    if (reply.answer != DynamicAnswer::acknowledged && reply.answer != DynamicAnswer::refused) {
        const auto probe = probes.find(flight->owner);
        if (probe != probes.end() && reply.answer == DynamicAnswer::bad_authenticator)
            probe->second.other_secret = true;
        return false;
    }
    const bool acknowledged = reply.answer == DynamicAnswer::acknowledged;
    ++(acknowledged ? line.acknowledged : line.refused);
    counters.add(acknowledged ? Counter::coa_acks : Counter::coa_naks);
    finish(line, line.answered(octets[1], now.steady), reply, now);
    return true;
}

/// `reply`: nothing came.
void Reconciler::Inside::finish(Line& line, Line::Flight&& flight, const std::optional<radius::DynamicReply>& reply,
                                Now now)
{
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now.steady - flight.first);
    if (!reply) counters.add(Counter::coa_timeouts);
    if (const auto probe = probes.find(flight.owner); probe != probes.end()) {
        Probed result{.answered = reply || probe->second.other_secret,
                      .signed_right = reply || !probe->second.other_secret,
                      .took = took};
        if (reply) {
            result.acknowledged = reply->answer == DynamicAnswer::acknowledged;
            result.error_cause = reply->error_cause;
            if (reply->event_timestamp) result.clock_skew_s = std::int64_t{*reply->event_timestamp} - unix_seconds(now);
        }
        probed.emplace_back(std::move(probe->second.done), result);
        probes.erase(probe);
        return;
    }
    const auto found = orders.find(flight.owner);
    Ordered order = std::move(found->second);
    orders.erase(found);
    Outcome outcome{.result = EnforcementResult::no_answer, .sent = flight.sent, .took = took};
    if (reply) {
        outcome.error_cause = reply->error_cause;
        outcome.result = reply->answer == DynamicAnswer::acknowledged ? EnforcementResult::acknowledged
                         : reply->error_cause == context_not_found    ? EnforcementResult::not_found
                                                                      : EnforcementResult::refused;
    }
    order.line_answers = line.answers();
    came(order.slot, std::move(order), outcome, now);
}

void Reconciler::Inside::came(Slot slot, Ordered&& order, Outcome outcome, Now now)
{
    order.attempt.result = outcome.result;
    order.attempt.error_cause = outcome.error_cause;
    order.attempt.sent = outcome.sent;
    order.attempt.took = outcome.took;
    attempts.push_back(order.attempt);
    Member* member = roster.at(slot, order.generation);
    if (member == nullptr) {
        outcome.over = true;
        if (order.orphaned_done) told.emplace_back(std::move(order.orphaned_done), outcome);
        return;
    }
    Task& task = *member->task;
    ++task.requests;
    task.phase = Phase::no_way;
    task.problem = words_of(outcome);
    const bool coa = order.attempt.order == EnforcementOrder::coa;
    if (outcome.result == EnforcementResult::no_answer) {
        ++task.unanswered;
        if (coa) member->perhaps = order.wanted.fingerprint;
    } else {
        task.unanswered = 0;
        if (outcome.result != EnforcementResult::acknowledged) ++task.in_vain;
    }
    if (outcome.result == EnforcementResult::not_found) records.unknown(member->online.key);
    if (order.by_hand && member->hand && !(outcome.result == EnforcementResult::acknowledged)) {
        outcome.problem = outcome.result == EnforcementResult::not_sent ? task.problem : std::string{};
        return finish_hand(slot, outcome);
    }
    proceed(slot, order, outcome, now);
}

void Reconciler::Inside::proceed(Slot slot, const Ordered& order, const Outcome& outcome, Now now)
{
    Member& member = roster.at(slot);
    Task& task = *member.task;
    if (!task.wanted.same_as(order.wanted) && outcome.result != EnforcementResult::acknowledged) {
        task.in_vain = task.unanswered = 0;
        task.escalated = false;
        return want_look(slot);
    }
    switch (next_of(order.attempt.order, outcome.result, outcome.error_cause, task.in_vain)) {
    case Next::in_force:
        return in_force(slot, order, outcome, now);
    case Next::await_end:
        task.phase = Phase::awaiting_end;
        task.acknowledged = std::make_unique<provisioning::EnforcementAttempt>(order.attempt);
        task.answered = now.steady;
        if (!member.hand) return;
        member.hand->outcome = outcome;
        return set_timer(slot, now.steady + stop_waited_for);
    case Next::again:
        // A NAS that is silent is tried at its line's own pace.
        if (outcome.result != EnforcementResult::no_answer || order.line_answers)
            pause(slot, pause_after(std::max(task.in_vain, task.unanswered), jitter()), now);
        break;
    case Next::disconnect:
        task.escalated = true;
        task.in_vain = 0;
        break;
    case Next::when_heard:
        task.phase = Phase::not_there;
        task.answered = now.steady;
        break;
    case Next::give_up:
        task.phase = Phase::given_up;
        break;
    }
    if (task.phase == Phase::no_way || member.hand) want_look(slot);
}

/// Believed until its accounting says otherwise.
void Reconciler::Inside::in_force(Slot slot, const Ordered& order, const Outcome& outcome, Now now)
{
    Member& member = roster.at(slot);
    const auto& wanted = order.wanted;
    const auto changed = radius::differing(worst_of(member.had(), wanted.fingerprint), wanted.fingerprint);
    member.watch.reset();
    if (changed.has(radius::TermGroup::rates))
        member.watch = std::make_unique<Watch>(Watch{.had = member.had(),
                                                     .had_words = member.online.has_words,
                                                     .has = wanted,
                                                     .acknowledged = now.steady,
                                                     .attempt = order.attempt,
                                                     .at = {}});
    member.online.has = wanted.fingerprint;
    member.online.has_words = wanted.words;
    member.perhaps.reset();
    member.garden = wanted.garden;
    member.reduced = wanted.reduced;
    drop_task(slot);
    if (order.by_hand && member.hand) {
        told.emplace_back(std::move(member.hand->done), outcome);
        member.hand.reset();
    }
    want_look(slot);
}

/// It came to nothing: the session is its records' again.
void Reconciler::Inside::finish_hand(Slot slot, const Outcome& outcome)
{
    Member& member = roster.at(slot);
    if (!member.hand->disconnect) member.rates.reset();
    told.emplace_back(std::move(member.hand->done), outcome);
    member.hand.reset();
    drop_task(slot);
    want_look(slot);
}

} // namespace core
