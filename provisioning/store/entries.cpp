// provisioning/store/entries.cpp - rows as directory entries.
#include "provisioning/store/entries.hpp"

#include "provisioning/rules/values.hpp"
#include "provisioning/store/octets.hpp"
#include "provisioning/store/statement.hpp"

namespace provisioning::store {
namespace {

using Size = pqxx::row_size_type;
using Octets = std::vector<std::uint8_t>;

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

std::optional<std::chrono::sys_seconds> epoch_seconds(const pqxx::field& field)
{
    if (field.is_null()) return std::nullopt;
    return std::chrono::sys_seconds{std::chrono::seconds{field.as<std::int64_t>()}};
}

/// None given: all.
MethodSet methods(const pqxx::field& field)
{
    MethodSet set;
    for (const auto& one : read_list(field))
        if (const auto method = method_of(one)) set.add(*method);
    return set.empty() ? MethodSet::all() : set;
}

/// What cannot be read was refused when it was saved; by plain SQL it can only shut.
Schedule schedule(const pqxx::field& field)
{
    auto parsed = parse_schedule(word(field));
    if (parsed.wrong.empty()) return std::move(parsed.schedule);
    return {.windows = {{0, 0}}};
}

std::vector<MacText> macs(const pqxx::field& field)
{
    std::vector<MacText> all;
    for (const auto& one : read_list(field))
        if (const auto form = mac_form(one)) all.push_back(*form);
    return all;
}

std::optional<Change> read_nas(const pqxx::row& row, Size at, const EntryHooks& hooks)
{
    NasEntry entry;
    entry.id = number<std::int64_t>(row[at]);
    entry.name = text(row[at + 1]);
    const auto prefix = parse_prefix(word(row[at + 2]));
    const auto sealed = octets_of(row[at + 3]);
    entry.secret = hooks.open_nas_secret(entry.id, sealed);
    if (!prefix || entry.secret.empty()) return std::nullopt;
    entry.address = *prefix;
    entry.vendor = vendor_of(word(row[at + 4])).value_or(Vendor::generic);
    entry.message_authenticator =
        message_authenticator_mode_of(word(row[at + 5])).value_or(MessageAuthenticatorMode::automatic);
    entry.limit_proxy_state = row[at + 6].as<bool>();
    entry.message_authenticator_learned = row[at + 7].as<bool>();
    if (const auto until = epoch_seconds(row[at + 9])) {
        entry.previous_secret = hooks.open_nas_secret(entry.id, octets_of(row[at + 8]));
        entry.previous_secret_until = *until;
    }
    entry.methods = methods(row[at + 10]);
    entry.mppe = mppe_of(word(row[at + 11])).value_or(Mppe::allow);
    entry.reject_delay = std::chrono::milliseconds{row[at + 12].as<int>()};
    entry.swap_octets = row[at + 13].as<bool>();
    entry.coa = row[at + 14].as<bool>();
    entry.coa_port = number<std::uint16_t>(row[at + 15]);
    entry.coa_message_authenticator = row[at + 16].as<bool>();
    entry.open_list = word(row[at + 17]) == "none" ? std::string{} : text(row[at + 17]);
    entry.gardens = row[at + 18].as<bool>();
    return entry;
}

AllowancePeriod period(std::string_view name)
{
    if (name == "day") return AllowancePeriod::day;
    return name == "week" ? AllowancePeriod::week : AllowancePeriod::month;
}

Allowance read_allowance(const pqxx::row& row, Size at)
{
    Allowance allowance;
    allowance.octets = number<std::uint64_t>(row[at]);
    allowance.period = period(word(row[at + 1]));
    allowance.reset_day = number<std::uint8_t>(row[at + 2]);
    allowance.warning_percent = number<std::uint8_t>(row[at + 3]);
    allowance.garden = word(row[at + 4]) == "garden";
    allowance.download_bps = number<std::uint64_t>(row[at + 5]);
    allowance.upload_bps = number<std::uint64_t>(row[at + 6]);
    return allowance;
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
    entry.burst_download_bps = number<std::uint64_t>(row[at + 8]);
    entry.burst_upload_bps = number<std::uint64_t>(row[at + 9]);
    entry.burst_time_s = number<std::uint32_t>(row[at + 10]);
    entry.simultaneous = number<std::uint32_t>(row[at + 11]);
    entry.idle_timeout_s = number<std::uint32_t>(row[at + 12]);
    entry.filter = text(row[at + 13]);
    entry.address_list = text(row[at + 14]);
    entry.ipv6_pool = text(row[at + 15]);
    entry.delegated_ipv6_pool = text(row[at + 16]);
    entry.methods = methods(row[at + 17]);
    entry.learn_mac = row[at + 18].as<bool>();
    entry.bindings.realm = text(row[at + 19]);
    entry.bindings.realm_rule = realm_rule_of(word(row[at + 20])).value_or(RealmRule::none);
    entry.bindings.schedule = schedule(row[at + 21]);
    entry.allowance = read_allowance(row, at + 22);
    entry.reduced_download_bps = number<std::uint64_t>(row[at + 29]);
    entry.reduced_upload_bps = number<std::uint64_t>(row[at + 30]);
    return entry;
}

/// One for a reason that this release does not know lets nobody in.
std::optional<Change> read_garden(const pqxx::row& row, Size at, const EntryHooks& hooks)
{
    const auto reason = garden_reason_of(word(row[at + 2]));
    if (!reason) return std::nullopt;
    GardenEntry entry;
    entry.id = number<std::int64_t>(row[at]);
    entry.name = text(row[at + 1]);
    entry.reason = *reason;
    entry.nas_id = number<std::int64_t>(row[at + 3]);
    entry.framed_pool = text(row[at + 4]);
    entry.address_list = text(row[at + 5]);
    entry.filter = text(row[at + 6]);
    entry.redirect = text(row[at + 7]);
    entry.keep_address = row[at + 8].as<bool>();
    entry.download_bps = number<std::uint64_t>(row[at + 9]);
    entry.upload_bps = number<std::uint64_t>(row[at + 10]);
    entry.interim_s = number<std::uint32_t>(row[at + 11]);
    entry.session_timeout_s = number<std::uint32_t>(row[at + 12]);
    entry.reply_octets = reply(row[at + 13], hooks, "garden " + entry.name);
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
    entry.reduced = row[at + 5].as<bool>();
    entry.trust_until = epoch_seconds(row[at + 6]);
    return entry;
}

/// Null where the login has none of them, as most have.
std::shared_ptr<const LoginTerms> read_terms(const pqxx::row& row, Size at)
{
    constexpr Size columns = 15, realm_rule = 6;  // which alone is never null
    bool any = word(row[at + realm_rule]) != "none";
    for (Size i = 0; i < columns; ++i) any = any || (i != realm_rule && !row[at + i].is_null());
    if (!any) return nullptr;
    auto terms = std::make_shared<LoginTerms>();
    auto& bindings = terms->bindings;
    bindings.macs = macs(row[at]);
    bindings.nas_id = number<std::int64_t>(row[at + 1]);
    bindings.nas_port = text(row[at + 2]);
    bindings.circuit_id = text(row[at + 3]);
    bindings.remote_id = text(row[at + 4]);
    bindings.realm = text(row[at + 5]);
    bindings.realm_rule = realm_rule_of(word(row[at + realm_rule])).value_or(RealmRule::none);
    bindings.schedule = schedule(row[at + 7]);
    bindings.valid_from = epoch_seconds(row[at + 8]);
    bindings.valid_until = epoch_seconds(row[at + 9]);
    terms->ipv6_prefix = parse_prefix(word(row[at + 10]));
    terms->delegated_ipv6_prefix = parse_prefix(word(row[at + 11]));
    terms->routes = read_list(row[at + 12]);
    terms->filter = text(row[at + 13]);
    terms->address_list = text(row[at + 14]);
    return terms;
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
    entry.sealed_password = octets_of(row[at + 6]);
    if (const auto ip = parse_address(word(row[at + 7])); ip && ip->is_ipv4())
        entry.ip = {ip->octets[12], ip->octets[13], ip->octets[14], ip->octets[15]};
    entry.framed_pool = text(row[at + 8]);
    entry.reply_octets = reply(row[at + 9], hooks, "login " + entry.name);
    entry.storage = storage_of(word(row[at + 10])).value_or(Storage::crypt);  // one that is not known proves nothing
    if (!row[at + 11].is_null()) entry.simultaneous = number<std::uint32_t>(row[at + 11]);
    if (const auto learn = word(row[at + 12]); learn != "default") entry.learn_mac = learn == "yes";
    entry.terms = read_terms(row, at + 13);
    return entry;
}

constexpr EntryKindRows kinds[] = {
    {EntryKind::nas, "nas", "declare entries no scroll cursor for select * from directory_nas",
     "select c.id, e.* from feed_since($1::pg_snapshot, 'nas') c (id) left join directory_nas e on e.id = c.id",
     read_nas},
    {EntryKind::garden, "garden", "declare entries no scroll cursor for select * from directory_garden",
     "select c.id, e.* from feed_since($1::pg_snapshot, 'garden') c (id) left join directory_garden e on e.id = c.id",
     read_garden},
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
