// provisioning/store/settings.cpp
#include "provisioning/store/settings.hpp"
#include "provisioning/store/situation.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;

Row row_of(const Setting& setting, const Settings& settings, const BillingDefaults& defaults)
{
    const auto name = std::string{setting.field.name};
    return {{"name", name},
            {"value", settings.text(name)},
            {"default", Settings{{}, defaults}.text(name)},
            {"set", settings.is_set(name) ? "yes" : "no"},
            {"help", std::string{setting.field.help}}};
}

}  // namespace

std::vector<Row> setting_list(Session& session, std::string_view name, const BillingDefaults& defaults)
{
    if (!name.empty()) known_setting(name);
    return in_transaction(session, {}, Mode::read_snapshot, default_deadline, [&](Transaction& t) {
        const auto settings = ladder_in(t, defaults).settings;
        std::vector<Row> rows;
        for (const auto& setting : all_settings()) {
            if (name.empty() || name == setting.field.name) rows.push_back(row_of(setting, settings, defaults));
        }
        return rows;
    });
}

Row setting_set(Session& session, std::string_view name, const std::optional<std::string>& value,
                bool accept_legal_risk, const BillingDefaults& defaults, const Actor& actor)
{
    const auto& setting = known_setting(name);
    const auto text = value ? checked_setting(setting, *value, accept_legal_risk) : std::string{};
    const bool risky = value && accept_legal_risk && is_legal_risk(setting, text);
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        if (risky) because(t, "legal risk accepted");
        if (value) {
            t.work().exec_params0("insert into setting (name, value) values ($1, $2)"
                                  " on conflict (name) do update set value = excluded.value"
                                  " where setting.value <> excluded.value",
                                  std::string{name}, text);
        } else {
            t.work().exec_params0("delete from setting where name = $1", std::string{name});
        }
        return row_of(setting, ladder_in(t, defaults).settings, defaults);
    });
}

}  // namespace provisioning::store
