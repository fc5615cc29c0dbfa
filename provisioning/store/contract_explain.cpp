// provisioning/store/contract_explain.cpp
#include "provisioning/store/contract_explain.hpp"
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/rows.hpp"

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{30};

// $1 the contract. What is done by the hundred (a charge's history) is left to `history list`.
constexpr auto timeline_sql = R"(
with me as (select id, client_id from contract where id = $1::bigint),
lines as (
    select c.due::timestamptz as at, 'due' as what, 'charge ' || c.id || ' of ' || c.amount
           || coalesce(' (due on ' || c.original_due || ' at first)', '') as detail, null as actor, 1 as rank
    from charge c join me on c.contract_id = me.id or c.contract_id is null and c.client_id = me.client_id
    where c.removed_at is null and c.due <= current_date
    union all
    select c.closed_at, c.closed, 'charge ' || c.id || ': ' || c.closed_reason, null, 4
    from charge c join me on c.contract_id = me.id where c.closed is not null and c.removed_at is null
    union all
    select greatest(p."on"::timestamptz, p.created_at), 'payment', p.amount || ' for charge ' || p.charge_id || ' by ' || p.form, null, 4
    from payment p join charge c on c.id = p.charge_id join me on c.contract_id = me.id
    union all
    select p.reversed_at, 'payment reversed', p.amount || ' for charge ' || p.charge_id || ': ' || p.reversal, null, 4
    from payment p join charge c on c.id = p.charge_id join me on c.contract_id = me.id where p.reversed_at is not null
    union all
    select n."on"::timestamptz, 'notice', n.kind || ' by ' || n.channel || coalesce(' to ' || n.address, '')
           || coalesce(' of charge ' || (select string_agg(l.charge_id::text, ', ' order by l.charge_id)
                                         from notice_charge l where l.notice_id = n.id), ''), null, 2
    from notice n join me on n.client_id = me.client_id and (n.contract_id is null or n.contract_id = me.id)
    where n.removed_at is null
    union all
    select m.queued_at, 'message ' || m.state, m.kind || ' by ' || m.channel || ' to ' || m.address
           || coalesce(': ' || m.result, '') || ' (`message show ' || m.id || '`)', m.actor, 2
    from message m join me on m.contract_id = me.id where m.state in ('queued', 'sending', 'failed')
    union all
    select s.at, s.action, s.why || coalesce('; undone on ' || s.undone_at::date, '') || ' (run ' || s.run_id || ')',
           r.actor, 3
    from billing_step s join billing_run r on r.id = s.run_id join me on s.contract_id = me.id
    union all
    select b.at, 'trust', 'until the end of ' || (b.until - interval '1 microsecond')::date
           || coalesce(', ended on ' || b.ended_at::date, '') || coalesce(': ' || b.reason, ''), b.actor, 3
    from trust_bonus b join me on b.contract_id = me.id
    union all
    select h.at, 'status ' || h.new, coalesce(h.reason, (select i.new from history i
               where i.record = 'contract' and i.record_id = h.record_id and i.at between h.at - interval '1 second'
                     and h.at + interval '1 second' and i.field in ('suspension_reason', 'cancel_reason') and i.new is not null limit 1)),
           h.actor, 3
    from history h join me on h.record = 'contract' and h.record_id = me.id
    where h.field = 'status' and not exists (
        select from billing_step s where s.contract_id = me.id and h.at between s.at - interval '1 second' and s.at + interval '1 second')
)
select to_char(at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as at, what, detail, actor from lines order by lines.at, rank)";

std::string text(const Record& record, std::string_view field) { return std::string{first_value(record, field)}; }

std::string of_debt(const ladder::Debt& debt)
{
    return "charge " + std::to_string(debt.charge) + " (" + debt.rest + ", due " + ladder::text_of(debt.due) + ')';
}

void add_next(ContractExplanation& e, const Situation& situation, const Ladder& ladder, ladder::Day today)
{
    for (const auto& [day, action, before] :
         ladder::course(today, today + look_ahead, situation.standing, e.debts, e.rules, ladder.holidays)) {
        e.next.push_back({ladder::text_of(day), std::string{ladder::name(action.what)},
                          ladder::reason(action, before, e.rules, day)});
    }
}

void add_changes(ContractExplanation& e, const Situation& situation, ladder::Day today)
{
    const auto id = text(e.contract, "id");
    const auto& standing = situation.standing;
    const auto add = [&e](std::string sentence) { e.changes.push_back(std::move(sentence)); };
    if (!standing.automatic) add("auto_suspend is no for it: billing never cuts it");
    if (standing.trust_until && *standing.trust_until >= today)
        add("it is trusted until the end of " + ladder::text_of(*standing.trust_until) + "; a payment ends that");
    if (situation.spared) add("a run of today was undone for it: it is not cut again today");
    std::string owed;
    for (const auto& debt : e.debts) {
        const bool counts = standing.stage == ladder::Stage::open || debt.due < today;
        if (counts) owed += (owed.empty() ? "" : ", ") + of_debt(debt);
        if (e.rules.notice_required && !debt.notice && debt.due < today)
            add("no notice of " + of_debt(debt) + " is recorded, so it cuts nothing: porteiro notice add --contract " +
                id);
    }
    if (!owed.empty())
        add(std::string{standing.stage == ladder::Stage::open ? "nothing is cut" : "access opens at once"} +
            " when these are paid: " + owed);
    if (standing.stage == ladder::Stage::suspended && !standing.by_billing)
        add("it was suspended by hand: it opens when something is paid and nothing is overdue, or by porteiro contract "
            "release " +
            id);
}

}  // namespace

ContractExplanation contract_explain(Session& session, std::string_view what, std::string_view today,
                                     const BillingDefaults& defaults)
{
    const auto day = ladder::day_of(today).value();
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        ContractExplanation e;
        const auto id = resolve(t, contract_type, what);
        e.contract = show_in(t, contract_type, id);
        const auto ladder = ladder_in(t, defaults);
        const auto number = [&](std::string_view field) {
            const auto days = text(e.contract, field);
            return days.empty() ? std::optional<int>{} : std::optional{std::stoi(days)};
        };
        e.rules = rules_of(ladder.settings, text(e.contract, "ladder"), number("pending_days"), number("block_days"));
        e.timeline = rows_of(run(t, {timeline_sql, {std::to_string(id)}}));
        const auto found = situations(t, ladder, day + look_ahead, id);
        if (!found.empty()) {
            e.debts = found.front().debts;
            add_next(e, found.front(), ladder, day);
            add_changes(e, found.front(), day);
        }
        e.stage = stage_of(e.contract, e.debts, e.rules, day);
        return e;
    });
}

}  // namespace provisioning::store
