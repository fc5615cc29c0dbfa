// provisioning/store/usage_stage.cpp - records into the temporary tables by COPY. What the database would refuse of an
// address is left out, not the record.
#include "provisioning/store/usage_stage.hpp"

#include "provisioning/rules/address.hpp"
#include "provisioning/store/fingerprints.hpp"
#include "provisioning/store/rows.hpp"

#include <array>

namespace provisioning::store {
namespace {

constexpr auto tables_sql = R"(
set local client_min_messages = error;
create temporary table if not exists usage_stage (
    kind text, ms bigint, session_key text, began_ms bigint, login_id bigint, login text, nas_id bigint,
    acct_session_id text, ip inet, ipv6 inet, ipv6_prefix inet, delegated_ipv6_prefix inet, mac text, nas_port_id text,
    nas_port bigint, interim bigint, nas_ms bigint, session_time_s bigint, download_octets numeric(20),
    upload_octets numeric(20), download_packets numeric(20), upload_packets numeric(20), wrapped boolean, cause text,
    nas_ip inet, nas_identifier text, fingerprint text, daemon text
) on commit delete rows;
create temporary table if not exists usage_stage_nat (
    session_key text, began_ms bigint, ms bigint, address inet, first_port integer, last_port integer
) on commit delete rows)";
constexpr std::array columns{"kind",
                             "ms",
                             "session_key",
                             "began_ms",
                             "login_id",
                             "login",
                             "nas_id",
                             "acct_session_id",
                             "ip",
                             "ipv6",
                             "ipv6_prefix",
                             "delegated_ipv6_prefix",
                             "mac",
                             "nas_port_id",
                             "nas_port",
                             "interim",
                             "nas_ms",
                             "session_time_s",
                             "download_octets",
                             "upload_octets",
                             "download_packets",
                             "upload_packets",
                             "wrapped",
                             "cause",
                             "nas_ip",
                             "nas_identifier",
                             "fingerprint",
                             "daemon"};
constexpr std::array nat_columns{"session_key", "began_ms", "ms", "address", "first_port", "last_port"};

template <class Number>
Value number(const std::optional<Number>& value)
{
    return value ? Value{std::to_string(*value)} : std::nullopt;
}
std::string ms(Instant at) { return std::to_string(at.time_since_epoch().count()); }

Value address(const std::optional<std::string>& text)
{
    const auto parsed = text ? parse_address(*text) : std::nullopt;
    return parsed ? Value{to_text(*parsed)} : std::nullopt;
}
Value prefix(const std::optional<std::string>& text)
{
    const auto parsed = text ? enclosing_prefix(*text) : std::nullopt;
    return parsed ? Value{to_text(*parsed)} : std::nullopt;
}

Value cause(const Usage& u)
{
    if (u.kind == UsageKind::closed) return std::string{name(u.closing)};
    if (!u.terminate_cause) return std::nullopt;
    const auto* known = cause_name(*u.terminate_cause);
    return known != nullptr ? known : std::to_string(*u.terminate_cause);
}

const char* kind_of(UsageKind kind)
{
    if (kind == UsageKind::start) return "start";
    if (kind == UsageKind::stop) return "stop";
    return kind == UsageKind::closed ? "closed" : "interim";
}

std::array<Value, columns.size()> cells(const Usage& u, Instant began, std::string_view daemon)
{
    return {{kind_of(u.kind),
             ms(u.at),
             u.session_key,
             ms(began),
             number(u.login_id),
             u.login,
             std::to_string(u.nas_id),
             u.acct_session_id,
             address(u.framed_ip),
             address(u.ipv6_address),
             prefix(u.ipv6_prefix),
             prefix(u.delegated_ipv6_prefix),
             u.mac,
             text_or_null(u.nas_port_id),
             number(u.nas_port),
             std::to_string(u.interim_s),
             u.nas_at ? Value{ms(*u.nas_at)} : std::nullopt,
             std::to_string(u.session_time_s.value_or(0)),
             std::to_string(u.download_octets),
             std::to_string(u.upload_octets),
             std::to_string(u.download_packets),
             std::to_string(u.upload_packets),
             u.wrapped ? "t" : "f",
             cause(u),
             address(u.nas_ip),
             text_or_null(u.nas_identifier),
             u.fingerprint ? Value{fingerprint_text(*u.fingerprint)} : std::nullopt,
             text_or_null(daemon)}};
}

std::size_t stage_port_blocks(Transaction& t, std::span<const Usage> batch,
                              std::span<const std::optional<Instant>> began)
{
    std::vector<std::array<Value, nat_columns.size()>> rows;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!began[i]) continue;
        for (const auto& block : batch[i].nat) {
            const auto public_address = address(block.address);
            if (!public_address) continue;
            rows.push_back({{batch[i].session_key, ms(*began[i]), ms(batch[i].at), public_address,
                             std::to_string(block.first_port), std::to_string(block.last_port)}});
        }
    }
    if (rows.empty()) return 0;
    pqxx::stream_to stream(t.work(), "usage_stage_nat", nat_columns);
    for (const auto& row : rows) stream << row;
    stream.complete();
    return rows.size();
}

} // namespace

Staged stage(Transaction& t, std::span<const Usage> batch, std::span<const std::optional<Instant>> began,
             std::string_view daemon)
{
    Staged staged;
    t.work().exec(tables_sql);
    {
        pqxx::stream_to stream(t.work(), "usage_stage", columns);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (!began[i]) continue;
            stream << cells(batch[i], *began[i], daemon);
            ++(batch[i].kind == UsageKind::closed ? staged.closings : staged.records);
        }
        stream.complete();
    }
    staged.port_blocks = stage_port_blocks(t, batch, began);
    return staged;
}

} // namespace provisioning::store
