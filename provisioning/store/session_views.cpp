// provisioning/store/session_views.cpp - how many are online, where they fell, and what the database did not take.
#include "provisioning/store/rows.hpp"

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{15};

// Counted by number first, named after that. Who was online then: those still online that had begun, and those that
// have ended since.
constexpr auto count_sql = R"(
with one (nas_id, login_id, now_, before) as (
    select x.nas_id, x.login_id, 1, case when x.started_at <= $2::timestamptz then 1 else 0 end
    from session x where x.ended_at is null
    union all
    select x.nas_id, x.login_id, 0, 1
    from session x where $2::timestamptz is not null and x.ended_at > $2 and x.started_at <= $2),
counted (nas_id, login_id, now_, before) as (
    select nas_id, case when $1::text <> 'nas' then login_id end, sum(now_), sum(before) from one group by 1, 2),
named (value, online, before) as (
    select coalesce(case $1 when 'nas' then coalesce(n.name, o.nas_id::text) when 'plan' then p.name else c.city end,
                    '(none)'), sum(o.now_), sum(o.before)
    from counted o
    left join nas n on n.id = o.nas_id
    left join login l on l.id = o.login_id
    left join plan p on p.id = l.plan_id
    left join contract k on k.id = l.contract_id
    left join client c on c.id = k.client_id
    group by 1)
select case when grouping(value) = 1 then 'total' else value end as value, coalesce(sum(online), 0)::bigint as online,
       case when $2 is not null then coalesce(sum(before), 0)::bigint end as before,
       case when $2 is not null then coalesce(sum(online) - sum(before), 0)::bigint end as change
from named group by rollup (value) order by grouping(value), 2 desc, 3 desc nulls last, 1)";

constexpr auto drops_sql = R"(
select case $2::text when 'nas' then coalesce(n.name, d.nas_id::text)
            else coalesce(n.name, d.nas_id::text) || ' ' || d.port end as value,
       d.drops, d.logins, d.cause, to_char(d.last_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as last_at
from (select x.nas_id, case when $2 = 'port' then coalesce(x.nas_port_id, x.nas_port::text, '(no port)') end as port,
             count(*) as drops, count(distinct x.login) as logins,
             mode() within group (order by coalesce(x.terminate_cause, '(none)')) as cause, max(x.ended_at) as last_at
      from session x where x.ended_at >= coalesce($1::timestamptz, now() - interval '10 minutes')
      group by 1, 2 order by 3 desc, 6 desc limit $3::bigint) d
left join nas n on n.id = d.nas_id
order by d.drops desc, d.last_at desc, 1)";

constexpr auto refused_sql = R"(
select r.id, to_char(r.refused_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as refused_at, r.kind,
       to_char(r.at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as at, coalesce(n.name, r.nas_id::text) as nas,
       r.record->>'login' as login, r.reason, encode(r.attributes, 'hex') as attributes
from usage_refused r left join nas n on n.id = r.nas_id
order by r.id desc limit $1::bigint offset $2::bigint)";

}  // namespace

std::vector<Row> count_sessions(Session& session, std::string_view by, std::string_view compare,
                                std::string_view timezone)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        return rows_of(run(t, {count_sql, {std::string{by}, since_value(compare)}}));
    });
}

std::vector<Row> session_drops(Session& session, std::string_view since, std::string_view by, std::int64_t limit,
                               std::string_view timezone)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        return rows_of(run(t, {drops_sql, {since_value(since), std::string{by}, limit_value(limit)}}));
    });
}

std::vector<Row> refused_usage(Session& session, std::int64_t limit, std::int64_t offset, std::string_view timezone)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        return rows_of(run(t, {refused_sql, {limit_value(limit), std::to_string(offset)}}));
    });
}

}  // namespace provisioning::store
