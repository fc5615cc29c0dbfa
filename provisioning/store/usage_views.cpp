// provisioning/store/usage_views.cpp - how much a login used. The tables hold what a session had counted by the end of
// a day or an hour, so a day's own is the difference to that session's row before it, however long ago that was.
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/rows.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{15};

// $1 login, $2 the first day or null, $3 the last one or null, $4 day|month.
constexpr auto days_sql = R"(
with span (first, last) as materialized (
    select coalesce($2::date, case $4::text when 'month' then date_trunc('month', current_date - interval '11 months')::date
                                            else current_date - 30 end), coalesce($3::date, current_date)),
own as (
    select u.session_id, u.day, u.download_octets, u.upload_octets,
           lag(u.download_octets) over before as download_before, lag(u.upload_octets) over before as upload_before,
           row_number() over before = 1 as is_first
    from usage_day u
    where u.login_id = $1::bigint and u.day >= (select first from span) and u.day <= (select last from span)
    window before as (partition by u.session_id order by u.day))
select case $4 when 'month' then to_char(o.day, 'YYYY-MM') else o.day::text end as period,
       sum(greatest(0, o.download_octets - coalesce(o.download_before, p.download_octets, 0))) as download_octets,
       sum(greatest(0, o.upload_octets - coalesce(o.upload_before, p.upload_octets, 0))) as upload_octets,
       count(distinct o.session_id) as sessions
from own o
left join lateral (select u.download_octets, u.upload_octets from usage_day u
                   where o.is_first and u.session_id = o.session_id and u.day < (select first from span)
                   order by u.day desc limit 1) p on true
group by 1 order by 1)";

constexpr auto hours_sql = R"(
with span (first, last) as materialized (
    select coalesce($2::date::timestamptz, date_trunc('hour', now()) - interval '23 hours'),
           coalesce($3::date + interval '1 day', now() + interval '1 hour')),
own as (
    select u.session_id, u.hour, u.download_octets, u.upload_octets,
           lag(u.download_octets) over before as download_before, lag(u.upload_octets) over before as upload_before,
           row_number() over before = 1 as is_first
    from usage_hour u
    where u.login_id = $1::bigint and u.hour >= (select first from span) and u.hour < (select last from span)
    window before as (partition by u.session_id order by u.hour))
select to_char(o.hour, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as period,
       sum(greatest(0, o.download_octets - coalesce(o.download_before, p.download_octets, 0))) as download_octets,
       sum(greatest(0, o.upload_octets - coalesce(o.upload_before, p.upload_octets, 0))) as upload_octets,
       count(distinct o.session_id) as sessions
from own o
left join lateral (select u.download_octets, u.upload_octets from usage_hour u
                   where o.is_first and u.session_id = o.session_id and u.hour < (select first from span)
                   order by u.hour desc limit 1) p on true
group by o.hour order by o.hour)";

Value day_value(std::string_view field, std::string_view typed)
{
    if (typed.empty()) return std::nullopt;
    if (auto day = date(trimmed(typed))) return day;
    throw Refusal(ErrorCode::invalid, std::string{field},
                  shown(typed) + " is not a day, give it like 2026-12-10 or 10/12/2026");
}

}  // namespace

std::vector<Row> usage_of(Session& session, std::string_view login, std::string_view by, std::string_view from,
                          std::string_view to, std::string_view timezone)
{
    const auto first = day_value("from", from), last = day_value("to", to);
    if (first && last && *last < *first)
        throw Refusal(ErrorCode::invalid, "to", "is before from " + *first + ", give a later day");
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        const auto id = std::to_string(resolve(t, login_type, login, Rows::removed_too));
        if (by == "hour") return rows_of(run(t, {hours_sql, {id, first, last}}));
        return rows_of(run(t, {days_sql, {id, first, last, std::string{by}}}));
    });
}

}  // namespace provisioning::store
