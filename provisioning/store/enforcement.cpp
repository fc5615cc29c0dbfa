// provisioning/store/enforcement.cpp - attempts to make sessions follow their records.
#include "provisioning/store/enforcement.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/store/columns.hpp"
#include "provisioning/store/fingerprints.hpp"
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/rows.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds deadline{15};

constexpr auto insert_sql = R"(
insert into enforcement (at, session_key, began, login_id, login, nas_id, kind, why, wanted, fingerprint, result,
                         error_cause, sent, took_ms, actor)
select timestamptz 'epoch' + r.ms * interval '1 millisecond', r.session_key,
       timestamptz 'epoch' + r.began_ms * interval '1 millisecond', r.login_id, r.login, r.nas_id, r.kind, r.why,
       r.wanted, r.fingerprint, r.result, r.error_cause, r.sent, r.took_ms, r.actor
from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[])
     r (ms, session_key, began_ms, login_id, login, nas_id, kind, why, wanted, fingerprint, result, error_cause, sent,
        took_ms, actor)
on conflict (session_key, began, at, kind) do update
    set result = excluded.result, error_cause = excluded.error_cause)";

constexpr auto list_sql = R"(
select e.id, to_char(e.at, 'YYYY-MM-DD"T"HH24:MI:SS.MSTZH:TZM') as at, s.id as session_id, e.login,
       coalesce(n.name, e.nas_id::text) as nas, e.kind as "order", e.why, e.wanted, e.result, e.error_cause, e.sent,
       e.took_ms, coalesce(e.actor, 'porteiro') as actor
from enforcement e
left join session s on s.session_key = e.session_key and s.began = e.began
left join nas n on n.id = e.nas_id
where ($1::text is null or e.login = $1) and ($2::bigint is null or e.nas_id = $2)
      and ($3::timestamptz is null or e.at >= $3) and ($4::text is null or e.result = $4)
      and ($5::bigint is null
           or (e.session_key, e.began) in (select o.session_key, o.began from session o where o.id = $5))
order by e.at desc, e.id desc limit $6::bigint offset $7::bigint)";

constexpr auto by_id_sql = R"(
select session_key, login, (extract(epoch from began) * 1000)::bigint, nas_id, ended_at is null
from session where id = $1::bigint)";
constexpr auto of_login_sql = R"(
select session_key, login, (extract(epoch from began) * 1000)::bigint, nas_id
from session where login_id = $1::bigint and ended_at is null order by started_at desc)";

std::string milliseconds(Instant at) { return std::to_string(at.time_since_epoch().count()); }

OnlineRef online_ref(const pqxx::row& row)
{
    return {.session_key = row[0].as<std::string>(),
            .login = row[1].as<std::string>(),
            .began = Instant{std::chrono::milliseconds{row[2].as<std::int64_t>()}},
            .nas_id = row[3].as<std::int64_t>()};
}

} // namespace

void store_attempts(Session& session, std::span<const EnforcementAttempt> batch)
{
    in_transaction(session, {}, Mode::read_write, deadline, [&](Transaction& t) {
        Columns columns;
        for (const auto& one : batch)
            columns.add({milliseconds(one.at), one.session_key, milliseconds(one.began),
                         one.login_id ? Value{std::to_string(*one.login_id)} : std::nullopt, one.login,
                         std::to_string(one.nas_id), std::string{name(one.order)}, one.why, one.wanted,
                         fingerprint_text(one.fingerprint), std::string{name(one.result)},
                         one.error_cause ? Value{std::to_string(*one.error_cause)} : std::nullopt,
                         std::to_string(one.sent), std::to_string(one.took.count()), text_or_null(one.actor)});
        const auto literals = columns.literals();
        if (!literals.empty()) run(t, {insert_sql, literals});
    });
}

void prune_attempts(Session& session, std::chrono::days retention)
{
    for (std::int64_t deleted = 1; deleted > 0;) // in steps, so that no transaction grows long
        deleted = in_transaction(session, {}, Mode::read_write, deadline, [&](Transaction& t) {
            return static_cast<std::int64_t>(
                run(t, {"delete from enforcement where id in (select id from enforcement"
                        " where at < now() - $1::bigint * interval '1 day' order by at limit 20000)",
                        {std::to_string(retention.count())}})
                    .affected_rows());
        });
}

std::vector<Row> list_attempts(Session& session, const AttemptQuery& query, std::string_view timezone)
{
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        const Value nas = query.nas.empty() ? std::nullopt
                                            : Value{std::to_string(resolve(t, nas_type, query.nas, Rows::removed_too))};
        return rows_of(run(t, {list_sql,
                               {text_or_null(query.login), nas, since_value(query.since), text_or_null(query.result),
                                query.session_id ? Value{std::to_string(*query.session_id)} : std::nullopt,
                                limit_value(query.limit), std::to_string(query.offset)}}));
    });
}

OnlineRef online_session(Session& session, std::int64_t id)
{
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        const auto found = run(t, {by_id_sql, {std::to_string(id)}});
        if (found.empty()) throw Refusal(ErrorCode::not_found, "id", "there is no session " + std::to_string(id));
        if (!found[0][4].as<bool>())
            throw Refusal(ErrorCode::not_found, "id", "session " + std::to_string(id) + " has ended");
        return online_ref(found[0]);
    });
}

std::vector<OnlineRef> online_sessions_of(Session& session, std::string_view login)
{
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        const auto id = resolve(t, login_type, login, Rows::removed_too);
        std::vector<OnlineRef> open;
        for (const auto& row : run(t, {of_login_sql, {std::to_string(id)}})) open.push_back(online_ref(row));
        return open;
    });
}

} // namespace provisioning::store
