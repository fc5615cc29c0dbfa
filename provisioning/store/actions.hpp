// provisioning/store/actions.hpp - the changes that are more than a field: one function per use case, one transaction
// each. Each returns the record(s) after it. "today" is the date in the configured time zone, ISO text.
#pragma once

#include "provisioning/store/records.hpp"

namespace provisioning::store {

/// Suspends an active contract; a suspension for debt may be replaced by another kind, any other must be released
/// first.
Record contract_suspend(Session&, std::string_view what, std::string_view reason, std::string_view kind, const Actor&);
/// Any kind of suspension; a cancelled or never suspended contract is a conflict. `reason` (or empty) goes into the
/// history.
Record contract_release(Session&, std::string_view what, std::string_view reason, const Actor&);
Record contract_cancel(Session&, std::string_view what, std::string_view reason, const Actor&);
Record client_disable(Session&, std::string_view what, std::string_view reason, const Actor&);
Record client_enable(Session&, std::string_view what, const Actor&);
Record login_set_enabled(Session&, std::string_view what, bool enabled, const Actor&);

struct Subscriber {
    Record client, contract, login;
};
/// With reuse, the live client that has the document is taken in place of a new one.
enum class ClientReuse { never, by_document };
/// Client, contract and login in one transaction. All three are checked already (checked_for_add()); the contract's
/// client and the login's contract are put in here.
Subscriber subscriber_add(Session&, const Sealing&, const Record& client, const Record& contract, const Record& login,
                          const Actor&, ClientReuse reuse = ClientReuse::never);

/// The owed days after which a contract is pending and suspended, where the contract has none of its own.
struct BillingDefaults {
    int pending_days, block_days;
};
struct Payment {
    Record charge;
    std::vector<std::int64_t> released;  ///< contracts that this payment released
};
/// Records a payment (`amount` empty: the rest) on `on`, and releases the charge's contract in the same transaction
/// when it was suspended for debt and no unpaid charge of it is overdue beyond its block days any more (a suspension
/// for debt made by hand: no overdue charge at all).
Payment charge_pay(Session&, std::string_view what, std::string_view amount, std::string_view on,
                   std::string_view today, const BillingDefaults&, const Actor&);

struct BillingStep {
    enum class What { suspend, release, skip } what;  ///< skip: it could not be done now
    std::int64_t contract_id;
    std::int64_t client_id;
    std::string client;
    std::vector<std::string> logins;
    std::int64_t charge_id = 0;   ///< the oldest overdue one (suspend)
    std::string due;              ///< its due date
    std::string amount;           ///< what is owed on it
    std::int64_t overdue_days = 0;
    std::string why;              ///< one sentence; of a skip: what was in the way
};
/// What a run on `today` does; with `dry_run` nothing is written. One transaction per contract; never two runs at once
/// (advisory lock -> conflict). A contract that cannot be done (locked, changed meanwhile, the database went away) is a
/// skip and stops no other: what was done is always told. Suspends active contracts (auto_suspend not "no") with a
/// charge of their own where today > due date + block days, amount not fully paid; releases contracts suspended for
/// debt by a run that no longer have one. Idempotent: a second run on the same day does nothing.
std::vector<BillingStep> billing_run(Session&, std::string_view today, const BillingDefaults&, bool dry_run,
                                     const Actor&);

} // namespace provisioning::store
