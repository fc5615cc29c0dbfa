// provisioning/settings.cpp
#include "provisioning/settings.hpp"

#include "provisioning/rules/text.hpp"

#include <algorithm>
#include <charconv>

namespace provisioning {
namespace {

constexpr Field days(std::string_view name, std::string_view help, std::string_view value)
{
    return {.name = name,
            .type = FieldType::integer,
            .help = help,
            .default_value = value,
            .minimum = 0,
            .maximum = 365,
            .unit = "days"};
}
constexpr Field count(std::string_view name, std::string_view help, std::string_view value, std::int64_t most)
{
    return {.name = name,
            .type = FieldType::integer,
            .help = help,
            .default_value = value,
            .minimum = 0,
            .maximum = most,
            .unit = "a number"};
}
constexpr Field yes_or_no(std::string_view name, std::string_view help, std::string_view value)
{
    return {.name = name, .type = FieldType::choice, .help = help, .default_value = value, .choices = "yes no"};
}

constexpr std::string_view res_765 = "Anatel Res. 765/2023 art. 70";
constexpr std::string_view pending_days = "ladder.pending_days", block_days = "ladder.block_days";

constexpr Setting settings[] = {
    {.field = {.name = "ladder.profile",
               .type = FieldType::choice,
               .help = "stages of a debt: rgc2023, rgc2014 (reduced speed first), custom (régua)",
               .default_value = "rgc2023",
               .choices = "rgc2023 rgc2014 custom"}},
    {.field = days(pending_days, "days after the due date until pending (dias para pendência)", "")},
    {.field = days(block_days, "days after the due date until the first cut (dias para bloqueio)", "")},
    {.field = yes_or_no("ladder.auto_suspend", "billing cuts for debt by itself (suspensão automática)", "yes")},
    {.field = yes_or_no("ladder.require_notice", "no cut for debt without a recorded notice (aviso)", "yes")},
    {.field = days("ladder.notice_days", "profile custom: days from the notice to the first cut", "15"),
     .legal_least = 15,
     .law = res_765},
    {.field = yes_or_no("ladder.reduce", "profile custom: the first cut lowers the speed only", "no")},
    {.field = days("ladder.reduced_days", "profile custom: days of reduced speed until access closes", "30")},
    {.field = days("ladder.termination_days", "profile custom: days closed until termination is due", "60"),
     .legal_least = 60,
     .law = res_765},
    {.field = yes_or_no("ladder.no_cut_friday", "nobody is cut on a Friday", "no")},
    {.field = yes_or_no("ladder.no_cut_weekend", "nobody is cut on a Saturday or Sunday", "no")},
    {.field = yes_or_no("ladder.no_cut_holiday", "nobody is cut on a holiday (feriado), see holiday list", "no")},
    {.field = yes_or_no("ladder.no_cut_holiday_eve", "nobody is cut on the day before a holiday", "no")},
    {.field = count("guard.percent", "a run stops above this share of contracts beyond the usual; 0: off", "5", 100)},
    {.field =
         count("guard.notice_percent", "a run stops above this share of contracts told of a debt; 0: off", "20", 100)},
    {.field = count("guard.number", "a run stops above this number of cuts beyond the usual; 0: off", "50", 1000000)},
    {.field = count("trust.longest_days", "longest trust bonus, in days (desbloqueio de confiança)", "5", 30)},
    {.field = count("trust.per_charge", "trust bonuses for one charge; 0: no limit", "1", 100)},
    {.field = count("trust.per_period", "trust bonuses of a contract in a period; 0: no limit", "1", 100)},
    {.field = count("trust.period_days", "the period, in days", "30", 365)},
    {.field = yes_or_no("notice.issued", "tell clients of new charges (cobrança emitida)", "yes")},
    {.field = yes_or_no("notice.due_soon", "tell clients of charges that are due soon (lembrete)", "yes")},
    {.field = days("notice.due_soon_days", "so many days before the due date", "3")},
    {.field = yes_or_no("notice.pending", "tell clients of a debt once it is pending (aviso de débito)", "yes")},
    {.field = yes_or_no("notice.will_be_suspended", "warn before access closes (aviso de suspensão)", "yes")},
    {.field = days("notice.warn_days", "so many days before access closes", "3")},
    {.field = yes_or_no("notice.suspended", "tell clients that access was closed for debt", "yes")},
    {.field = yes_or_no("notice.released", "tell clients that access is open again", "yes")},
    {.field = {.name = "notice.language",
               .type = FieldType::choice,
               .help = "language of messages, where the client has none of its own: pt or en",
               .default_value = "pt",
               .choices = "pt en"}},
    {.field = {.name = "provider.name", .help = "the provider's name in messages (nome do provedor)", .maximum = 100}},
    {.field = {.name = "provider.contact",
               .help = "where clients ask back: phone, e-mail, page (atendimento)",
               .maximum = 200}},
    {.field = {.name = "charge.without_contract",
               .type = FieldType::choice,
               .help = "what a charge without a contract counts against: all or none of the client's",
               .default_value = "none",
               .choices = "none all"}},
};

}  // namespace

std::span<const Setting> all_settings() noexcept { return settings; }

const Setting& known_setting(std::string_view name)
{
    const auto at = std::ranges::find_if(settings, [&](const Setting& each) { return each.field.name == name; });
    if (at != std::end(settings)) return *at;
    std::string names;
    for (const auto& each : settings) names.append(names.empty() ? "" : " ").append(each.field.name);
    const auto near = nearest_word(name, names);
    throw Refusal(ErrorCode::not_found, "name",
                  "there is no setting " + shown(name) +
                      (near.empty() ? ", see `porteiro setting list`" : ", did you mean " + std::string{near} + '?'));
}

Settings::Settings(std::map<std::string, std::string, std::less<>> set, const BillingDefaults& defaults)
    : set_(std::move(set)), defaults_(defaults)
{
}

std::string Settings::text(std::string_view name) const
{
    if (const auto at = set_.find(name); at != set_.end()) return at->second;
    if (name == pending_days) return std::to_string(defaults_.pending_days);
    if (name == block_days) return std::to_string(defaults_.block_days);
    return std::string{known_setting(name).field.default_value};
}

int Settings::number(std::string_view name) const
{
    const auto digits = text(name);
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

bool is_legal_risk(const Setting& setting, const std::string& value)
{
    return setting.legal_least > 0 && std::stoll(value) < setting.legal_least;
}

std::string checked_setting(const Setting& setting, std::string_view typed, bool accept_legal_risk)
{
    auto field = setting.field;
    field.given = Given::required;
    auto value = canonical(field, typed);
    if (accept_legal_risk || !is_legal_risk(setting, value)) return value;
    throw Refusal(ErrorCode::invalid, std::string{field.name},
                  value + " is not what the law allows (" + std::string{setting.law} + "), give " +
                      std::to_string(setting.legal_least) +
                      " or more; --accept-legal-risk takes it all the same, and the history keeps that");
}

ladder::Rules rules_of(const Settings& settings, std::string_view profile, std::optional<int> pending,
                       std::optional<int> block)
{
    ladder::Rules rules;
    rules.pending_days = pending.value_or(settings.number(pending_days));
    rules.block_days = block.value_or(settings.number(block_days));
    rules.notice_required = settings.on("ladder.require_notice");
    rules.notice_days = settings.number("ladder.notice_days");
    rules.reduces = settings.on("ladder.reduce");
    rules.reduced_days = settings.number("ladder.reduced_days");
    rules.termination_days = settings.number("ladder.termination_days");
    rules.rest = {settings.on("ladder.no_cut_friday"), settings.on("ladder.no_cut_weekend"),
                  settings.on("ladder.no_cut_holiday"), settings.on("ladder.no_cut_holiday_eve")};
    const auto chosen = ladder::profile_of(profile);
    return ladder::with_profile(rules, chosen ? *chosen : ladder::profile_of(settings.text("ladder.profile")).value());
}

}  // namespace provisioning
