// provisioning/store/charge_views.cpp - a month's recurring charges, statements, who owes.
#include "provisioning/store/charges.hpp"
#include "provisioning/store/rows.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds reading{60}, generating{600};

// $1 the first of the month, $2 one contract or null.
constexpr auto month_sql = R"(
select action, contract, client_id, client, due::text, amount::text, days, of_days, why
from recurring_charges($1::date, $2::bigint) order by contract)";

constexpr auto generate_sql = R"(
with month as materialized (select * from recurring_charges($1::date, $2::bigint)),
added as (
    insert into charge (client_id, contract_id, due, amount, month, description)
    select client_id, contract, due, amount, $1::date, to_char($1::date, 'MM/YYYY') || coalesce(' (' || why || ')', '')
    from month where action = 'add' order by contract
    on conflict (contract_id, month) where removed_at is null do nothing)
select action, contract, client_id, client, due::text, amount::text, days, of_days, why from month order by contract)";

// $1 client, $2 from, $3 to
constexpr auto statement_sql = R"(
with lines as (
    select c.due as day, 'charge' as what, c.id as charge, null::bigint as payment, c.amount as debit, 0.00 as credit, 1 as rank
    from charge c where c.client_id = $1 and c.removed_at is null and c.closed is distinct from 'cancelled'
    union all
    select p."on", 'payment', p.charge_id, p.id, 0.00, p.amount, 2
    from payment p where p.client_id = $1 and p.reversed_at is null
    union all
    select coalesce(c.paid_on, c.due), 'payment', c.id, null, 0.00, c.paid - coalesce(s.sum, 0), 2
    from charge c left join lateral (select sum(p.amount) as sum from payment p
                                     where p.charge_id = c.id and p.reversed_at is null) s on true
    where c.client_id = $1 and c.removed_at is null and c.paid > coalesce(s.sum, 0)
    union all
    select c.closed_at::date, 'renegotiated', c.id, null, 0.00, c.amount - c.paid, 3
    from charge c where c.client_id = $1 and c.removed_at is null and c.closed = 'renegotiated'
)
select $2::text as day, 'balance before' as what, null::bigint as charge, null::bigint as payment, null::text as debit,
       null::text as credit, coalesce(sum(debit - credit), 0.00)::text as balance, 0 as rank
from lines where day < $2::date
union all
select l.day::text, l.what, l.charge, l.payment, nullif(l.debit, 0)::text, nullif(l.credit, 0)::text,
       ((select coalesce(sum(b.debit - b.credit), 0.00) from lines b where b.day < $2::date)
        + sum(l.debit - l.credit) over (order by l.day, l.rank, l.charge, l.payment nulls first))::text, l.rank
from lines l where l.day between $2::date and $3::date
order by day, rank, charge, payment nulls first)";

constexpr auto debts_sql = R"(
select c.client_id, n.name as client, n.mobile, c.contract_id as contract, count(*) as charges, sum(c.rest)::text as owed,
       min(c.due)::text as oldest_due, $1::date - min(c.due) as days
from open_charge c join client n on n.id = c.client_id
where c.due < $1::date
group by c.client_id, n.name, n.mobile, c.contract_id
having $1::date - min(c.due) > $2::bigint
order by min(c.due), c.client_id, c.contract_id
limit $3::bigint offset $4::bigint)";

constexpr auto ages_sql = R"(
select a.age, count(distinct c.client_id) as clients, count(c.id) as charges, coalesce(sum(c.rest), 0.00)::text as owed
from (values (1, '1-30', 1, 30), (2, '31-60', 31, 60), (3, '61-90', 61, 90), (4, '91-180', 91, 180),
             (5, '181 and more', 181, 1000000)) a (place, age, first, last)
left join open_charge c on $1::date - c.due between greatest(a.first, $2::bigint + 1) and a.last
group by a.place, a.age order by a.place)";

std::string first_of(std::string_view month)
{
    // "2026-12" is what a month is called; any day of it serves too
    const auto typed = std::string{month};
    const auto day = canonical({.name = "month", .type = FieldType::date, .given = Given::required, .help = {}},
                               typed.size() == 7 ? typed + "-01" : typed);
    return day.substr(0, 8) + "01";
}

std::string day(std::string_view name, std::string_view typed)
{
    return canonical({.name = name, .type = FieldType::date, .given = Given::required, .help = {}}, typed);
}

}  // namespace

std::vector<Row> charge_generate(Session& session, std::string_view month, std::string_view contract, bool dry_run,
                                 const Actor& actor)
{
    const auto first = first_of(month);
    return in_transaction(session, actor, Mode::read_write, generating, [&](Transaction& t) {
        Value one;
        if (!contract.empty()) one = std::to_string(resolve(t, contract_type, contract));
        return rows_of(run(t, {dry_run ? month_sql : generate_sql, {first, one}}));
    });
}

std::vector<Row> charge_statement(Session& session, std::string_view client, std::string_view from, std::string_view to)
{
    const auto first = day("from", from), last = day("to", to);
    if (last < first)
        throw Refusal(ErrorCode::invalid, "to", last + " is before from (" + first + "), give a later day");
    return in_transaction(session, {}, Mode::read_snapshot, reading, [&](Transaction& t) {
        const auto id = std::to_string(resolve(t, client_type, client, Rows::removed_too));
        return rows_of(run(t, {statement_sql, {id, first, last}}));
    });
}

std::vector<Row> debt_list(Session& session, std::string_view today, std::int64_t over_days, std::int64_t limit,
                           std::int64_t offset)
{
    return in_transaction(session, {}, Mode::read_snapshot, reading, [&](Transaction& t) {
        return rows_of(
            run(t, {debts_sql,
                    {std::string{today}, std::to_string(over_days), limit_value(limit), std::to_string(offset)}}));
    });
}

std::vector<Row> debt_by_age(Session& session, std::string_view today, std::int64_t over_days)
{
    return in_transaction(session, {}, Mode::read_snapshot, reading, [&](Transaction& t) {
        return rows_of(run(t, {ages_sql, {std::string{today}, std::to_string(over_days)}}));
    });
}

}  // namespace provisioning::store
