// provisioning/store/suspension.hpp - what a contract's commands, payments and billing share. Each works on a contract
// that the transaction has locked.
#pragma once

#include "provisioning/store/actions.hpp"
#include "provisioning/store/situation.hpp"

namespace provisioning::store {

enum class Origin { manual, billing };

/// `since`: a day that begins the suspension; empty: now.
void suspend_in(Transaction& transaction, std::int64_t contract, std::string_view kind, std::string_view reason,
                Origin origin, std::string_view since = {});
void reduce_in(Transaction& transaction, std::int64_t contract, std::string_view reason, std::string_view since);
/// Ends a suspension, a reduced speed and a trust bonus.
void release_in(Transaction& transaction, std::int64_t contract);

/// Releases the contract if debt lets it go on `today`, or ends a trust bonus that is not needed any more. The debt was
/// looked at then: its settlement is dealt with. Returns whether access opened or became fast again.
bool settle_in(Transaction& transaction, std::int64_t contract, const Ladder& ladder, ladder::Day today);

/// The same for each contract that a charge counts against, which are locked here; those that opened. The lock waits
/// for a billing run that is about to cut one; what it did is then seen.
std::vector<std::int64_t> settle_contracts_of(Transaction& transaction, std::int64_t charge,
                                              const BillingDefaults& defaults, std::string_view today);

/// The text as its field would take it; refuses an empty one, naming `argument`.
std::string checked_reason(std::string_view argument, std::string_view typed);

} // namespace provisioning::store
