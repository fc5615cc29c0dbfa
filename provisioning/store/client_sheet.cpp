// provisioning/store/client_sheet.cpp
#include "provisioning/store/client_sheet.hpp"
#include "provisioning/store/records.hpp"
#include "provisioning/store/rows.hpp"
#include "provisioning/store/situation.hpp"

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{15};
constexpr std::int64_t most_events = 10;

constexpr auto contacts_sql =
    "select id as contact, name, relation, mobile, phone, email, notices::text as notices from contact"
    " where client_id = $1::bigint and removed_at is null order by id";

constexpr auto contracts_sql = R"(
select k.id as contract, null as stage,
       (select string_agg(p.name, ', ' order by p.id) from contract_plan l join plan p on p.id = l.plan_id
        where l.contract_id = k.id) as plan,
       k.due_day, (select sum(c.rest)::text from open_charge c where c.contract_id = k.id) as owed,
       to_char(k.trust_until, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as trust_until, null as next_on, null as next
from contract k where k.client_id = $1::bigint and k.removed_at is null order by k.id)";

constexpr auto logins_sql = R"(
select l.login, l.contract_id as contract, p.name as plan, l.enabled::text as enabled,
       case when s.id is null then 'no' else 'yes' end as online,
       to_char(s.started_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as since, host(coalesce(s.ip, l.ip)) as ip, s.mac,
       n.name as nas, d.reason as refused, to_char(d.at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as refused_at
from login l
join contract k on k.id = l.contract_id and k.removed_at is null
join plan p on p.id = l.plan_id
left join lateral (select x.id, x.started_at, x.ip, x.mac, x.nas_id from session x
                   where x.login_id = l.id and x.ended_at is null order by x.updated_at desc limit 1) s on true
left join nas n on n.id = s.nas_id
left join lateral (select a.reason, a.at, a.result from auth_decision a where a.login = l.login
                   order by a.at desc limit 1) d on d.result <> 'accept'
where k.client_id = $1::bigint and l.removed_at is null order by l.contract_id, l.id)";

constexpr auto events_sql = R"(
select to_char(at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as at, actor, record, record_id, action, field, new, reason
from history where client_id = $1::bigint order by id desc limit $2::bigint)";

std::string text(const Record& record, std::string_view field) { return std::string{first_value(record, field)}; }

void put(Row& row, std::string_view column, std::string value)
{
    for (auto& [name, old] : row)
        if (name == column) old = std::move(value);
}

/// Where the contract stands with its debts, and what comes next if nobody pays.
void add_stage(Transaction& t, Row& row, const Ladder& ladder, ladder::Day today)
{
    const auto id = std::stoll(row.front().second.value());
    const auto contract = show_in(t, contract_type, id);
    const auto found = situations(t, ladder, today + look_ahead, id);
    const auto now = found.empty() ? Situation{} : found.front();
    put(row, "stage", stage_of(contract, now.debts, now.rules, today));
    const auto ahead = ladder::course(today, today + look_ahead, now.standing, now.debts, now.rules, ladder.holidays);
    if (found.empty() || ahead.empty()) return;
    put(row, "next_on", ladder::text_of(ahead.front().day));
    put(row, "next", std::string{ladder::name(ahead.front().action.what)});
}

std::vector<Row> open_charges(Transaction& t, std::int64_t client)
{
    Selection wanted;
    wanted.filters = {{"client", {std::to_string(client)}}, {"status", {"not_due", "due_today", "overdue"}}};
    wanted.sort = "due";
    std::vector<Row> rows;
    for (const auto& found : run(t, selection(charge_type, wanted))) {
        const auto charge = read_record(charge_type, found);
        auto& row = rows.emplace_back();
        row.emplace_back("charge", text(charge, "id"));
        for (const auto* field : {"contract", "due", "amount", "balance", "status", "colour"})
            row.emplace_back(field, charge.at(field).empty() ? std::optional<std::string>{} : text(charge, field));
    }
    return rows;
}

}  // namespace

ClientSheet client_sheet(Session& session, std::int64_t client, const ProviderDay& day)
{
    const auto today = ladder::day_of(day.today).value();
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        const std::vector<Value> id{std::to_string(client)};
        ClientSheet sheet{.contacts = rows_of(run(t, {contacts_sql, id})),
                          .contracts = rows_of(run(t, {contracts_sql, id})),
                          .logins = rows_of(run(t, {logins_sql, id})),
                          .charges = open_charges(t, client),
                          .events = rows_of(run(t, {events_sql, {id.front(), std::to_string(most_events)}}))};
        const auto ladder = ladder_in(t, day.defaults);
        for (auto& row : sheet.contracts) add_stage(t, row, ladder, today);
        return sheet;
    });
}

}  // namespace provisioning::store
