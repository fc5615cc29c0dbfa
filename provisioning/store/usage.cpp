// provisioning/store/usage.cpp - accounting records merged into sessions: every value is kept by a rule that does not
// care for order or repetition (least, greatest), so replays and permutations end in the same row.
#include "provisioning/store/journal.hpp"

#include "provisioning/store/columns.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds deadline{20};

// started_at: the earliest Start; without one, the earliest that session times reckon. ended_at: the earliest Stop, or
// the closing of a session that another took over, which has counted nothing; its cause and octets go with it. ip: the
// one reported last. Keys in order, so that two daemons cannot deadlock.
constexpr auto merge_sql = R"(
insert into session as s (session_key, login_id, login, nas_id, acct_session_id, ip, ip_at, mac, nas_port_id, start_seen,
                          started_at, updated_at, ended_at, session_time_s, download_octets, upload_octets,
                          download_packets, upload_packets, terminate_cause, stop_octets)
select session_key, max(login_id), max(login), max(nas_id), max(acct_session_id),
       (array_agg(ip order by at desc, ip desc) filter (where ip is not null))[1], max(at) filter (where ip is not null),
       max(mac), max(nas_port_id), bool_or(kind = 'start'),
       coalesce(min(at) filter (where kind = 'start'), min(at - session_time_s * interval '1 second')),
       max(at), min(at) filter (where closes), max(session_time_s), max(download_octets), max(upload_octets),
       max(download_packets), max(upload_packets),
       (array_agg(cause order by at, cause, stop_octets) filter (where closes))[1],
       (array_agg(stop_octets order by at, cause, stop_octets) filter (where closes))[1]
from (select kind, kind in ('stop', 'lost') as closes,
             case when kind = 'stop' then download_octets + upload_octets end as stop_octets, session_key, login_id,
             login, nas_id, acct_session_id, ip, mac, nas_port_id, session_time_s, download_octets,
             upload_octets, download_packets, upload_packets, cause,
             timestamptz 'epoch' + ms * interval '1 millisecond' as at
      from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::inet[],
                  $9::text[], $10::text[], $11::bigint[], $12::numeric[], $13::numeric[], $14::numeric[], $15::numeric[],
                  $16::text[])
           r (kind, ms, session_key, login_id, login, nas_id, acct_session_id, ip, mac, nas_port_id, session_time_s,
              download_octets, upload_octets, download_packets, upload_packets, cause)) r
group by session_key order by session_key
on conflict (session_key) do update set
    login_id = greatest(s.login_id, excluded.login_id), login = greatest(s.login, excluded.login),
    nas_id = greatest(s.nas_id, excluded.nas_id), acct_session_id = greatest(s.acct_session_id, excluded.acct_session_id),
    ip = case when s.ip_at is null or excluded.ip_at > s.ip_at then excluded.ip
              when excluded.ip_at = s.ip_at then greatest(s.ip, excluded.ip) else s.ip end,
    ip_at = greatest(s.ip_at, excluded.ip_at),
    mac = greatest(s.mac, excluded.mac), nas_port_id = greatest(s.nas_port_id, excluded.nas_port_id),
    start_seen = s.start_seen or excluded.start_seen,
    started_at = case when s.start_seen = excluded.start_seen then least(s.started_at, excluded.started_at)
                      when s.start_seen then s.started_at else excluded.started_at end,
    updated_at = greatest(s.updated_at, excluded.updated_at),
    ended_at = least(s.ended_at, excluded.ended_at),
    session_time_s = greatest(s.session_time_s, excluded.session_time_s),
    download_octets = greatest(s.download_octets, excluded.download_octets),
    upload_octets = greatest(s.upload_octets, excluded.upload_octets),
    download_packets = greatest(s.download_packets, excluded.download_packets),
    upload_packets = greatest(s.upload_packets, excluded.upload_packets),
    (terminate_cause, stop_octets) = (
        select f.cause, f.octets
        from (values (s.ended_at, s.terminate_cause, s.stop_octets),
                     (excluded.ended_at, excluded.terminate_cause, excluded.stop_octets)) f (at, cause, octets)
        where f.at is not null order by f.at, f.cause, f.octets limit 1)
)";

