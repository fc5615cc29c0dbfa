// provisioning/store/usage_refused.cpp - records that the database did not take, for a person to look at.
#include "provisioning/store/columns.hpp"
#include "provisioning/store/octets.hpp"
#include "provisioning/store/usage_stage.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

// RFC 2866 s5.10, from 1.
constexpr const char* causes[] = {
    "User-Request",   "Lost-Carrier",   "Lost-Service",        "Idle-Timeout", "Session-Timeout", "Admin-Reset",
    "Admin-Reboot",   "Port-Error",     "NAS-Error",           "NAS-Request",  "NAS-Reboot",      "Port-Unneeded",
    "Port-Preempted", "Port-Suspended", "Service-Unavailable", "Callback",     "User-Error",      "Host-Request"};

/// Printable whatever it holds, since what the database refused may well be its encoding.
std::string printable(std::string_view text)
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

/// In years that every timestamptz has.
std::string ms(Instant at)
{
    constexpr Instant last{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}};
    return std::to_string(std::clamp(at, Instant{}, last).time_since_epoch().count());
}

Value text(const std::optional<std::string>& value) { return value ? Value{printable(*value)} : std::nullopt; }
template <class Number>
Value number(const std::optional<Number>& value)
{
    return value ? Value{std::to_string(*value)} : std::nullopt;
}

std::vector<Value> cells(const RefusedUsage& refused)
{
    const auto& u = *refused.usage;
    return {std::string{name(u.kind)},
            ms(u.at),
            std::to_string(u.nas_id),
            printable(u.session_key),
            printable(refused.reason),
            hexadecimal(u.attributes),
            number(u.login_id),
            printable(u.login),
            printable(u.acct_session_id),
            text(u.framed_ip),
            text(u.mac),
            printable(u.nas_port_id),
            number(u.session_time_s),
            std::to_string(u.download_octets),
            std::to_string(u.upload_octets),
            std::to_string(u.download_packets),
            std::to_string(u.upload_packets),
            number(u.terminate_cause)};
}

constexpr auto put_aside_sql = R"(
insert into usage_refused (kind, at, nas_id, session_key, reason, attributes, record)
select kind, timestamptz 'epoch' + ms * interval '1 millisecond', nas_id, session_key, reason, attributes,
       jsonb_build_object('login_id', login_id, 'login', login, 'acct_session_id', acct_session_id, 'ip', ip,
                          'mac', mac, 'nas_port_id', nas_port_id, 'session_time_s', session_time_s,
                          'download_octets', download_octets, 'upload_octets', upload_octets,
                          'download_packets', download_packets, 'upload_packets', upload_packets,
                          'terminate_cause', terminate_cause)
from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bigint[], $8::text[],
            $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[], $14::numeric[], $15::numeric[],
            $16::numeric[], $17::numeric[], $18::bigint[])
     r (kind, ms, nas_id, session_key, reason, attributes, login_id, login, acct_session_id, ip, mac, nas_port_id,
        session_time_s, download_octets, upload_octets, download_packets, upload_packets, terminate_cause)
on conflict do nothing)";

} // namespace

const char* cause_name(std::uint32_t cause) noexcept
{
    return cause >= 1 && cause <= std::size(causes) ? causes[cause - 1] : nullptr;
}

void put_aside(Transaction& t, std::span<const RefusedUsage> refused)
{
    if (refused.empty()) return;
    Columns columns;
    for (const auto& one : refused) columns.add(cells(one));
    run(t, {put_aside_sql, columns.literals()});
    t.work().exec0("delete from usage_refused where id <="
                   " (select id from usage_refused order by id desc offset 10000 limit 1)");
}

} // namespace provisioning::store
