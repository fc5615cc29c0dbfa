// provisioning/store/auth.cpp - the decision log: best effort, kept 30 days.
#include "provisioning/store/rows.hpp"

#include "provisioning/rules/values.hpp"
#include "provisioning/store/columns.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds deadline{15};

void insert(Session& session, std::span<const AuthRecord> batch)
{
    in_transaction(session, {}, Mode::read_write, deadline, [&](Transaction& t) {
        Columns columns;
        for (const auto& one : batch) {
            const bool accepted = one.reason == Reason::none || one.garden;
            columns.add({std::to_string(one.at.time_since_epoch().count()), std::to_string(one.nas_id), one.nas,
                         one.login, one.method,
                         one.garden ? "garden"
                         : accepted ? "accept"
                                    : "reject",
                         one.reason == Reason::none ? Value{} : Value{std::string{name(one.reason)}},
                         text_or_null(one.mac), std::to_string(one.times)});
        }
        run(t, {"insert into auth_decision (at, nas_id, nas, login, method, result, reason, mac, times)"
                " select timestamptz 'epoch' + r.ms * interval '1 millisecond', r.nas_id, r.nas, r.login, r.method,"
                " r.result, r.reason, r.mac, r.times from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[],"
                " $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[])"
                " r (ms, nas_id, nas, login, method, result, reason, mac, times)",
                columns.literals()});
    });
}

}  // namespace

void store_auth(Session& session, std::span<const AuthRecord> batch)
{
    store_in_halves(
        batch, [&](std::span<const AuthRecord> part) { insert(session, part); },
        [](const AuthRecord&, const std::string&) {});  // the log may lose one
}

void prune_auth(Session& session)
{
    for (std::int64_t deleted = 1; deleted > 0;) {  // in steps, so that no transaction grows long
        deleted = in_transaction(session, {}, Mode::read_write, deadline, [](Transaction& t) {
            return static_cast<std::int64_t>(
                t.work()
                    .exec0("delete from auth_decision where id in (select id from auth_decision"
                           " where at < now() - interval '30 days' order by at limit 20000)")
                    .affected_rows());
        });
    }
}

std::vector<Row> list_auth(Session& session, const AuthQuery& query, std::string_view timezone)
{
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        return rows_of(run(t, {R"(
select id, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MSTZH:TZM') as at, nas, login, method, result, reason, mac, times
from auth_decision
where ($1::text is null or login = $1) and ($2::text is null or nas = $2) and ($3::timestamptz is null or at >= $3)
      and ($10::text is null or upper(regexp_replace(mac, '[^0-9A-Fa-f]', '', 'g')) = replace($10::text, ':', ''))
      and ($6::text is null or $10::text is not null or mac = $6)
      and ($7::text is null or reason = $7) and ($8::text is null or result = $8)
      and ($9::bigint is null or id > $9)
order by case when $9::bigint is not null then id end, auth_decision.at desc, id desc
limit $4::bigint offset $5::bigint)",
                               {text_or_null(query.login), text_or_null(query.nas), since_value(query.since),
                                limit_value(query.limit), std::to_string(query.offset), text_or_null(query.mac),
                                text_or_null(query.reason), text_or_null(query.result),
                                query.after ? Value{std::to_string(*query.after)} : std::nullopt, mac(query.mac)}}));
    });
}

std::vector<Row> top_auth(Session& session, std::string_view by, std::string_view since, std::int64_t limit,
                          std::string_view timezone)
{
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        return rows_of(run(t, {R"(
select coalesce(nullif(case $1::text when 'reason' then coalesce(reason, 'accept') when 'mac' then mac
                                     when 'login' then login else nas end, ''), '(none)') as value,
       sum(times)::bigint as times, coalesce(sum(times) filter (where result = 'reject'), 0)::bigint as rejects,
       round(100.0 * sum(times) / sum(sum(times)) over (), 1)::text as share, count(distinct login) as logins,
       to_char(max(at), 'YYYY-MM-DD"T"HH24:MI:SS.MSTZH:TZM') as last_at
from auth_decision where at >= coalesce($2::timestamptz, now() - interval '10 minutes')
group by 1 order by sum(times) desc, 1 limit $3::bigint)",
                               {std::string{by}, since_value(since), limit_value(limit)}}));
    });
}

}  // namespace provisioning::store
