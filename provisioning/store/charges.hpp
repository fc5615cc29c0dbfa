// provisioning/store/charges.hpp - what becomes of charges besides being paid: taken back, put off, renegotiated,
// cancelled; recurring ones, statements, debts. "today" is the date in the configured time zone, ISO text.
#pragma once

#include "provisioning/settings.hpp"
#include "provisioning/store/journal.hpp"

namespace provisioning::store {

/// The checked charge in `installments` parts, due a month apart on its day (the last where a month is shorter); what
/// does not divide comes with the first. One transaction.
std::vector<Record> charge_add(Session&, const Record& checked, int installments, const Actor&);

struct ChargeChange {
    Record charge;
    std::vector<std::int64_t> released; ///< contracts that it opened
};
/// Takes a payment back (estorno): the one named, else the charge's last. The next run may cut again.
ChargeChange charge_reverse(Session&, std::string_view what, std::int64_t payment, std::string_view reason,
                            const Actor&);
/// Puts the due date off; what only this debt had closed opens at once.
ChargeChange charge_postpone(Session&, std::string_view what, std::string_view due, std::string_view reason,
                             std::string_view today, const BillingDefaults&, const Actor&);
ChargeChange charge_cancel(Session&, std::string_view what, std::string_view reason, std::string_view today,
                           const BillingDefaults&, const Actor&);

struct Agreement {
    std::vector<std::string> charges; ///< all of one client, and of one contract or none
    std::string first_due{};
    int installments = 1;
    std::string total{}; ///< empty: what is owed on them
    std::string reason{};
};
struct Agreed {
    std::int64_t renegotiation = 0;
    std::vector<Record> made{};
    std::vector<std::int64_t> released{};
};
/// Closes the charges and puts new ones in their place (acordo).
Agreed charge_renegotiate(Session&, const Agreement&, std::string_view today, const BillingDefaults&, const Actor&);

/// The recurring charges due in `month` (any day of it) that are not there yet, of contracts active or suspended:
/// action(add|skip), contract, client_id, client, due, amount, days, of_days, why. Idempotent. Of the days since the
/// last due date those are charged on which the contract was activated and not closed all day.
std::vector<Row> charge_generate(Session&, std::string_view month, std::string_view contract, bool dry_run,
                                 const Actor&);

/// day, what, charge, payment, debit, credit, balance: what a client was charged and paid in [from, to]; the first row
/// is the balance before.
std::vector<Row> charge_statement(Session&, std::string_view client, std::string_view from, std::string_view to);

/// Who owes for more than `over_days` days: client_id, client, mobile, contract, charges, owed, oldest_due, days.
std::vector<Row> debt_list(Session&, std::string_view today, std::int64_t over_days, std::int64_t limit,
                           std::int64_t offset);
/// The same by age: age, clients, charges, owed.
std::vector<Row> debt_by_age(Session&, std::string_view today, std::int64_t over_days);

} // namespace provisioning::store
