// provisioning/store/entries.cpp - rows as directory entries.
#include "provisioning/store/entries.hpp"

#include "provisioning/store/statement.hpp"

namespace provisioning::store {
namespace {

using Size = pqxx::row_size_type;
using Octets = std::vector<std::uint8_t>;

std::uint8_t digit(char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

/// bytea as PostgreSQL prints it: \x and hexadecimal digits.
Octets octets(const pqxx::field& field)
{
    std::string_view text{field.c_str(), field.size()};
    if (text.starts_with("\\x")) text.remove_prefix(2);
    Octets out(text.size() / 2);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint8_t>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
    return out;
}

template <class Number>
Number number(const pqxx::field& field)
{
    return field.is_null() ? Number{0} : static_cast<Number>(field.as<std::int64_t>());
}

std::string text(const pqxx::field& field) { return {field.c_str(), field.size()}; }
std::string_view word(const pqxx::field& field) { return {field.c_str(), field.size()}; }

Octets reply(const pqxx::field& field, const EntryHooks& hooks, std::string_view of)
{
    return field.is_null() || field.size() <= 2 ? Octets{} : hooks.encode_reply(read_list(field), of);
}

std::optional<Change> read_nas(const pqxx::row& row, Size at, const EntryHooks& hooks)
{
    NasEntry entry;
    entry.id = number<std::int64_t>(row[at]);
    entry.name = text(row[at + 1]);
    const auto prefix = parse_prefix(word(row[at + 2]));
    const auto sealed = octets(row[at + 3]);
    entry.secret = hooks.open_nas_secret(entry.id, sealed);
    if (!prefix || entry.secret.empty()) return std::nullopt;
    entry.address = *prefix;
    entry.vendor = vendor_of(word(row[at + 4])).value_or(Vendor::generic);
    entry.message_authenticator =
        message_authenticator_mode_of(word(row[at + 5])).value_or(MessageAuthenticatorMode::automatic);
    entry.limit_proxy_state = row[at + 6].as<bool>();
    return entry;
}

std::optional<Change> read_plan(const pqxx::row& row, Size at, const EntryHooks& hooks)
{
    PlanEntry entry;
    entry.id = number<std::int64_t>(row[at]);
    entry.name = text(row[at + 1]);
    entry.download_bps = number<std::uint64_t>(row[at + 2]);
    entry.upload_bps = number<std::uint64_t>(row[at + 3]);
    entry.framed_pool = text(row[at + 4]);
    entry.session_timeout_s = number<std::uint32_t>(row[at + 5]);
    entry.interim_s = number<std::uint32_t>(row[at + 6]);
    entry.reply_octets = reply(row[at + 7], hooks, "plan " + entry.name);
    return entry;
}

std::optional<Change> read_client(const pqxx::row& row, Size at, const EntryHooks&)
{
    ClientEntry entry;
    entry.id = number<std::int64_t>(row[at]);
    entry.name = text(row[at + 1]);
    entry.active = row[at + 2].as<bool>();
    return entry;
}

std::optional<Change> read_contract(const pqxx::row& row, Size at, const EntryHooks&)
{
    ContractEntry entry;
    entry.id = number<std::int64_t>(row[at]);
    entry.client_id = number<std::int64_t>(row[at + 1]);
    // a status that this release does not know closes the door
    entry.status = contract_status_of(word(row[at + 2])).value_or(ContractStatus::pre_activation);
    entry.suspension_kind = text(row[at + 3]);
    entry.suspension_reason = text(row[at + 4]);
    return entry;
}

std::optional<Change> read_login(const pqxx::row& row, Size at, const EntryHooks& hooks)
{
    LoginEntry entry;
    entry.id = number<std::int64_t>(row[at]);
    entry.name = text(row[at + 1]);
    entry.contract_id = number<std::int64_t>(row[at + 2]);
    entry.plan_id = number<std::int64_t>(row[at + 3]);
    entry.kind = login_kind_of(word(row[at + 4])).value_or(LoginKind::ip);
    entry.enabled = row[at + 5].as<bool>();
    entry.sealed_password = octets(row[at + 6]);
    if (const auto ip = parse_address(word(row[at + 7])); ip && ip->is_ipv4())
        entry.ip = {ip->octets[12], ip->octets[13], ip->octets[14], ip->octets[15]};
    entry.framed_pool = text(row[at + 8]);
    entry.reply_octets = reply(row[at + 9], hooks, "login " + entry.name);
    return entry;
}

constexpr EntryKindRows kinds[] = {
    {EntryKind::nas, "nas", "declare entries no scroll cursor for select * from directory_nas",
     "select c.id, e.* from feed_since($1::pg_snapshot, 'nas') c (id) left join directory_nas e on e.id = c.id",
     read_nas},
    {EntryKind::plan, "plan", "declare entries no scroll cursor for select * from directory_plan",
     "select c.id, e.* from feed_since($1::pg_snapshot, 'plan') c (id) left join directory_plan e on e.id = c.id",
     read_plan},
    {EntryKind::client, "client", "declare entries no scroll cursor for select * from directory_client",
     "select c.id, e.* from feed_since($1::pg_snapshot, 'client') c (id) left join directory_client e on e.id = c.id",
     read_client},
    {EntryKind::contract, "contract", "declare entries no scroll cursor for select * from directory_contract",
     "select c.id, e.* from feed_since($1::pg_snapshot, 'contract') c (id) left join directory_contract e on e.id = "
     "c.id",
     read_contract},
    {EntryKind::login, "login", "declare entries no scroll cursor for select * from directory_login",
     "select c.id, e.* from feed_since($1::pg_snapshot, 'login') c (id) left join directory_login e on e.id = c.id",
     read_login},
};

}  // namespace

std::span<const EntryKindRows> entry_kinds() noexcept { return kinds; }

}  // namespace provisioning::store
