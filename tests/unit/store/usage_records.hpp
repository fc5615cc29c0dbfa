// tests/unit/store/usage_records.hpp - records of sessions for the tests, and the tables as one text.
#pragma once

#include "database.hpp"

#include "provisioning/store/usage.hpp"

namespace store_tests {

constexpr std::int64_t base_s = 1'790'000'000; ///< 2026-09-21T14:13:20Z, 11:13:20 in São Paulo

constexpr Instant after(std::int64_t seconds) { return Instant{std::chrono::seconds{base_s + seconds}}; }

/// A record `after_s` of a session that began at 0.
inline Usage usage(UsageKind kind, std::int64_t after_s, std::uint64_t download, const std::string& key = "s:1")
{
    Usage u;
    u.kind = kind;
    u.at = u.arrived = after(after_s);
    u.session_key = key;
    if (!key.starts_with("n:")) u.began = after(0);
    u.nas_id = 3;
    u.login_id = 1;
    u.login = "joao@isp";
    u.acct_session_id = "8100000A";
    u.interim_s = 300;
    u.session_time_s = static_cast<std::uint32_t>(after_s);
    u.download_octets = download;
    u.upload_octets = download / 10;
    u.download_packets = download / 1000;
    u.upload_packets = download / 2000;
    return u;
}

inline Usage closing(std::int64_t after_s, Closing why, const std::string& key = "s:1")
{
    auto u = usage(UsageKind::closed, after_s, 0, key);
    u.closing = why;
    u.session_time_s.reset();
    return u;
}

inline Usage boot(UsageKind kind, std::int64_t after_s, std::int64_t nas_id = 3)
{
    Usage u;
    u.kind = kind;
    u.at = after(after_s);
    u.nas_id = nas_id;
    return u;
}

/// From the journal of a daemon that has no name.
inline std::size_t store_usage(Session& session, std::span<const Usage> batch)
{
    return store::store_usage(session, batch, "");
}
inline std::size_t store_one(Store& store, const Usage& record) { return store_usage(store.session, {&record, 1}); }

/// Everything that accounting wrote, but for the numbers of rows.
inline std::string tables(Store& store)
{
    const auto of_session = [](const std::string& table, const std::string& order) {
        return "coalesce((select string_agg(concat_ws(' ', s.session_key, s.began, (to_jsonb(t) - 'session_id')::text),"
               " E'\\n' order by s.session_key, s.began, " +
               order + ") from " + table + " t join session s on s.id = t.session_id), '') || E'\\n' || ";
    };
    return store.value(
        "select coalesce((select string_agg((to_jsonb(s) - 'id')::text, E'\\n' order by session_key, began)"
        " from session s), '') || E'\\n' || " +
        of_session("usage_day", "t.day") + of_session("usage_hour", "t.hour") +
        of_session("session_nat", "t.address, t.first_port") +
        "coalesce((select string_agg(to_jsonb(b)::text, E'\\n' order by nas_id, at) from nas_boot b), '')"
        " || E'\\n' || (select count(*) from usage_refused)");
}

/// Seconds after the base, "-" for none.
inline std::string seconds(const std::string& column)
{
    return "coalesce((extract(epoch from " + column + ") - " + std::to_string(base_s) + ")::bigint::text, '-')";
}

} // namespace store_tests
