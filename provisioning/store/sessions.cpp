// provisioning/store/sessions.cpp - session list and history.
#include "provisioning/store/rows.hpp"

#include "provisioning/rules/address.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{15};
constexpr std::string_view sort_names = "started_at updated_at download upload traffic login";

Value address(std::string_view typed)
{
    if (typed.empty()) return std::nullopt;
    if (const auto ip = parse_address(trimmed(typed))) return to_text(*ip);
    throw Refusal(ErrorCode::invalid, "ip", shown(typed) + " is not an address, give it like 100.64.0.7");
}

struct Sort {
    std::string name;
    bool descending = false;
};

Sort sort_of(std::string_view typed)
{
    Sort sort{.name = std::string{typed.empty() ? "-started_at" : typed}};
    sort.descending = sort.name.starts_with('-');
    if (sort.descending) sort.name.erase(0, 1);
    for (auto& c : sort.name)
        if (c == '-') c = '_';
    for (auto rest = sort_names; !rest.empty();)
        if (next_word(rest) == sort.name) return sort;
    const auto near = nearest_word(sort.name, sort_names);
    throw Refusal(
        ErrorCode::invalid, "sort",
        "cannot sort sessions by " + shown(sort.name) +
            (near.empty() ? ", use one of: " + std::string{sort_names} : ", did you mean " + std::string{near} + '?'));
}

// The page first, what is shown of it after that: of 100,000 who are online only those are made into text. A filter
// that is null is gone from the plan: the parameters are known when it is made.
constexpr auto list_sql = R"(
select s.id, s.login, coalesce((select n.name from nas n where n.id = s.nas_id), s.nas_id::text) as nas,
       host(coalesce(s.ip, s.ipv6)) as ip, s.mac,
       to_char(s.started_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as started_at,
       to_char(s.updated_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as updated_at,
       to_char(s.ended_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as ended_at,
       s.download_octets, s.upload_octets, s.terminate_cause, s.state
from (select x.*, session_state(x.ended_at, x.updated_at, x.interim) as state,
             case when $9 = 'login' and not $10::boolean then x.login end as upwards,
             case when $9 = 'login' and $10::boolean then x.login end as downwards,
             case $9::text when 'started_at' then extract(epoch from x.started_at)
                           when 'updated_at' then extract(epoch from x.updated_at)
                           when 'download' then x.download_octets
                           when 'upload' then x.upload_octets
                           when 'traffic' then x.download_octets + x.upload_octets end
                 * case when $10::boolean then -1 else 1 end as amount,
             case when $10::boolean then -x.id else x.id end as place
      from session x
      where ($1::text is null or x.login = $1)
            and ($2::text is null or x.nas_id = any(array(
                    select n.id from nas n where lower(n.name) = lower($2) or n.id::text = $2)))
            and ($3::inet is null or x.ip = $3 or x.ipv6 = $3)
            and (x.ended_at is null or $4::boolean)
            and ($5::text is null or x.mac = $5)
            and ($6::text is null or x.login_id in (
                    select l.id from login l join plan p on p.id = l.plan_id where lower(p.name) = lower($6)))
            and ($7::text is null or x.login_id in (
                    select l.id from client c join contract k on k.client_id = c.id join login l on l.contract_id = k.id
                    where search_key(c.city) = search_key($7)))
            and ($8::text is null or session_state(x.ended_at, x.updated_at, x.interim) = $8)
            and ($11::timestamptz is null or x.started_at >= $11)
      order by upwards, downwards desc, amount, place limit $12::bigint offset $13::bigint) s
order by s.upwards, s.downwards desc, s.amount, s.place)";

constexpr auto history_sql = R"(
select s.id, s.login, coalesce((select n.name from nas n where n.id = s.nas_id), s.nas_id::text) as nas,
       host(coalesce(s.ip, s.ipv6)) as ip, s.mac,
       to_char(s.started_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as started_at,
       to_char(s.updated_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as updated_at,
       to_char(s.ended_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as ended_at,
       s.download_octets, s.upload_octets, s.terminate_cause,
       session_state(s.ended_at, s.updated_at, s.interim) as state
from session s
where s.login = $1 and ($2::timestamptz is null or s.started_at >= $2)
order by s.started_at desc, s.id desc limit $3::bigint offset $4::bigint)";

}  // namespace

std::vector<Row> list_sessions(Session& session, const SessionQuery& query, std::string_view timezone)
{
    const auto sort = sort_of(query.sort);
    const bool closed_too = query.closed_too || query.state == "closed";
    const auto as_mac = mac(query.mac);
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        return rows_of(run(
            t, {list_sql,
                {text_or_null(query.login), text_or_null(query.nas), address(query.ip), closed_too ? "true" : "false",
                 as_mac ? Value{*as_mac} : text_or_null(query.mac), text_or_null(query.plan), text_or_null(query.city),
                 text_or_null(query.state), sort.name, sort.descending ? "true" : "false", since_value(query.since),
                 limit_value(query.limit), std::to_string(query.offset)}}));
    });
}

std::vector<Row> session_history(Session& session, std::string_view login, std::string_view since, std::int64_t limit,
                                 std::int64_t offset, std::string_view timezone)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        return rows_of(run(
            t, {history_sql, {std::string{login}, since_value(since), limit_value(limit), std::to_string(offset)}}));
    });
}

}  // namespace provisioning::store
