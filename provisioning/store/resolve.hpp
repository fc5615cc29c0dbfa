// provisioning/store/resolve.hpp - from what a person typed to an id; what the other files of records share.
#pragma once

#include "provisioning/store/records.hpp"
#include "provisioning/store/statement.hpp"

namespace provisioning::store {

/// As resolve(). Lock::share keeps the record from being removed until the transaction ends, Lock::update from being
/// changed. `field` is what a refusal names; empty: the type.
std::int64_t resolve_locked(Transaction& transaction, const RecordType& type, std::string_view what, Rows rows,
                            Lock lock, std::string_view field = {});

/// set() inside a transaction that has locked the row; false: nothing would change.
bool set_in(Transaction& transaction, const Sealing& sealing, const RecordType& type, std::int64_t id,
            const Record& typed);

/// Filters as typed -> as compared. Refuses names that are no field (or a secret one), and values that are none of it.
std::vector<Filter> checked_filters(Transaction& transaction, const RecordType& type, const Record& typed);

}  // namespace provisioning::store
