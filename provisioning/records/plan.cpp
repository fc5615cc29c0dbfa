// provisioning/records/plan.cpp - what a subscriber gets: speeds, price, session rules.
#include "provisioning/records/access_checks.hpp"

namespace provisioning {
namespace {

constexpr std::int64_t fastest_bps = 1'000'000'000'000;
constexpr std::int64_t most_octets = 1'000'000'000'000'000'000;

constexpr Field fields[] = {
    {.name = "name", .given = Given::required, .help = "name of the plan (plano)", .maximum = 64},
    {.name = "download",
     .type = FieldType::rate,
     .given = Given::required,
     .help = "speed towards the subscriber in bit/s (velocidade de download): 300M, 512k",
     .minimum = 1,
     .maximum = fastest_bps},
    {.name = "upload",
     .type = FieldType::rate,
     .given = Given::required,
     .help = "speed from the subscriber in bit/s (velocidade de upload)",
     .minimum = 1,
     .maximum = fastest_bps},
    {.name = "price", .type = FieldType::money, .help = "price a month (mensalidade): 99.90"},
    // 63 characters are at most 252 octets: they fit one attribute (RFC 2865 s5) whatever they are.
    {.name = "framed_pool", .help = "address pool on the concentrator (pool do concentrador)", .maximum = 63},
    {.name = "session_timeout",
     .type = FieldType::seconds,
     .help = "longest session in seconds; 0: no limit, not sent",
     .minimum = 0,
     .maximum = 4'294'967'295,
     .in_list = false},
    // RFC 2869 s2.1: Acct-Interim-Interval must not be below 60 s.
    {.name = "interim",
     .type = FieldType::seconds,
     .help = "seconds between accounting updates",
     .default_value = "300",
     .minimum = 60,
     .maximum = 86'400,
     .in_list = false},
    {.name = "burst_download",
     .type = FieldType::rate,
     .help = "speed of a short burst towards the subscriber, with burst_upload (rajada)",
     .minimum = 1,
     .maximum = fastest_bps,
     .in_list = false},
    {.name = "burst_upload",
     .type = FieldType::rate,
     .help = "speed of a short burst from the subscriber, with burst_download",
     .minimum = 1,
     .maximum = fastest_bps,
     .in_list = false},
    {.name = "burst_time",
     .type = FieldType::seconds,
     .help = "seconds over which the average that allows a burst is taken",
     .minimum = 1,
     .maximum = 3'600,
     .in_list = false},
    {.name = "simultaneous",
     .type = FieldType::integer,
     .help = "sessions of one login at the same time (sessões simultâneas); 0: no limit",
     .default_value = "1",
     .minimum = 0,
     .maximum = 1'000,
     .in_list = false,
     .unit = "sessions"},
    {.name = "idle_timeout",
     .type = FieldType::seconds,
     .help = "seconds without traffic after which the session ends; 0: no limit, not sent",
     .minimum = 0,
     .maximum = 4'294'967'295,
     .in_list = false},
    {.name = "filter", .help = "filter or policy on the concentrator (Filter-Id)", .maximum = 63, .in_list = false},
    {.name = "address_list",
     .help = "firewall address list on the concentrator (Mikrotik-Address-List)",
     .maximum = 63,
     .in_list = false},
    {.name = "ipv6_pool", .help = "IPv6 pool on the concentrator", .maximum = 63, .in_list = false},
    {.name = "delegated_ipv6_pool",
     .help = "pool of the prefixes that are delegated to the subscriber",
     .maximum = 63,
     .in_list = false},
    {.name = "method",
     .type = FieldType::text_list,
     .help = "pap, chap, mschap, mschapv2, eap-md5: what its logins may use (métodos); repeatable; none: all",
     .maximum = 10,
     .in_list = false},
    {.name = "learn_mac",
     .type = FieldType::boolean,
     .help = "the first MAC that a login dials with becomes its own (aprender MAC)",
     .default_value = "no",
     .in_list = false},
    {.name = "realm", .help = "realm of its logins (domínio): isp.example", .maximum = 200, .in_list = false},
    {.name = "realm_rule",
     .type = FieldType::choice,
     .help = "strip: login@realm serves as login; require: only with the realm; for its logins that have none",
     .default_value = "none",
     .choices = "none strip require",
     .in_list = false},
    {.name = "schedule",
     .help = "times of access (horário): 'mon-fri 08:00-18:00; sat 08:00-12:00'; none given: always",
     .maximum = 500,
     .in_list = false},
    {.name = "allowance",
     .type = FieldType::octets,
     .help = "traffic that a period holds (franquia), download and upload together: 500G; none given: no limit",
     .minimum = 1,
     .maximum = most_octets,
     .in_list = false},
    {.name = "allowance_period",
     .type = FieldType::choice,
     .help = "how often the allowance begins anew (período)",
     .default_value = "month",
     .choices = "day week month",
     .in_list = false},
    {.name = "allowance_day",
     .type = FieldType::integer,
     .help = "day on which it does: 1-31 of the month (the last of a shorter one), 1-7 of the week (1: Monday)",
     .default_value = "1",
     .minimum = 1,
     .maximum = 31,
     .in_list = false,
     .unit = "a day"},
    {.name = "allowance_warning",
     .type = FieldType::integer,
     .help = "percent of the allowance from which on it is shown as nearly used up; 0: never",
     .default_value = "80",
     .minimum = 0,
     .maximum = 100,
     .in_list = false,
     .unit = "percent"},
    {.name = "allowance_then",
     .type = FieldType::choice,
     .help = "reduce: the allowance rates from then on; garden: the garden for quota, else the rates",
     .default_value = "reduce",
     .choices = "reduce garden",
     .in_list = false},
    {.name = "allowance_download",
     .type = FieldType::rate,
     .help = "speed towards the subscriber once the allowance is used up",
     .minimum = 1,
     .maximum = fastest_bps,
     .in_list = false},
    {.name = "allowance_upload",
     .type = FieldType::rate,
     .help = "speed from the subscriber once the allowance is used up",
     .minimum = 1,
     .maximum = fastest_bps,
     .in_list = false},
    {.name = "reduced_download",
     .type = FieldType::rate,
     .help = "speed towards the subscriber while a contract is reduced for debt (velocidade reduzida)",
     .minimum = 1,
     .maximum = fastest_bps,
     .in_list = false},
    {.name = "reduced_upload",
     .type = FieldType::rate,
     .help = "speed from the subscriber while a contract is reduced for debt",
     .minimum = 1,
     .maximum = fastest_bps,
     .in_list = false},
    {.name = "reply",
     .type = FieldType::text_list,
     .help = "'Attribute-Name=value' sent with every Accept; repeatable",
     .maximum = 500,
     .in_list = false},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
};

[[noreturn]] void refuse(std::string_view field, std::string message)
{
    throw Refusal(ErrorCode::invalid, std::string{field}, std::move(message));
}

/// Canonical rates are digits.
std::int64_t rate_in(const Record& record, std::string_view name)
{
    const auto text = first_value(record, name);
    return text.empty() ? 0 : std::stoll(std::string{text});
}

void check_burst(const Record& record)
{
    const auto download = first_value(record, "burst_download"), upload = first_value(record, "burst_upload");
    if (download.empty() != upload.empty())
        refuse(download.empty() ? "burst_download" : "burst_upload", "missing: a burst needs both directions");
    if (download.empty() && !first_value(record, "burst_time").empty())
        refuse("burst_time", "goes with burst_download and burst_upload, give them or clear it");
    for (const std::string_view direction : {"download", "upload"}) {
        const auto burst = "burst_" + std::string{direction};
        if (!download.empty() && rate_in(record, burst) < rate_in(record, direction))
            refuse(burst, "is below " + std::string{direction} + ", give a rate that is not");
    }
}

bool is_of_allowance(std::string_view field) noexcept { return field.starts_with("allowance_"); }

/// Nothing is taken that would be forgotten.
void check_change(const Record& typed, const Record& current)
{
    const bool cleared = typed.contains("allowance") && first_value(typed, "allowance").empty();
    if (!first_value(typed, "allowance").empty() || (!cleared && !first_value(current, "allowance").empty())) return;
    for (const auto& field : fields) {
        if (!is_of_allowance(field.name)) continue;
        if (const auto given = first_value(typed, field.name); !given.empty() && given != field.default_value)
            refuse(field.name, "goes with allowance, give it or leave this out");
    }
}

/// With the allowance goes what was said of it; kept, it would hold when another is given.
void clear_allowance(Record& record)
{
    for (const auto& field : fields) {
        const auto at = record.find(field.name);
        if (!is_of_allowance(field.name) || at == record.end()) continue;
        at->second.clear();
        if (!field.default_value.empty()) at->second.emplace_back(field.default_value);
    }
}

void check_allowance(Record& record)
{
    if (first_value(record, "allowance").empty()) return clear_allowance(record);
    if (const auto day = first_value(record, "allowance_day");
        first_value(record, "allowance_period") == "week" && (day.size() > 1 || day > "7"))
        refuse("allowance_day", std::string{day} + " is no day of the week, give 1 (Monday) to 7 (Sunday)");
    for (const std::string_view direction : {"download", "upload"}) {
        const auto afterwards = "allowance_" + std::string{direction};
        if (rate_in(record, afterwards) > rate_in(record, direction))
            refuse(afterwards, "is above " + std::string{direction} + ", give a rate that is not");
    }
    if (first_value(record, "allowance_then") == "reduce" && first_value(record, "allowance_download").empty() &&
        first_value(record, "allowance_upload").empty())
        refuse("allowance_download", "missing: allowance_then reduce needs allowance_download or allowance_upload, "
                                     "give one like 5M, or give allowance_then garden");
}

void check(Record& record)
{
    check_methods(record);
    check_schedule(record);
    check_realm(record);
    check_burst(record);
    check_allowance(record);
    if (first_value(record, "realm_rule") == "require" && first_value(record, "realm").empty())
        refuse("realm", "missing: realm_rule require needs the realm that it requires");
}

}  // namespace

constinit const RecordType plan_type{.name = "plan",
                                     .table = "plan",
                                     .key = "name",
                                     .help = "Speeds, price and session rules (plano)",
                                     .fields = fields,
                                     .check = check,
                                     .check_change = check_change};

}  // namespace provisioning
