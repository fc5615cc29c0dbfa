// provisioning/store/imports.hpp - files from another system: clients, logins, charges, payments. One transaction for
// all of a file, a savepoint for each row; what is there already is left as it is, so that a file can come again.
#pragma once

#include "provisioning/settings.hpp"
#include "provisioning/store/records.hpp"

namespace provisioning::store {

struct Import {
    std::vector<Record> rows{}; ///< as typed, by column; empty cells are not given
    bool dry_run = false;
    bool skip_bad = false; ///< keep the good rows though others are bad; else it is all or nothing
};
struct Imported {
    /// added|unchanged|bad|held (good, but left out since others are bad); of a dry run: what it would be
    std::string result{};
    std::int64_t id = 0; ///< of what is there now; 0: nothing
    std::string name{};  ///< the client's, or the login
    std::string why{};
};

/// Columns: a client's fields. Known by its document; one without by name, mobile and e-mail together.
std::vector<Imported> import_clients(Session&, const Import&, const Actor&);

/// Columns: the fields of client, contract and login, `contract` (an existing one), `enabled`. Known by its login.
/// Client by document, else one of its own; the client's contract that has the plan (and the due day, where given),
/// else a new one.
std::vector<Imported> import_logins(Session&, const Sealing&, const Import&, const Actor&);

/// Columns: a charge's fields, `document` for client, `login` for contract, and what was paid: `paid`, `paid_on`,
/// `form`. Known by external_id or bank_number; one without either by client, contract, due date, amount and
/// description.
std::vector<Imported> import_charges(Session&, const Import&, const ProviderDay&, const Actor&);

/// Columns: charge, bank_number, external_id (of the charge) or client (document); on, amount, form, note, payment_id.
/// By client it is for the oldest open charge of that amount, else for the oldest. Known by payment_id; one without by
/// charge or client, day and amount. Releases as charge_pay() does, when the file is done.
std::vector<Imported> import_payments(Session&, const Import&, const ProviderDay&, const Actor&);

} // namespace provisioning::store
