// Which sessions are to be looked at, and what a look finds: what it should have, and whether it has it.
#include "daemon/core/reconcile/reconciler_inside.hpp"
#include "daemon/core/terms.hpp"

namespace core {

using provisioning::EnforcementOrder;
using provisioning::EnforcementResult;
using provisioning::Reason;

namespace {

constexpr int looks_at_once = 256; ///< about a millisecond: each asks the policy
constexpr Roster::Slot passed_at_once = 4096; ///< likewise: each is a few look-ups
constexpr std::size_t enough_to_look_at = 2 * passed_at_once;

Wanted wanted_by(const provisioning::Decision& decision, radius::Dialect dialect)
{
    Wanted wanted;
    wanted.offline = decision.reason != Reason::none;
    if (wanted.offline) {
        wanted.words = "offline";
        wanted.why = provisioning::name(decision.reason);
        return wanted;
    }
    wanted.fingerprint = radius::fingerprint(dialect, terms_of(decision, {}));
    wanted.garden = decision.garden != nullptr;
    wanted.reduced = decision.allowance_used;
    const auto with_burst = [](std::uint64_t rate, std::uint64_t burst) { return rate ? std::max(rate, burst) : 0; };
    wanted.download_bps = with_burst(decision.download_bps, decision.burst_download_bps);
    wanted.upload_bps = with_burst(decision.upload_bps, decision.burst_upload_bps);
    wanted.words = provisioning::in_words(decision);
    return wanted;
}

/// The NAS lets in others whom we were never asked about, and tells us of them: they are not ours to end.
bool was_let_in_by_us(const Reconciler::Online& online) noexcept
{
    return online.login_id > 0 || !online.session_key.starts_with("n:");
}

} // namespace

void Reconciler::Inside::want_look(Slot slot)
{
    Member& member = roster.at(slot);
    if (std::exchange(member.to_look, true)) return;
    looks.emplace_back(slot, member.generation);
}

void Reconciler::Inside::look_at_some(Now now)
{
    for (int i = 0; i < looks_at_once && !looks.empty(); ++i) {
        const auto [slot, generation] = looks.front();
        looks.pop_front();
        Member* member = roster.at(slot, generation);
        if (member == nullptr) continue;
        member->to_look = false;
        look(slot, now);
    }
}

/// A record that many sessions hang on changed: all are asked, a slice at a time, whether it is theirs. What changes
/// meanwhile waits for the next pass.
void Reconciler::Inside::pass_some()
{
    if (!directory || looks.size() > enough_to_look_at) return;
    if (!pass_runs) {
        if (concerned.empty()) return;
        passing = std::exchange(concerned, {});
        pass_runs = true;
        pass_at = 0;
    }
    const auto end = std::min(roster.slots(), pass_at + passed_at_once);
    for (; pass_at < end; ++pass_at) {
        const Member& member = roster.at(pass_at);
        if (!member.used || !is_concerned(member)) continue;
        const bool anew = passing.again.contains(member.online.nas_id) && member.task &&
                          member.task->phase != Phase::in_flight && member.task->phase != Phase::awaiting_end;
        if (anew) drop_task(pass_at);
        want_look(pass_at);
    }
    if (pass_at == roster.slots()) pass_runs = false;
}

bool Reconciler::Inside::is_concerned(const Member& member) const noexcept
{
    const Online& online = member.online;
    if (passing.all || passing.gardens) return true;
    if (passing.nas.contains(online.nas_id) || passing.again.contains(online.nas_id)) return true;
    const auto* login = directory->find_login(online.login_id);
    if (login == nullptr) return passing.unknown;
    if (passing.plans.contains(login->plan_id) || passing.contracts.contains(login->contract_id)) return true;
    const auto* contract = directory->contract(*login);
    return contract != nullptr && passing.clients.contains(contract->client_id);
}

Reconciler::Inside::Judged Reconciler::Inside::judge(Member& member, Now now)
{
    Judged judged{records.decide(member.online, now), directory->find_nas(member.online.nas_id), {}};
    auto& decision = judged.decision;
    const auto dialect = judged.nas ? dialect_of(judged.nas->vendor) : radius::Dialect::generic;
    judged.wanted = wanted_by(decision, dialect);
    if (member.rates && !member.rates->base.same_as(judged.wanted)) member.rates.reset();
    if (!judged.wanted.offline) judged.wanted.why = why_of(member.had(), judged.wanted, decision);
    if (member.rates && !judged.wanted.offline) {
        decision.download_bps = member.rates->rates.download_bps;
        decision.upload_bps = member.rates->rates.upload_bps;
        decision.burst_download_bps = decision.burst_upload_bps = decision.burst_time_s = 0;
        judged.wanted = wanted_by(decision, dialect);
        judged.wanted.why = "by hand";
    }
    if (member.hand && member.hand->disconnect) {
        judged.wanted.offline = true;
        judged.wanted.words = "offline";
        judged.wanted.why = "by hand";
    }
    return judged;
}

void Reconciler::Inside::look(Slot slot, Now now)
{
    Member& member = roster.at(slot);
    if (!directory || !member.online.ours) return;
    auto judged = judge(member, now);
    note_validity(slot, judged.decision);
    if (member.task && (member.task->phase == Phase::in_flight || member.task->phase == Phase::awaiting_end)) {
        member.task->wanted = std::move(judged.wanted); // looked at again when its answer is here
        return;
    }
    if (follows(member.had(), judged.wanted)) return settle(slot, judged);
    if (!was_let_in_by_us(member.online) && !member.hand) return drop_task(slot);
    pursue(slot, std::move(judged), now);
}

void Reconciler::Inside::note_validity(Slot slot, const provisioning::Decision& decision)
{
    Member& member = roster.at(slot);
    if (member.valid_until == decision.valid_until) return;
    member.valid_until = decision.valid_until;
    if (decision.valid_until != std::chrono::system_clock::time_point::max())
        expiries.emplace(decision.valid_until, slot, member.generation);
}

void Reconciler::Inside::look_at_expired(Now now)
{
    while (!expiries.empty() && std::get<0>(expiries.top()) <= now.system) {
        const auto [when, slot, generation] = expiries.top();
        expiries.pop();
        Member* member = roster.at(slot, generation);
        if (member == nullptr || member->valid_until != when) continue;
        member->valid_until = std::chrono::system_clock::time_point::max();
        want_look(slot);
    }
}

void Reconciler::Inside::settle(Slot slot, const Judged& judged)
{
    Member& member = roster.at(slot);
    drop_task(slot);
    member.online.has = judged.wanted.fingerprint;
    member.online.has_words = judged.wanted.words;
    member.perhaps.reset();
    member.garden = judged.wanted.garden;
    member.reduced = judged.wanted.reduced;
}

/// What is wanted keeps its place, its pause and its failures as long as it stays the same.
void Reconciler::Inside::pursue(Slot slot, Judged&& judged, Now now)
{
    Member& member = roster.at(slot);
    if (!member.task) {
        member.task = std::make_unique<Task>();
        member.task->since = now.steady;
        member.task->wanted = judged.wanted;
        unsettled[member.online.nas_id].insert(slot);
    }
    Task& task = *member.task;
    const bool same = task.wanted.same_as(judged.wanted);
    if (same && task.phase != Phase::no_way && !member.hand) return;
    if (task.phase == Phase::queued) task.line->leave(task.place);
    task.timer = 0;
    task.phase = Phase::no_way;
    if (!same) {
        task.since = now.steady;
        task.in_vain = task.unanswered = 0;
        task.escalated = false;
    }
    task.wanted = std::move(judged.wanted);
    const auto way = way_to(member.online, judged.nas);
    task.problem = way.problem;
    if (way.problem.empty()) return enqueue(slot, line_to(member.online.nas_id, way.path));
    if (member.hand) finish_hand(slot, {.problem = std::string{way.problem}});
}

void Reconciler::Inside::drop_task(Slot slot)
{
    Member& member = roster.at(slot);
    if (!member.task) return;
    if (member.task->phase == Phase::queued) member.task->line->leave(member.task->place);
    member.task.reset();
    const auto of = unsettled.find(member.online.nas_id);
    of->second.erase(slot);
    if (of->second.empty()) unsettled.erase(of);
}

} // namespace core
