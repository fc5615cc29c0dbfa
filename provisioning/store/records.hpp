// provisioning/store/records.hpp - add, show, list, set, remove for every record type, from its table of fields.
// Values are canonical text both ways (provisioning/records/field.hpp). `id` is among the returned fields.
#pragma once

#include "provisioning/password_form.hpp"
#include "provisioning/records/field.hpp"
#include "provisioning/seal.hpp"
#include "provisioning/store/session.hpp"

#include <optional>

namespace provisioning::store {

/// How secrets are kept: sealed, passwords in the form of their storage.
struct Sealing {
    Sealer& sealer;
    const PasswordForms* forms = nullptr;  ///< null: only storage encrypted is written
    std::string* taken_as = nullptr;       ///< told what a typed password was taken for, if it was taken as a hash

    Sealing(Sealer& key) : sealer(key) {}
    Sealing(Sealer& key, const PasswordForms& password_forms, std::string* note = nullptr)
        : sealer(key), forms(&password_forms), taken_as(note)
    {
    }
};

/// Adds a checked record (checked_for_add() has run); references are resolved (id, or the target's key, a client's
/// document), secrets sealed with the id drawn before. Refuses: conflict (name taken), not_found (a reference),
/// invalid (login's plan not among the contract's: the message lists those that are; charge's contract of another
/// client).
Record add(Session& session, const Sealing& sealing, const RecordType& type, const Record& typed, const Actor& actor);

/// Parts of add() for use inside a larger transaction (subscriber_add).
Record add_in(Transaction& transaction, const Sealing& sealing, const RecordType& type, const Record& typed);

/// The same for a type without secrets.
Record add_plain_in(Transaction& transaction, const RecordType& type, const Record& typed);

/// Finds by what a person has at hand: the id, the key, a client's document; a contract also by a login's name;
/// not_found, or conflict listing the candidates. Removed rows only with Rows::removed_too.
enum class Rows { live, removed_too };
std::int64_t resolve(Transaction& transaction, const RecordType& type, std::string_view what, Rows rows = Rows::live);

Record show(Session& session, const RecordType& type, std::string_view what, Rows rows = Rows::live);
Record show_in(Transaction& transaction, const RecordType& type, std::int64_t id);

struct ListQuery {
    Record filters; ///< field -> typed value (equality; references as resolve(); text case-insensitively)
    std::int64_t limit = 0; ///< 0: all
    std::int64_t offset = 0;
    std::string sort; ///< field name, "-field" for descending; empty: id
    Rows rows = Rows::live;
};
std::vector<Record> list(Session& session, const RecordType& type, const ListQuery& query);

/// Changes the fields given (an empty vector clears one). Returns the record after it.
Record set(Session& session, const Sealing& sealing, const RecordType& type, std::string_view what, const Record& typed,
           const Actor& actor);
/// `set --where`: several at once, one transaction; returns the records that are (dry_run: would be) changed.
std::vector<Record> set_where(Session& session, const Sealing& sealing, const RecordType& type, const Record& where,
                              const Record& typed, bool dry_run, const Actor& actor);

/// Closes the row (removed_at, by the actor); refuses with `conflict` and the list while live records refer to it.
Record remove(Session& session, const RecordType& type, std::string_view what, const Actor& actor);

} // namespace provisioning::store
