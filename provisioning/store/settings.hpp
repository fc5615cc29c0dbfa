// provisioning/store/settings.hpp - the provider's parameters, one row for each that differs from its default.
#pragma once

#include "provisioning/settings.hpp"
#include "provisioning/store/journal.hpp"

namespace provisioning::store {

/// name, value, default, set (yes|no), help: all of them, or the one named (not_found).
std::vector<Row> setting_list(Session& session, std::string_view name, const BillingDefaults& defaults);
/// Refuses what is none of its values, and what the law does not allow unless the risk is accepted, which the history
/// then keeps. `value` nothing: back to the default.
Row setting_set(Session& session, std::string_view name, const std::optional<std::string>& value,
                bool accept_legal_risk, const BillingDefaults& defaults, const Actor& actor);

} // namespace provisioning::store
