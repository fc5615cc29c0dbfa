// provisioning/store/contract_explain.hpp - how a contract came to where it stands with its debts, and what comes next.
#pragma once

#include "provisioning/store/journal.hpp"
#include "provisioning/store/situation.hpp"

namespace provisioning::store {

struct ContractExplanation {
    Record contract{};
    std::string stage{}; ///< "open", "pending", "reduced", "suspended (debt)", "cancelled", ...
    ladder::Rules rules{};
    std::vector<ladder::Debt> debts{}; ///< unpaid, also those not due yet
    std::vector<Row> timeline{}; ///< at, what, detail, actor; oldest first
    struct Next {
        std::string day, what, why;
    };
    std::vector<Next> next{}; ///< if nobody pays, is told or is trusted meanwhile; a year ahead
    std::vector<std::string> changes{}; ///< what would change it, a sentence each
};
ContractExplanation contract_explain(Session&, std::string_view what, std::string_view today, const BillingDefaults&);

} // namespace provisioning::store
