// provisioning/store/actions.hpp - the changes that are more than a field: one function per use case, one transaction
// each. Each returns the record(s) after it. "today" is the date in the configured time zone, ISO text.
#pragma once

#include "provisioning/settings.hpp"
#include "provisioning/store/records.hpp"

namespace provisioning::store {

/// Suspends an active contract; a suspension for debt may be replaced by another kind, any other must be released
/// first. For debt only where a notice of it is recorded and old enough (setting ladder.require_notice).
Record contract_suspend(Session&, std::string_view what, std::string_view reason, std::string_view kind,
                        std::string_view today, const BillingDefaults&, const Actor&);
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

struct PaymentWish {
    std::string amount{}; ///< empty: the rest
    std::string on{};     ///< a day; empty: today
    std::string form{}, external_id{}, note{};
};
struct Payment {
    Record charge;
    std::vector<std::int64_t> released{}; ///< contracts that this payment opened
    bool repeated = false; ///< a payment with that external id was taken before: nothing was done
};
/// Records a payment, and releases the contracts that the charge counted against in the same transaction when debt held
/// them back and no charge would cut them today any more (suspended for debt by hand: nothing is overdue).
Payment charge_pay(Session&, std::string_view what, const PaymentWish&, std::string_view today, const BillingDefaults&,
                   const Actor&);
/// The same inside a transaction that has locked the charge.
Payment pay_in(Transaction&, std::int64_t charge, const PaymentWish&, std::string_view today, const BillingDefaults&);

/// Access in spite of debt until the end of `until` (a day) or for `days` (one of them is given), within the limits of
/// the settings trust.*. The stage stays as it is and holds again afterwards; a payment ends it.
struct TrustWish {
    std::string until{};
    std::int64_t days = 0;
    std::string reason{};
};
Record contract_trust(Session&, std::string_view what, const TrustWish&, std::string_view today, const BillingDefaults&,
                      const Actor&);
/// Each contract of the client that debt holds back; refused when there is none or one of them may not have it.
std::vector<Record> client_trust(Session&, std::string_view what, const TrustWish&, std::string_view today,
                                 const BillingDefaults&, const Actor&);

/// Looks at the contracts whose debts changed (table settlement) and releases those that owe nothing more that would
/// cut them, each in a transaction of its own, at most `most`.
struct Settled {
    std::vector<std::int64_t> released{};
    double slowest_s = 0; ///< of those released: from the payment to the release
    std::size_t looked_at = 0;
};
Settled settle(Session&, std::string_view today, const BillingDefaults&, std::size_t most, const Actor&);

} // namespace provisioning::store
