// provisioning/store/billing.hpp - the daily run: what the debts of a day close and open, its guard, its undoing, and
// what the next days would bring. "today" is the date in the configured time zone, ISO text.
#pragma once

#include "provisioning/settings.hpp"
#include "provisioning/store/journal.hpp"
#include "provisioning/store/session.hpp"

namespace provisioning::store {

struct BillingStep {
    /// "suspend", "reduce", "release", "termination_due"; "skip": it could not be done now; "notify": messages go out;
    /// "held": only the want of a notice keeps it from being cut.
    std::string action;
    std::int64_t contract_id = 0, client_id = 0; ///< contract 0: none
    std::string client{};
    std::vector<std::string> logins{};
    std::int64_t charge_id = 0; ///< the debt that it is for; 0: none
    std::string due{}; ///< its due date
    std::string amount{}; ///< what is owed on it
    std::int64_t overdue_days = 0;
    std::string why{}; ///< one sentence; of a skip: what was in the way
    std::string day{}; ///< of a forecast: when
};
/// What can deliver messages to clients.
struct Carriers {
    bool email = false;
    std::string mobile_channel{}; ///< sms|whatsapp|external: how a command's messages are called; empty: there is none
    bool any() const noexcept { return email || !mobile_channel.empty(); }
};
struct BillingOrder {
    std::string today{};
    bool dry_run = false;
    std::optional<std::int64_t> confirmed_cuts{}; ///< a person allowed exactly so many
    std::optional<std::int64_t> confirmed_notices{}; ///< likewise, contracts that are told of a debt
    Carriers carriers{};
};
struct BillingResult {
    std::int64_t run_id = 0; ///< 0: nothing was to be done
    std::vector<BillingStep> steps{};
    std::string guard{}; ///< of a dry run: why the guard would stop it
};
/// What a run on `today` does; with `dry_run` nothing is written. One transaction per contract; never two runs at once
/// (advisory lock -> conflict). A contract that cannot be done (locked, changed meanwhile, the database went away) is a
/// skip and stops no other: what was done is always told. Idempotent: a second run on the same day does nothing.
/// Refuses with `guard`, and does nothing at all, when it would cut (or tell of a debt) more than the settings guard.*
/// allow beyond the most that one run did in the last 62 days.
BillingResult billing_run(Session&, const BillingOrder&, const BillingDefaults&, const Actor&);

/// The actions of the days after `today`, if nobody pays, is told or is trusted meanwhile; by day.
std::vector<BillingStep> billing_forecast(Session&, std::string_view today, int days, const BillingDefaults&);

/// Gives back what a run cut, as it was, wherever nothing was changed since; what was changed is a skip. Those
/// contracts are not cut again on the run's day.
BillingResult billing_undo(Session&, std::int64_t run, std::string_view reason, const Actor&);

/// Runs, newest first: id, at, day, kind, actor, state, contracts, planned, confirmed, reduced, suspended, released,
/// flagged, undone, messages.
std::vector<Row> billing_list(Session&, std::int64_t limit, std::int64_t offset);
/// A run's steps: action, contract, client_id, client, logins, charge, why, at, undone_at.
std::vector<Row> billing_show(Session&, std::int64_t run, std::int64_t limit = 0, std::int64_t offset = 0);

} // namespace provisioning::store
