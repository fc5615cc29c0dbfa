// provisioning/store/usage_merge.cpp - the statements that merge what is staged. Each value has a rule that does not
// care for order, repetition or how the records were cut into batches.
#include "provisioning/store/columns.hpp"
#include "provisioning/store/usage_stage.hpp"

namespace provisioning::store {
namespace {

// started_at: the earliest Start; without one, the earliest that session times reckon. stop_at: the earliest Stop; its
// cause and octets go with it. ip: the one reported last. daemon: that of the latest record. usage_day, usage_hour: the
// highest counters by then.
constexpr auto merge_sql = R"(
with r as materialized (
    select *, timestamptz 'epoch' + ms * interval '1 millisecond' as at,
           timestamptz 'epoch' + began_ms * interval '1 millisecond' as began,
           timestamptz 'epoch' + nas_ms * interval '1 millisecond' as nas_at,
           case when kind = 'stop' then download_octets + upload_octets end as stop_octets
    from usage_stage where kind <> 'closed'),
merged as (
    insert into session as s (session_key, began, login_id, login, nas_id, acct_session_id, ip, ip_at, ipv6,
                              ipv6_prefix, delegated_ipv6_prefix, mac, nas_port_id, nas_port, interim, start_seen,
                              started_at, updated_at, nas_at, stop_at, stop_cause, stop_octets, session_time_s,
                              download_octets, upload_octets, download_packets, upload_packets, wrapped, nas_ip,
                              nas_identifier, fingerprint, daemon)
    select session_key, began, max(login_id), max(login), max(nas_id), max(acct_session_id),
           (array_agg(ip order by at desc, ip desc) filter (where ip is not null))[1],
           max(at) filter (where ip is not null), max(ipv6), network(max(ipv6_prefix)),
           network(max(delegated_ipv6_prefix)), max(mac), max(nas_port_id), max(nas_port), max(interim),
           bool_or(kind = 'start'),
           coalesce(min(at) filter (where kind = 'start'), min(at - session_time_s * interval '1 second')),
           max(at), max(nas_at), min(at) filter (where kind = 'stop'),
           (array_agg(cause order by at, cause, stop_octets) filter (where kind = 'stop'))[1],
           (array_agg(stop_octets order by at, cause, stop_octets) filter (where kind = 'stop'))[1],
           max(session_time_s), max(download_octets), max(upload_octets), max(download_packets), max(upload_packets),
           bool_or(wrapped), max(nas_ip), max(nas_identifier), max(fingerprint),
           (array_agg(daemon order by at desc, daemon))[1]
    from r group by session_key, began order by session_key, began
    on conflict (session_key, began) do update set
        login_id = greatest(s.login_id, excluded.login_id), login = greatest(s.login, excluded.login),
        nas_id = greatest(s.nas_id, excluded.nas_id),
        acct_session_id = greatest(s.acct_session_id, excluded.acct_session_id),
        ip = case when s.ip_at is null or excluded.ip_at > s.ip_at then excluded.ip
                  when excluded.ip_at = s.ip_at then greatest(s.ip, excluded.ip) else s.ip end,
        ip_at = greatest(s.ip_at, excluded.ip_at), ipv6 = greatest(s.ipv6, excluded.ipv6),
        ipv6_prefix = greatest(s.ipv6_prefix, excluded.ipv6_prefix),
        delegated_ipv6_prefix = greatest(s.delegated_ipv6_prefix, excluded.delegated_ipv6_prefix),
        mac = greatest(s.mac, excluded.mac), nas_port_id = greatest(s.nas_port_id, excluded.nas_port_id),
        nas_port = greatest(s.nas_port, excluded.nas_port), interim = greatest(s.interim, excluded.interim),
        start_seen = s.start_seen or excluded.start_seen,
        started_at = case when s.start_seen = excluded.start_seen then least(s.started_at, excluded.started_at)
                          when s.start_seen then s.started_at else excluded.started_at end,
        updated_at = greatest(s.updated_at, excluded.updated_at), nas_at = greatest(s.nas_at, excluded.nas_at),
        stop_at = least(s.stop_at, excluded.stop_at),
        session_time_s = greatest(s.session_time_s, excluded.session_time_s),
        download_octets = greatest(s.download_octets, excluded.download_octets),
        upload_octets = greatest(s.upload_octets, excluded.upload_octets),
        download_packets = greatest(s.download_packets, excluded.download_packets),
        upload_packets = greatest(s.upload_packets, excluded.upload_packets),
        wrapped = s.wrapped or excluded.wrapped, nas_ip = greatest(s.nas_ip, excluded.nas_ip),
        nas_identifier = greatest(s.nas_identifier, excluded.nas_identifier),
        fingerprint = greatest(s.fingerprint, excluded.fingerprint),
        daemon = case when excluded.updated_at > s.updated_at then excluded.daemon
                      when excluded.updated_at = s.updated_at then least(s.daemon, excluded.daemon)
                      else s.daemon end,
        (stop_cause, stop_octets) = (
            select f.cause, f.octets
            from (values (s.stop_at, s.stop_cause, s.stop_octets),
                         (excluded.stop_at, excluded.stop_cause, excluded.stop_octets)) f (at, cause, octets)
            where f.at is not null order by f.at, f.cause, f.octets limit 1)
    returning id, session_key, began, given_up_at, closed_at),
counted as (
    select m.id, r.login_id, r.at, r.download_octets, r.upload_octets
    from r join merged m on m.session_key = r.session_key and m.began = r.began
    where r.download_octets > 0 or r.upload_octets > 0),
by_day as (
    insert into usage_day as d (session_id, login_id, day, download_octets, upload_octets)
    select id, max(login_id), at::date, max(download_octets), max(upload_octets) from counted group by id, at::date
    on conflict (session_id, day) do update set
        login_id = greatest(d.login_id, excluded.login_id),
        download_octets = greatest(d.download_octets, excluded.download_octets),
        upload_octets = greatest(d.upload_octets, excluded.upload_octets)),
by_hour as (
    insert into usage_hour as h (session_id, login_id, hour, download_octets, upload_octets)
    select id, max(login_id), date_trunc('hour', at), max(download_octets), max(upload_octets)
    from counted group by id, date_trunc('hour', at)
    on conflict (session_id, hour) do update set
        login_id = greatest(h.login_id, excluded.login_id),
        download_octets = greatest(h.download_octets, excluded.download_octets),
        upload_octets = greatest(h.upload_octets, excluded.upload_octets))
select count(*) filter (where given_up_at is not null or closed_at is not null) from merged)";

constexpr auto port_blocks_sql = R"(
insert into session_nat as n (session_id, began, address, first_port, last_port, from_at, until_at)
select s.id, s.began, r.address, r.first_port, r.last_port, min(r.at), max(r.at)
from (select *, timestamptz 'epoch' + ms * interval '1 millisecond' as at,
             timestamptz 'epoch' + began_ms * interval '1 millisecond' as began from usage_stage_nat) r
join session s on s.session_key = r.session_key and s.began = r.began
group by s.id, s.began, r.address, r.first_port, r.last_port
on conflict (session_id, began, address, first_port, last_port) do update set
    from_at = least(n.from_at, excluded.from_at), until_at = greatest(n.until_at, excluded.until_at))";