// RFC 2866 s5.10, from 1.
constexpr const char* causes[] = {
    "User-Request",   "Lost-Carrier",   "Lost-Service",        "Idle-Timeout", "Session-Timeout", "Admin-Reset",
    "Admin-Reboot",   "Port-Error",     "NAS-Error",           "NAS-Request",  "NAS-Reboot",      "Port-Unneeded",
    "Port-Preempted", "Port-Suspended", "Service-Unavailable", "Callback",     "User-Error",      "Host-Request"};

Value cause_name(const std::optional<std::uint32_t>& cause)
{
    if (!cause) return std::nullopt;
    if (*cause >= 1 && *cause <= std::size(causes)) return causes[*cause - 1];
    return std::to_string(*cause);
}

const char* kind_name(UsageKind kind)
{
    switch (kind) {
    case UsageKind::start:
        return "start";
    case UsageKind::interim:
        return "interim";
    case UsageKind::stop:
        return "stop";
    case UsageKind::lost:
        return "lost";
    }
    return "interim";
}

std::vector<Value> cells(const Usage& u)
{
    return {kind_name(u.kind),
            std::to_string(u.at.time_since_epoch().count()),
            u.session_key,
            u.login_id ? Value{std::to_string(*u.login_id)} : std::nullopt,
            u.login,
            std::to_string(u.nas_id),
            u.acct_session_id,
            u.framed_ip,
            u.mac,
            u.nas_port_id.empty() ? std::nullopt : Value{u.nas_port_id},
            std::to_string(u.session_time_s),
            std::to_string(u.download_octets),
            std::to_string(u.upload_octets),
            std::to_string(u.download_packets),
            std::to_string(u.upload_packets),
            cause_name(u.terminate_cause)};
}

void merge(Session& session, std::span<const Usage> batch)
{
    in_transaction(session, {}, Mode::read_write, deadline, [&](Transaction& t) {
        t.work().exec0("set local synchronous_commit = on");
        Columns columns;
        for (const auto& usage : batch) columns.add(cells(usage));
        run(t, {merge_sql, columns.literals()});
    });
}

/// Printable whatever it holds, since what the database refused may well be its encoding.
std::string printable(const std::string& text)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string clean;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet >= 0x20 && octet < 0x7f)
            clean += c;
        else
            clean.append({'\\', 'x', digits[octet >> 4], digits[octet & 15]});
    }
    return clean;
}

void put_aside(Session& session, const Usage& usage, const std::string& why)
{
    in_transaction(session, {}, Mode::read_write, deadline, [&](Transaction& t) {
        auto values = cells(usage);
        for (auto& value : values)
            if (value) *value = printable(*value);
        values.emplace_back(printable(why));
        run(t, {"insert into usage_refused (kind, at, session_key, reason, record) values ($1::text,"
                " timestamptz 'epoch' + $2::bigint * interval '1 millisecond', $3::text, $17::text,"
                " jsonb_build_object('login_id', $4::text, 'login', $5::text, 'nas_id', $6::text, 'acct_session_id',"
                " $7::text, 'ip', $8::text, 'mac', $9::text, 'nas_port_id', $10::text, 'session_time_s', $11::text,"
                " 'download_octets', $12::text, 'upload_octets', $13::text, 'download_packets', $14::text,"
                " 'upload_packets', $15::text, 'terminate_cause', $16::text)) on conflict do nothing",
                values});
    });
}

}  // namespace

void store_usage(Session& session, std::span<const Usage> batch)
{
    store_in_halves(
        batch, [&](std::span<const Usage> part) { merge(session, part); },
        [&](const Usage& refused, const std::string& why) { put_aside(session, refused, why); });
}

}  // namespace provisioning::store
