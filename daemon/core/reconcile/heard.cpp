// What accounting says of sessions: an acknowledgement is believed as long as they agree.
#include "daemon/core/reconcile/reconciler_inside.hpp"
#include "daemon/core/text.hpp"

namespace core {

using provisioning::EnforcementOrder;
using provisioning::EnforcementResult;

namespace {

constexpr std::chrono::seconds on_its_way{1}; ///< a record may cross the NAS's answer
constexpr std::chrono::seconds late_answer{2}; ///< that is still waited for when the session has ended

} // namespace

void Reconciler::Inside::heard(Slot slot, Now now)
{
    Member& member = roster.at(slot);
    check_traffic(slot, now);
    if (!member.task) return;
    Task& task = *member.task;
    const bool since = *member.online.at > task.answered + on_its_way;
    if (task.phase == Phase::no_way) want_look(slot);
    if (task.phase == Phase::awaiting_end && since)
        no_effect(slot, task.wanted, *task.acknowledged, now);
    else if (task.phase == Phase::not_there && since)
        again_or_give_up(slot, EnforcementResult::refused, now);
}

/// The NAS said that it is not there, or that it has ended it: its accounting goes on.
void Reconciler::Inside::again_or_give_up(Slot slot, EnforcementResult result, Now now)
{
    Task& task = *roster.at(slot).task;
    if (next_of(EnforcementOrder::disconnect, result, std::nullopt, task.in_vain) == Next::again)
        pause(slot, pause_after(task.in_vain, jitter()), now);
    else
        task.phase = Phase::given_up;
    want_look(slot);
}

void Reconciler::Inside::check_traffic(Slot slot, Now now)
{
    Member& member = roster.at(slot);
    if (!member.watch || *member.online.at <= member.watch->acknowledged) return;
    Watch& watch = *member.watch;
    const auto& online = member.online;
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(*online.at - watch.at.value_or(*online.at));
    const bool grown = watch.at && online.download >= watch.download && online.upload >= watch.upload;
    if (grown && (exceeds(online.download - watch.download, time, watch.has.download_bps) ||
                  exceeds(online.upload - watch.upload, time, watch.has.upload_bps))) {
        const auto was = std::move(member.watch);
        member.online.has = was->had.surely;
        member.online.has_words = was->had_words;
        member.perhaps = was->had.perhaps;
        member.garden = was->had.garden;
        member.reduced = was->had.reduced;
        return no_effect(slot, was->has, was->attempt, now);
    }
    if (watch.at && grown && time < std::chrono::seconds{30}) return;
    watch.at = *online.at;
    watch.download = online.download;
    watch.upload = online.upload;
}

/// The attempt is told again, with what came of it in the end.
void Reconciler::Inside::no_effect(Slot slot, const Wanted& wanted,
                                   const provisioning::EnforcementAttempt& acknowledged, Now now)
{
    Member& member = roster.at(slot);
    attempts.push_back(acknowledged);
    attempts.back().result = EnforcementResult::no_effect;
    if (acknowledged.order == EnforcementOrder::coa) {
        if (member.rates) { // by hand: nobody is disconnected for that
            member.rates.reset();
            return want_look(slot);
        }
        if (member.task) return want_look(slot); // something else is wanted by now
        member.task = std::make_unique<Task>();
        member.task->wanted = wanted;
        member.task->since = now.steady;
        member.task->escalated = true;
        member.task->problem = "acknowledged without effect";
        unsettled[member.online.nas_id].insert(slot);
        return want_look(slot);
    }
    Task& task = *member.task;
    ++task.in_vain;
    task.problem = "acknowledged without effect";
    if (member.hand) {
        auto outcome = member.hand->outcome;
        outcome.result = EnforcementResult::no_effect;
        return finish_hand(slot, outcome);
    }
    again_or_give_up(slot, EnforcementResult::no_effect, now);
}

/// A request about it may still be answered: its Stop often overtakes the NAS's own answer.
void Reconciler::Inside::ended(Slot slot, Now now)
{
    Member& member = roster.at(slot);
    Ordered* order = nullptr;
    if (member.task && member.task->phase == Phase::in_flight) {
        order = &orders.at(member.task->order_number);
        member.task->line->hurry(member.task->order_number, now.steady, late_answer);
    }
    if (member.hand) {
        if (order != nullptr && order->by_hand) {
            order->orphaned_done = std::move(member.hand->done);
        } else {
            auto outcome = member.hand->outcome;
            outcome.over = true;
            if (outcome.sent == 0) outcome.problem = "it has ended meanwhile";
            told.emplace_back(std::move(member.hand->done), outcome);
        }
    }
    drop_task(slot);
    if (--of_nas[member.online.nas_id] == 0) of_nas.erase(member.online.nas_id);
    roster.remove(slot);
}

} // namespace core
