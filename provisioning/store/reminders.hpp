// provisioning/store/reminders.hpp - who is to be told of what they owe, and that they are told once.
#pragma once

#include "provisioning/notices/reminders.hpp"
#include "provisioning/store/billing.hpp"
#include "provisioning/store/situation.hpp"

namespace provisioning::store {

/// Who a step is about, and the debt that it is for (null: none); without its action and its reason.
BillingStep step_about(const Situation& situation, const ladder::Debt* debt, ladder::Day today);

struct Reminder {
    BillingStep step; ///< action "notify"
    notices::Kind kind{};
    std::vector<std::int64_t> charges{};
};
struct Reminders {
    std::vector<Reminder> due{};
    std::vector<BillingStep> held{}; ///< action "held": overdue beyond its block days, and no notice lets it be cut
    std::int64_t of_debt = 0;        ///< contracts that are told of a debt
};
/// What goes out on `today`, by the settings notice.*: charges issued and due soon, debts, warnings. Nothing where
/// nobody delivers, nobody can be reached, or it was told before. `overdue`: as situations() gives them.
Reminders plan_reminders(Transaction& transaction, const Ladder& ladder, ladder::Day today,
                         std::span<const Situation> overdue, const Carriers& carriers);

/// Queues a message for each address, a few hundred reminders a transaction.
void queue_reminders(Session& session, std::int64_t run, std::span<const Reminder> reminders, const Carriers& carriers,
                     const Actor& actor);

} // namespace provisioning::store
