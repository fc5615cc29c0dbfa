// provisioning/store/open_sessions.cpp - the sessions that have no end, for a daemon that begins.
#include "provisioning/store/fingerprints.hpp"
#include "provisioning/store/usage.hpp"

namespace provisioning::store {
namespace {

// A row that nobody closed stays open in the table, though it was not heard of for days: the daemon's sweep closes it.
constexpr auto open_sql = R"(
select session_key, coalesce(login_id, 0), login, nas_id, coalesce(mac, ''), coalesce(nas_port_id, ''), nas_port,
       greatest(0, extract(epoch from now() - started_at))::bigint,
       greatest(0, extract(epoch from now() - updated_at))::bigint, interim, session_time_s, download_octets,
       upload_octets, (extract(epoch from began) * 1000)::bigint, acct_session_id, coalesce(host(ip), ''),
       coalesce(host(nas_ip), ''), coalesce(nas_identifier, ''), coalesce(daemon, ''),
       coalesce(changed.fingerprint, session.fingerprint), coalesce(changed.wanted, '')
from session
left join lateral (select e.fingerprint, e.wanted from enforcement e
                   where e.session_key = session.session_key and e.began = session.began
                         and e.kind = 'coa' and e.result = 'acknowledged'
                   order by e.at desc limit 1) changed on true
where ended_at is null order by updated_at, session_key)";

OpenSession read(const pqxx::row& row)
{
    OpenSession open;
    open.session_key = row[0].as<std::string>();
    open.login_id = row[1].as<std::int64_t>();
    open.login = row[2].as<std::string>();
    open.nas_id = row[3].as<std::int64_t>();
    open.mac = row[4].as<std::string>();
    open.nas_port_id = row[5].as<std::string>();
    if (!row[6].is_null()) open.nas_port = static_cast<std::uint32_t>(row[6].as<std::int64_t>());
    open.open_for = std::chrono::seconds{row[7].as<std::int64_t>()};
    open.silent_for = std::chrono::seconds{row[8].as<std::int64_t>()};
    open.interim_s = static_cast<std::uint32_t>(row[9].as<std::int64_t>());
    open.session_time_s = static_cast<std::uint32_t>(row[10].as<std::int64_t>());
    open.download_octets = row[11].as<std::uint64_t>();
    open.upload_octets = row[12].as<std::uint64_t>();
    open.began = Instant{std::chrono::milliseconds{row[13].as<std::int64_t>()}};
    open.acct_session_id = row[14].as<std::string>();
    open.framed_ip = row[15].as<std::string>();
    open.nas_ip = row[16].as<std::string>();
    open.nas_identifier = row[17].as<std::string>();
    open.daemon = row[18].as<std::string>();
    if (!row[19].is_null()) open.fingerprint = fingerprint_of(row[19].as<std::string>());
    open.has = row[20].as<std::string>();
    return open;
}

} // namespace

std::vector<OpenSession> open_sessions(Session& session)
{
    constexpr std::chrono::seconds deadline{20};
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, deadline, [](Transaction& t) {
        std::vector<OpenSession> open;
        for (const auto& row : t.work().exec(open_sql)) open.push_back(read(row));
        return open;
    });
}

} // namespace provisioning::store