// Of a session that is there: a closing is in the journal behind the records of its session, and makes none.
constexpr auto give_up_sql = R"(
update session s set
    given_up_at = greatest(s.given_up_at, c.at),
    given_up_cause = case when s.given_up_at is null or c.at > s.given_up_at then c.cause
                          when c.at = s.given_up_at then greatest(s.given_up_cause, c.cause)
                          else s.given_up_cause end
from (select session_key, timestamptz 'epoch' + began_ms * interval '1 millisecond' as began,
             timestamptz 'epoch' + max(ms) * interval '1 millisecond' as at,
             (array_agg(cause order by ms desc, cause desc))[1] as cause
      from usage_stage where kind = 'closed' group by session_key, began_ms) c
where s.session_key = c.session_key and s.began = c.began)";

// What the end of a session comes to is decided anew when there is something that could close it.
constexpr auto touched_sql = R"(
update session s set (closed_at, closed_cause) = (select c.at, c.cause from session_closing(
    s.nas_id, s.started_at, s.updated_at, s.stop_at, s.given_up_at, s.given_up_cause) c)
from (select distinct session_key, timestamptz 'epoch' + began_ms * interval '1 millisecond' as began
      from usage_stage) k
where s.session_key = k.session_key and s.began = k.began
      and (s.closed_at is not null or s.given_up_at is not null
           or exists (select from nas_boot b where b.nas_id = s.nas_id and b.at >= s.updated_at)))";

