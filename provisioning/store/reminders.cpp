// provisioning/store/reminders.cpp
#include "provisioning/store/reminders.hpp"
#include "provisioning/store/statement.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

using notices::Kind;
constexpr std::size_t at_once = 500;

// $1 the day: what the clients were told, or are about to be, of charges that are overdue.
constexpr auto told_sql = "select m.kind, o.id from message m cross join unnest(m.charges) c (id)"
                          " join open_charge o on o.id = c.id"
                          " where o.due < $1::date and m.kind in ('pending', 'will_be_suspended')"
                          " and m.state in ('queued', 'sending', 'sent')";

// $1 the day, $2 days ahead: charges that were not told of. What is imported or was due long ago is no news.
constexpr auto news_sql = R"(
select kind, client_id, contract_id, array_agg(id order by due, id), min(due)::text, sum(rest)::text,
       (select n.name from client n where n.id = client_id)
from (select o.id, o.client_id, coalesce(o.contract_id, 0) as contract_id, o.due, o.rest,
             case when o.due <= $1::date + $2::integer then 'due_soon' else 'issued' end as kind
      from open_charge o join charge c on c.id = o.id
      where o.due >= $1::date and (o.due <= $1::date + $2::integer or c.created_at > now() - interval '7 days')) o
where kind = any($3::text[])
      and not exists (select from message m where m.charges @> array[o.id] and m.kind = o.kind and m.state <> 'dropped')
group by kind, client_id, contract_id order by client_id, contract_id, kind)";

// An address at which the same message failed, or where it waits or was sent, gets none.
constexpr auto addresses_sql = R"(
select w.at, (select count(*) from message_addresses(w.client, w.kind, $4::boolean, $5) a
              where not exists (select from message m where m.charges && w.charges::bigint[] and m.kind = w.kind
                                      and m.address = a.address and m.state <> 'dropped'))
from unnest($1::bigint[], $2::text[], $3::text[]) with ordinality w (client, kind, charges, at))";

constexpr auto queue_sql = R"(
insert into message (run_id, client_id, contract_id, kind, charges, channel, address)
select nullif($1::bigint, 0), w.client, nullif(w.contract, 0), w.kind, w.charges::bigint[], a.channel, a.address
from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[]) w (client, contract, kind, charges)
cross join lateral message_addresses(w.client, w.kind, $6::boolean, $7) a
where not exists (select from message m where m.charges && w.charges::bigint[] and m.kind = w.kind
                        and m.address = a.address and m.state <> 'dropped'))";

notices::Told told_of(Transaction& t, ladder::Day today)
{
    notices::Told told;
    for (const auto& row : run(t, {told_sql, {ladder::text_of(today)}})) {
        auto& charges = row[0].as<std::string>() == "pending" ? told.pending : told.will_be_suspended;
        charges.insert(row[1].as<std::int64_t>());
    }
    return told;
}

std::string charges_text(const std::vector<std::int64_t>& charges)
{
    std::string text = charges.size() == 1 ? "charge " : "charges ";
    for (const auto charge : charges) text += (charge == charges.front() ? "" : ", ") + std::to_string(charge);
    return text;
}

std::vector<Reminder> of_debts(const Ladder& ladder, ladder::Day today, std::span<const Situation> overdue,
                               const notices::Told& told)
{
    const notices::Switches all{.pending = ladder.settings.on("notice.pending"),
                                .will_be_suspended = ladder.settings.on("notice.will_be_suspended"),
                                .warn_days = ladder.settings.number("notice.warn_days")};
    std::vector<Reminder> due;
    for (const auto& situation : overdue) {
        auto switches = all;
        switches.pending = switches.pending && situation.reminded;
        for (auto& [kind, charges] : notices::reminders(today, situation.standing, situation.debts, situation.rules,
                                                        ladder.holidays, switches, told)) {
            const auto debt = std::ranges::find(situation.debts, charges.front(), &ladder::Debt::charge);
            auto& reminder = due.emplace_back(Reminder{step_about(situation, &*debt, today), kind, std::move(charges)});
            reminder.step.why = std::string{notices::name(kind)} + " notice of " + charges_text(reminder.charges);
        }
    }
    return due;
}

void add_news(Transaction& t, const Ladder& ladder, ladder::Day today, std::vector<Reminder>& due)
{
    std::vector<std::string> kinds;
    for (const auto* kind : {"issued", "due_soon"})
        if (ladder.settings.on("notice." + std::string{kind})) kinds.emplace_back(kind);
    for (const auto& row :
         run(t, {news_sql,
                 {ladder::text_of(today), std::to_string(ladder.settings.number("notice.due_soon_days")),
                  array_literal(kinds)}})) {
        auto& reminder = due.emplace_back();
        reminder.kind = *notices::kind_of(row[0].as<std::string>());
        for (const auto& charge : read_list(row[3])) reminder.charges.push_back(std::stoll(charge));
        auto& step = reminder.step;
        step.client_id = row[1].as<std::int64_t>();
        step.contract_id = row[2].as<std::int64_t>();
        step.client = row[6].as<std::string>();
        step.charge_id = reminder.charges.front();
        step.due = row[4].as<std::string>();
        step.amount = row[5].as<std::string>();
        step.why = std::string{notices::name(reminder.kind)} + " notice of " + charges_text(reminder.charges);
    }
}

