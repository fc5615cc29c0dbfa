// provisioning/store/sessions.cpp - session list.
#include "provisioning/store/rows.hpp"

#include "provisioning/rules/address.hpp"
#include "provisioning/rules/text.hpp"

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{15};

Value address(std::string_view typed)
{
    if (typed.empty()) return std::nullopt;
    if (const auto ip = parse_address(trimmed(typed))) return to_text(*ip);
    throw Refusal(ErrorCode::invalid, "ip", shown(typed) + " is not an address, give it like 100.64.0.7");
}

}  // namespace

std::vector<Row> list_sessions(Session& session, const SessionQuery& query, std::string_view timezone)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        return rows_of(
            run(t, {R"(
select s.id, s.login, coalesce(n.name, s.nas_id::text) as nas, host(s.ip) as ip, s.mac,
       to_char(s.started_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as started_at,
       to_char(s.updated_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as updated_at,
       to_char(s.ended_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as ended_at,
       s.download_octets, s.upload_octets, s.terminate_cause,
       case when s.ended_at is null then 'open' else 'closed' end as state
from session s left join nas n on n.id = s.nas_id
where ($1::text is null or s.login = $1) and ($2::text is null or lower(n.name) = lower($2) or s.nas_id::text = $2)
      and ($3::inet is null or s.ip = $3) and (s.ended_at is null or $4::boolean)
order by s.started_at desc, s.id desc limit $5::bigint offset $6::bigint)",
                    {text_or_null(query.login), text_or_null(query.nas), address(query.ip),
                     query.closed_too ? "true" : "false", limit_value(query.limit), std::to_string(query.offset)}}));
    });
}

std::vector<OpenSession> open_sessions(Session& session)
{
    constexpr std::chrono::seconds a_while{20};
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, a_while, [](Transaction& t) {
        std::vector<OpenSession> open;
        for (const auto& row : t.work().exec(
                 "select s.session_key, s.login_id, s.nas_id, coalesce(s.mac, ''), coalesce(s.nas_port_id, ''),"
                 " greatest(0, extract(epoch from now() - s.updated_at))::bigint, coalesce(p.interim, 0)"
                 " from session s join login l on l.id = s.login_id and l.removed_at is null"
                 " join plan p on p.id = l.plan_id"
                 " where s.ended_at is null and s.updated_at > now() - interval '25 hours' order by s.updated_at"))
            open.push_back({.session_key = row[0].as<std::string>(),
                            .login_id = row[1].as<std::int64_t>(),
                            .nas_id = row[2].as<std::int64_t>(),
                            .mac = row[3].as<std::string>(),
                            .nas_port_id = row[4].as<std::string>(),
                            .silent_for = std::chrono::seconds{row[5].as<std::int64_t>()},
                            .interim_s = static_cast<std::uint32_t>(row[6].as<std::int64_t>())});
        return open;
    });
}

}  // namespace provisioning::store
