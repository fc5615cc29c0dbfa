// provisioning/store/billing.cpp - billing run: what the debts of a day close and open.
#include "provisioning/store/billing.hpp"
#include "provisioning/store/guard.hpp"
#include "provisioning/store/reminders.hpp"
#include "provisioning/store/suspension.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds deadline{60};

/// An action that is due, with all that it was decided by.
struct Due {
    Situation situation;
    ladder::Action action; ///< its debt is one of the situation's
};

std::optional<Due> due_of(Situation&& situation, const Ladder& ladder, ladder::Day today)
{
    const auto action = ladder::action_on(today, situation.standing, situation.debts, situation.rules, ladder.holidays);
    if (action.what == ladder::What::nothing || (situation.spared && ladder::cuts(action.what))) return std::nullopt;
    return Due{std::move(situation), action};  // the debts' vector moves with its elements, the pointer stays right
}

BillingStep step_of(const Due& due, ladder::Day today)
{
    const auto& [situation, action] = due;
    auto step = step_about(situation, action.debt, today);
    step.action = ladder::name(action.what);
    step.why = ladder::reason(action, situation.standing, situation.rules, today);
    return step;
}

std::vector<Due> all_due(std::vector<Situation> overdue, const Ladder& ladder, ladder::Day today)
{
    std::vector<Due> all;
    for (auto& situation : overdue) {
        if (auto due = due_of(std::move(situation), ladder, today)) all.push_back(*std::move(due));
    }
    std::ranges::stable_sort(all, {}, [](const Due& due) { return due.action.what; });  // cuts before releases
    return all;
}

struct Run {
    Session& session;
    ladder::Day today;
    const BillingDefaults& defaults;
    const Actor& actor;
    Ladder ladder{};
    std::int64_t id = 0;
};

/// A run for another day than the real one counts from that day on.
std::string since(Transaction& t, ladder::Day today)
{
    const auto day = ladder::text_of(today);
    return t.work().exec_params1("select today() = $1::date", day)[0].as<bool>() ? std::string{} : day;
}

void carry_out(Transaction& t, const BillingStep& step, ladder::Action action, ladder::Day today)
{
    switch (action.what) {
    case ladder::What::reduce:
        return reduce_in(t, step.contract_id, step.why, since(t, today));
    case ladder::What::suspend:
        return suspend_in(t, step.contract_id, "debt", step.why, Origin::billing, since(t, today));
    case ladder::What::release:
        return release_in(t, step.contract_id);
    case ladder::What::terminate:
        t.work().exec_params0("update contract set termination_due = $2::date where id = $1", step.contract_id,
                              ladder::text_of(today));
        return;
    case ladder::What::nothing:
        return;
    }
}

/// Under the contract's lock it is looked at again: a payment may have come in between.
bool applied(const Run& run, BillingStep& step)
{
    return in_transaction(run.session, run.actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto before = t.work().exec_params(
            "select contract_stage(k.id)::text from contract k where k.id = $1 for update", step.contract_id);
        auto found = situations(t, run.ladder, run.today, step.contract_id);
        if (before.empty() || found.empty()) return false;
        const auto due = due_of(std::move(found.front()), run.ladder, run.today);
        if (!due) return false;
        auto now = step_of(*due, run.today);
        if (now.action != step.action) return false;  // the next run takes it up
        step = std::move(now);
        carry_out(t, step, due->action, run.today);
        t.work().exec_params0("insert into billing_step (run_id, contract_id, action, charge_id, why, before, after)"
                              " values ($1, $2, $3, nullif($4, 0), $5, $6::jsonb, contract_stage($2))",
                              run.id, step.contract_id, step.action, step.charge_id, step.why,
                              before[0][0].as<std::string>());
        return true;
    });
}

/// One contract that cannot be done stops no other: its step says why. Without a database none of the rest can be.
std::vector<BillingStep> done_of(const Run& run, std::vector<BillingStep> planned)
{
    std::vector<BillingStep> done;
    for (auto& step : planned) {
        const auto skip = [&](std::string why) {
            step.action = "skip";
            step.why = std::move(why);
            done.push_back(std::move(step));
        };
        if (run.session.broken()) {
            skip("the database went away");
            continue;
        }
        try {
            if (applied(run, step)) done.push_back(std::move(step));
        } catch (const Refusal& refusal) {
            skip(refusal.message());
        }
    }
    return done;
}

void add_reminders(std::vector<BillingStep>& steps, const Reminders& reminders)
{
    for (const auto& reminder : reminders.due) steps.push_back(reminder.step);
    steps.insert(steps.end(), reminders.held.begin(), reminders.held.end());
}

}  // namespace

BillingResult billing_run(Session& session, const BillingOrder& order, const BillingDefaults& defaults,
                          const Actor& actor)
{
    const auto day = canonical({.name = "on", .type = FieldType::date, .help = {}}, order.today);
    Run run{session, ladder::day_of(day).value(), defaults, actor};
    const Turn turn(session);
    BillingResult result;
    Reminders reminders;
    Cuts cuts;
    in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        run.ladder = ladder_in(t, defaults);
        auto overdue = situations(t, run.ladder, run.today);
        reminders = plan_reminders(t, run.ladder, run.today, overdue, order.carriers);
        cuts.told = reminders.of_debt;
        for (const auto& due : all_due(std::move(overdue), run.ladder, run.today)) {
            result.steps.push_back(step_of(due, run.today));
            if (ladder::cuts(due.action.what)) ++cuts.planned;
        }
        add_usual(t, cuts);
    });
    auto stops = guard_of(cuts, run.ladder.settings, order.confirmed_cuts);
    if (stops.empty()) stops = guard_of_notices(cuts, run.ladder.settings, order.confirmed_notices);
    if (order.dry_run) {
        add_reminders(result.steps, reminders);
        result.guard = stops;
        return result;
    }
    if (result.steps.empty() && reminders.due.empty()) {
        add_reminders(result.steps, reminders);
        return result;
    }
    run.id = in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        return begin_run(t, {.day = ladder::text_of(run.today),
                             .cuts = cuts,
                             .confirmed = order.confirmed_cuts,
                             .stopped = !stops.empty()});
    });
    if (!stops.empty()) throw Refusal(ErrorCode::guard, "", stops);
    result.run_id = run.id;
    result.steps = done_of(run, std::move(result.steps));
    if (!session.broken()) queue_reminders(session, run.id, reminders.due, order.carriers, actor);
    end_run(session, run.id, actor);
    add_reminders(result.steps, reminders);
    return result;
}

std::vector<BillingStep> billing_forecast(Session& session, std::string_view today, int days,
                                          const BillingDefaults& defaults)
{
    const auto first = ladder::day_of(today).value() + std::chrono::days{1};
    const auto last = first + std::chrono::days{days - 1};
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        const auto ladder = ladder_in(t, defaults);
        std::vector<BillingStep> ahead;
        for (auto& situation : situations(t, ladder, last)) {
            const auto debts = std::move(situation.debts);
            for (const auto& [day, action, before] :
                 ladder::course(first, last, situation.standing, debts, situation.rules, ladder.holidays)) {
                situation.standing = before;
                ahead.push_back(step_of({situation, action}, day));
                ahead.back().day = ladder::text_of(day);
            }
        }
        std::ranges::stable_sort(ahead, {}, &BillingStep::day);
        return ahead;
    });
}

}  // namespace provisioning::store