/// Leaves out whom nothing reaches.
void keep_reachable(Transaction& t, std::vector<Reminder>& due, const Carriers& carriers)
{
    std::vector<std::int64_t> clients;
    std::vector<std::string> kinds, charges;
    for (const auto& reminder : due) {
        clients.push_back(reminder.step.client_id);
        kinds.emplace_back(notices::name(reminder.kind));
        charges.push_back(array_literal(reminder.charges));
    }
    std::vector<Reminder> reachable;
    for (const auto& row : run(t, {addresses_sql,
                                   {array_literal(clients), array_literal(kinds), array_literal(charges),
                                    carriers.email ? "true" : "false", carriers.mobile_channel}})) {
        const auto addresses = row[1].as<std::int64_t>();
        if (addresses == 0) continue;
        auto& reminder = due[row[0].as<std::size_t>() - 1];
        reminder.step.action = "notify";
        reminder.step.why += ", to " + std::to_string(addresses) + (addresses == 1 ? " address" : " addresses");
        reachable.push_back(std::move(reminder));
    }
    due = std::move(reachable);
}

/// Contracts that the due date alone would cut, were it not for a notice, and that get none today.
std::vector<BillingStep> held_of(ladder::Day today, std::span<const Situation> overdue, const Reminders& reminders,
                                 const notices::Told& told, const Carriers& carriers)
{
    std::set<std::int64_t> told_now;
    for (const auto& reminder : reminders.due) told_now.insert(reminder.charges.begin(), reminder.charges.end());
    std::vector<BillingStep> held;
    for (const auto& situation : overdue) {
        if (situation.standing.stage == ladder::Stage::suspended || !situation.standing.automatic) continue;
        for (const auto& debt : situation.debts) {
            const bool late = today > debt.due + std::chrono::days{situation.rules.block_days};
            const bool known = told_now.contains(debt.charge) || told.of(debt.charge);
            if (!late || known || ladder::first_cut(debt, situation.rules)) continue;
            auto& step = held.emplace_back(step_about(situation, &debt, today));
            step.action = "held";
            step.why = std::string{"no notice of it is recorded, so it is not cut: "} +
                       (carriers.any() ? "the client has no address, or its notice failed (`porteiro message list`)"
                                       : "nobody delivers notices (notices.smtp, notices.command)") +
                       "; record one with `porteiro notice add`";
            break;
        }
    }
    return held;
}

}  // namespace

BillingStep step_about(const Situation& situation, const ladder::Debt* debt, ladder::Day today)
{
    BillingStep step;
    step.contract_id = situation.contract_id;
    step.client_id = situation.client_id;
    step.client = situation.client;
    step.logins = situation.logins;
    if (debt == nullptr) return step;
    step.charge_id = debt->charge;
    step.due = ladder::text_of(debt->due);
    step.amount = debt->rest;
    step.overdue_days = (today - debt->due).count();
    return step;
}

Reminders plan_reminders(Transaction& t, const Ladder& ladder, ladder::Day today, std::span<const Situation> overdue,
                         const Carriers& carriers)
{
    Reminders reminders;
    const auto told = told_of(t, today);
    if (carriers.any()) {
        reminders.due = of_debts(ladder, today, overdue, told);
        add_news(t, ladder, today, reminders.due);
        keep_reachable(t, reminders.due, carriers);
    }
    std::set<std::int64_t> contracts;
    for (const auto& reminder : reminders.due)
        if (notices::is_evidence(reminder.kind)) contracts.insert(reminder.step.contract_id);
    reminders.of_debt = static_cast<std::int64_t>(contracts.size());
    reminders.held = held_of(today, overdue, reminders, told, carriers);
    return reminders;
}

void queue_reminders(Session& session, std::int64_t run_id, std::span<const Reminder> reminders,
                     const Carriers& carriers, const Actor& actor)
{
    for (std::size_t from = 0; from < reminders.size(); from += at_once) {
        std::vector<std::int64_t> clients, contracts;
        std::vector<std::string> kinds, charges;
        for (const auto& reminder : reminders.subspan(from, std::min(at_once, reminders.size() - from))) {
            clients.push_back(reminder.step.client_id);
            contracts.push_back(reminder.step.contract_id);
            kinds.emplace_back(notices::name(reminder.kind));
            charges.push_back(array_literal(reminder.charges));
        }
        in_transaction(session, actor, Transaction::Mode::read_write, std::chrono::seconds{30}, [&](Transaction& t) {
            run(t, {queue_sql,
                    {std::to_string(run_id), array_literal(clients), array_literal(contracts), array_literal(kinds),
                     array_literal(charges), carriers.email ? "true" : "false", carriers.mobile_channel}});
        });
    }
}

}  // namespace provisioning::store
