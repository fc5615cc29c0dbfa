// provisioning/store/session_show.cpp - all that is known of one session, and how sure it is.
#include "provisioning/store/rows.hpp"

#include "provisioning/rules/text.hpp"

namespace provisioning::store {
namespace {

constexpr std::chrono::seconds deadline{15};

// The Event-Timestamp has whole seconds and an older record may have brought it: what is below two minutes says
// nothing.
constexpr auto show_sql = R"(
select s.id, s.login, session_state(s.ended_at, s.updated_at, s.interim) as state,
       coalesce(n.name, s.nas_id::text) as nas, host(s.ip) as ip, host(s.ipv6) as ipv6,
       s.ipv6_prefix::text as ipv6_prefix, s.delegated_ipv6_prefix::text as delegated_ipv6_prefix, s.mac,
       s.nas_port, s.nas_port_id, s.acct_session_id, host(s.nas_ip) as nas_ip, s.nas_identifier,
       case when s.ended_at is null then s.session_key end as session_key, p.name as plan, l.contract_id as contract, k.client_id,
       c.name as client,
       to_char(s.started_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as started_at,
       to_char(s.updated_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as updated_at,
       to_char(s.ended_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as ended_at,
       greatest(0, extract(epoch from coalesce(s.ended_at, s.updated_at) - s.started_at))::bigint as duration_s,
       case when s.ended_at is null then greatest(0, extract(epoch from now() - s.updated_at))::bigint end as silent_s,
       s.interim as interim_s, s.session_time_s, s.download_octets, s.upload_octets, s.download_packets,
       s.upload_packets, s.terminate_cause,
       case when s.start_seen then 'its Start was seen' else 'reckoned from a session time: no Start was seen' end as start,
       case when s.stop_at is not null then 'its Stop was seen'
            when s.ended_at is null then 'not over, as far as it was heard of'
            else 'no Stop: last heard of then, closed at '
                 || to_char(s.closed_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') || ' (' || s.closed_cause || ')' end as "end",
       to_char(s.nas_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as nas_at,
       round(extract(epoch from s.nas_at - s.updated_at))::bigint as nas_skew_s,
       nullif(concat_ws('; ',
           case when s.stop_short then 'Stop counted less than an interim before it: the higher counters stand' end,
           case when s.wrapped then 'counters ran over 2^32 without gigawords: the octets are an estimate' end,
           case when s.login_id is null then 'no login of that name was known' end,
           case when abs(extract(epoch from s.nas_at - s.updated_at)) > 120
                then 'the clock of the NAS is '
                     || round(abs(extract(epoch from s.nas_at - s.updated_at))) || ' s '
                     || case when s.nas_at > s.updated_at then 'ahead' else 'behind' end end), '') as remarks
from session s
left join nas n on n.id = s.nas_id
left join login l on l.id = s.login_id
left join plan p on p.id = l.plan_id
left join contract k on k.id = l.contract_id
left join client c on c.id = k.client_id
where s.id = $1::bigint)";

constexpr auto blocks_sql = R"(
select host(b.address) as address, b.first_port, b.last_port,
       to_char(b.from_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as from_at,
       to_char(b.until_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as until_at
from session_nat b where b.session_id = $1::bigint order by b.from_at, b.address, b.first_port)";

}  // namespace

Row show_session(Session& session, std::int64_t id, std::string_view timezone)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        auto rows = rows_of(run(t, {show_sql, {std::to_string(id)}}));
        if (rows.empty()) throw Refusal(ErrorCode::not_found, "id", "there is no session " + std::to_string(id));
        return std::move(rows.front());
    });
}

std::int64_t session_of(Session& session, std::string_view login)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        const auto open = run(t, {"select s.id, coalesce(n.name, s.nas_id::text) from session s"
                                  " left join nas n on n.id = s.nas_id where s.login = $1 and s.ended_at is null"
                                  " order by s.started_at desc limit 11",
                                  {std::string{login}}});
        if (open.size() == 1) return open[0][0].as<std::int64_t>();
        if (open.size() > 1) {
            std::string all;
            for (const auto& row : open)
                all += (all.empty() ? "" : ", ") + row[0].as<std::string>() + " (nas " + row[1].as<std::string>() + ')';
            throw Refusal(ErrorCode::conflict, "login", shown(login) + " has several: " + all + "; give the id");
        }
        const auto last =
            run(t, {"select id from session where login = $1 order by started_at desc limit 1", {std::string{login}}});
        if (last.empty()) throw Refusal(ErrorCode::not_found, "login", "there is no session of " + shown(login));
        return last[0][0].as<std::int64_t>();
    });
}

std::vector<Row> session_port_blocks(Session& session, std::int64_t id, std::string_view timezone)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [&](Transaction& t) {
        use_timezone(t, timezone);
        return rows_of(run(t, {blocks_sql, {std::to_string(id)}}));
    });
}

}  // namespace provisioning::store
