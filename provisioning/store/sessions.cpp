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

}  // namespace provisioning::store
