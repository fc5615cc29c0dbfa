// provisioning/store/suspension.hpp - what a contract's commands, payments and billing share. Each works on a contract
// that the transaction has locked.
#pragma once

#include "provisioning/store/actions.hpp"

namespace provisioning::store {

enum class Origin { manual, billing };

void suspend_in(Transaction& transaction, std::int64_t contract, std::string_view kind, std::string_view reason,
                Origin origin);
void release_in(Transaction& transaction, std::int64_t contract);

/// Whether a contract suspended for debt has none any more on `today`: no charge overdue beyond its block days, or for
/// a suspension by hand no overdue charge at all. False for a contract not suspended for debt.
bool is_released_by(Transaction& transaction, std::int64_t contract, std::string_view today,
                    const BillingDefaults& defaults);

/// The text as its field would take it; refuses an empty one, naming `argument`.
std::string checked_reason(std::string_view argument, std::string_view typed);

}  // namespace provisioning::store
