// provisioning/store/situation.hpp - what the ladder looks at: settings, holidays, and each contract with its debts.
#pragma once

#include "provisioning/settings.hpp"
#include "provisioning/store/session.hpp"

#include <optional>

namespace provisioning::store {

/// So far ahead is looked for what comes next.
inline constexpr std::chrono::days look_ahead{366};

struct Ladder {
    Settings settings;
    ladder::Holidays holidays;
};
Ladder ladder_in(Transaction& transaction, const BillingDefaults& defaults);

/// A contract that debt may do something to, or has.
struct Situation {
    std::int64_t contract_id = 0, client_id = 0;
    std::string client{};
    std::vector<std::string> logins{};
    ladder::Rules rules{};
    ladder::Standing standing{};
    std::vector<ladder::Debt> debts{}; ///< due before the day that was asked for, oldest first
    bool reminded = true; ///< is told of a debt before its warning, unless the client does not want that
    bool spared = false; ///< a run cut it on that day and was undone: not again on the same day
};
/// Active contracts with debts due before `day`, those with reduced speed, on trust or suspended for debt. With
/// `contract` that one alone, empty if it is none of these.
std::vector<Situation> situations(Transaction& transaction, const Ladder& ladder, ladder::Day day,
                                  std::optional<std::int64_t> contract = std::nullopt);

/// "open", "pending", "reduced", "suspended (debt)", "suspended (debt), termination due", "cancelled", ...
std::string stage_of(const Record& contract, std::span<const ladder::Debt> debts, const ladder::Rules& rules,
                     ladder::Day today);

} // namespace provisioning::store
