// provisioning/store/access_apply.hpp - access closed and opened by a list from an outside billing system.
#pragma once

#include "provisioning/settings.hpp"
#include "provisioning/store/journal.hpp"

namespace provisioning::store {

/// One row as typed.
struct AccessOrder {
    std::string login{}, contract{}; ///< one of them
    std::string action{};            ///< suspend|release
    std::string reason{};            ///< required to suspend
    std::string kind{};              ///< of a suspension; empty: request
    std::string notice_on{};         ///< of a suspension for debt: the day on which the client was told elsewhere
};
struct AccessList {
    std::vector<AccessOrder> orders{};
    bool dry_run = false;
    std::optional<std::int64_t> confirmed_cuts{}; ///< a person allowed exactly so many
};
struct AccessResult {
    std::string result{}; ///< suspended|released|unchanged|refused; of a dry run: what it would be
    std::int64_t contract_id = 0;
    std::string client{}, why{};
};
struct AccessApplied {
    std::int64_t run_id = 0;
    std::vector<AccessResult> rows{}; ///< in the order of the orders
    std::string guard{};              ///< of a dry run: why the guard would stop it
};
/// Each row in a transaction of its own, under the guard of the billing run, as a run that can be undone. A row that
/// cannot be done is refused and stops no other. Again: nothing changes. A release ends what debt or request closed, by
/// whom ever; fraud and court are left alone.
AccessApplied access_apply(Session&, const AccessList&, std::string_view today, const BillingDefaults&, const Actor&);

} // namespace provisioning::store