/// Whether a NAS began anew after a record that is staged, so that the session may be over.
constexpr auto booted_since_sql = R"(
select exists (select from (select nas_id, min(ms) as ms from usage_stage group by nas_id) r where exists (
    select from nas_boot b
    where b.nas_id = r.nas_id and b.at >= timestamptz 'epoch' + r.ms * interval '1 millisecond')))";

// Of the NAS that began anew: what is open, and what was closed later than it should have been. Two statements, each
// with its index.
constexpr auto rebooted_open_sql = R"(
update session s set (closed_at, closed_cause) = (select c.at, c.cause from session_closing(
    s.nas_id, s.started_at, s.updated_at, s.stop_at, s.given_up_at, s.given_up_cause) c)
from (select nas_id, timestamptz 'epoch' + max(ms) * interval '1 millisecond' as last
      from unnest($1::bigint[], $2::bigint[]) r (nas_id, ms) group by nas_id) b
where s.nas_id = b.nas_id and s.ended_at is null and s.started_at < b.last and s.updated_at <= b.last)";
constexpr auto rebooted_closed_sql = R"(
update session s set (closed_at, closed_cause) = (select c.at, c.cause from session_closing(
    s.nas_id, s.started_at, s.updated_at, s.stop_at, s.given_up_at, s.given_up_cause) c)
from (select nas_id, timestamptz 'epoch' + min(ms) * interval '1 millisecond' as first,
             timestamptz 'epoch' + max(ms) * interval '1 millisecond' as last
      from unnest($1::bigint[], $2::bigint[]) r (nas_id, ms) group by nas_id) b
where s.nas_id = b.nas_id and s.closed_at > b.first and s.started_at < b.last and s.updated_at <= b.last)";

} // namespace

void merge_staged(Transaction& t, const Staged& staged)
{
    bool may_be_over = staged.closings > 0;
    if (staged.records > 0 && t.work().exec1(merge_sql)[0].as<std::int64_t>() > 0) may_be_over = true;
    t.extend();
    if (staged.port_blocks > 0) t.work().exec0(port_blocks_sql);
    if (staged.closings > 0) t.work().exec0(give_up_sql);
    if (staged.records + staged.closings == 0) return;
    if (!may_be_over && !t.work().exec1(booted_since_sql)[0].as<bool>()) return;
    t.extend();
    t.work().exec0(touched_sql);
}

void close_rebooted(Transaction& t, std::span<const Usage> batch)
{
    Columns boots;
    for (const auto& u : batch)
        if (u.kind == UsageKind::nas_on || u.kind == UsageKind::nas_off)
            boots.add({std::to_string(u.nas_id), std::to_string(u.at.time_since_epoch().count())});
    const auto literals = boots.literals();
    if (literals.empty()) return;
    run(t, {rebooted_open_sql, literals});
    t.extend();
    run(t, {rebooted_closed_sql, literals});
}

} // namespace provisioning::store
