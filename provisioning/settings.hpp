// provisioning/settings.hpp - the provider's parameters (parâmetros): one table of names, types and defaults. Those
// that differ from their default are rows of the database; the configuration file gives two of the defaults.
#pragma once

#include "provisioning/ladder/ladder.hpp"
#include "provisioning/records/field.hpp"

#include <map>
#include <span>

namespace provisioning {

struct Setting {
    Field field;            ///< name "ladder.profile", type, default, bounds
    std::int64_t legal_least = 0; ///< below it only with `--accept-legal-risk`
    std::string_view law = {};  ///< what says so
};
std::span<const Setting> all_settings() noexcept;
/// Throws a Refusal (not_found) that names the nearest.
const Setting& known_setting(std::string_view name);

/// Days after the due date, from the configuration file, where no setting says otherwise.
struct BillingDefaults {
    int pending_days = 5, block_days = 15;
};

/// Today in the provider's time zone, ISO text, and what goes with it.
struct ProviderDay {
    std::string today;
    BillingDefaults defaults;
};

class Settings {
public:
    Settings() = default;
    /// `set`: canonical values by name, those that differ from their default.
    Settings(std::map<std::string, std::string, std::less<>> set, const BillingDefaults& defaults);

    std::string text(std::string_view name) const;
    bool on(std::string_view name) const { return text(name) == "yes"; }
    int number(std::string_view name) const;
    bool is_set(std::string_view name) const { return set_.contains(name); }

private:
    std::map<std::string, std::string, std::less<>> set_;
    BillingDefaults defaults_;
};

/// Whether the law does not allow a canonical value.
bool is_legal_risk(const Setting& setting, const std::string& value);
/// Canonical text of a typed value. Refuses what the law does not allow, unless the risk is accepted.
std::string checked_setting(const Setting& setting, std::string_view typed, bool accept_legal_risk);

/// The ladder of a contract: its own profile and days (empty: the provider's).
ladder::Rules rules_of(const Settings& settings, std::string_view profile, std::optional<int> pending_days,
                       std::optional<int> block_days);

} // namespace provisioning
