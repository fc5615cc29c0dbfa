// provisioning/records/field.hpp - what a record is made of. A record type is one table of fields; checks, flags, help,
// JSON and the generic SQL are read from it. Sources of the types' rules: the header of each rules/ file.
#pragma once

#include "provisioning/refusal.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace provisioning {

enum class FieldType {
    text, ///< JSON string
    login_name, ///< text without spaces or control characters; `user@realm` is valid
    integer, ///< JSON number; `minimum`..`maximum`
    seconds, ///< like integer
    money, ///< numeric(12,2); "99.90" or "99,90"; JSON string "99.90"
    rate, ///< bit/s, bigint; "300M", "512k", digits; JSON number
    octets, ///< octets, bigint; "500G", "1T", "750M", digits (decimal); JSON number
    boolean, ///< yes|no; JSON boolean
    tristate, ///< yes|no|default; JSON string
    choice, ///< one of `choices`; JSON string
    date, ///< "2026-12-10" or "10/12/2026"; JSON string, ISO
    instant, ///< timestamptz; JSON RFC 3339 with offset
    secret, ///< sealed bytea; JSON "set" or null
    prefix, ///< cidr: an address or a prefix, IPv4 or IPv6; host bits clear
    ipv4, ///< inet; JSON string
    document, ///< CPF or CNPJ by the record's `person`; stored bare
    email,
    phone, ///< stored E.164
    reference, ///< id of a `target` record; shown by its key where it has one, else by id (JSON number)
    reference_list, ///< several, kept in a link table; JSON array
    text_list, ///< text[]; JSON array
};

enum class Given {
    required, ///< must be typed when added
    optional,
    managed, ///< shown, filtered and kept in history, but changed only by a command of its own
};

struct Field {
    std::string_view name; ///< column and JSON name; the flag has '-' for '_'
    FieldType type = FieldType::text;
    Given given = Given::optional;
    std::string_view help;
    std::string_view default_value = {}; ///< as typed; empty: null
    std::string_view choices = {}; ///< "a b c" (choice)
    std::string_view target = {}; ///< record name (reference, reference_list)
    std::int64_t minimum = 0; ///< integer, seconds, rate; text types: shortest length in characters
    std::int64_t maximum = 0; ///< integer, seconds, rate; text types: longest (0: 200)
    bool in_list = true; ///< a column of the `list` table for people
    std::string_view unit = {}; ///< what the number counts, for its refusal: "a day" (integer)
    std::string_view changed_by = {}; ///< the commands that change it, for its refusal (managed)
    bool takes_days = false; ///< instant: a bare day will do, and stays one ("2026-12-31"): the store knows the zone
};

/// A record's values by field name, in canonical text. Absent: not given. Empty vector: null (cleared). Several: a
/// list.
using Record = std::map<std::string, std::vector<std::string>, std::less<>>;
/// The first value of a field; empty where it is not given or null.
std::string_view first_value(const Record& record, std::string_view name) noexcept;

struct RecordType {
    std::string_view name; ///< the noun of the command line
    std::string_view table; ///< its table in PostgreSQL
    std::string_view key; ///< the unique field that people use in place of the id; empty: the id alone
    std::string_view help;
    std::span<const Field> fields;
    /// Checks that look at several fields; gets the whole record as it would be stored, may canonicalise, throws
    /// Refusal.
    void (*check)(Record&) = nullptr;
    /// Checks of the change itself: gets what was typed (canonical) and the record as it stands (empty for `add`).
    void (*check_change)(const Record& typed, const Record& current) = nullptr;
};

extern const RecordType nas_type, plan_type, client_type, contract_type, login_type, charge_type, nat_type, garden_type,
    holiday_type, notice_type, payment_type, contact_type; // one file each
/// All of them, in the order of their dependencies (nas, plan, client, contract, login, charge; nat, garden; holiday,
/// notice, payment; contact).
std::span<const RecordType* const> record_types() noexcept;
const RecordType* find_record_type(std::string_view name) noexcept;
const Field* find_field(const RecordType& type, std::string_view name) noexcept;

/// The canonical text of one typed value, or a Refusal that names the field and what would be right. Secrets and
/// references pass through (the store seals and resolves them); leading and trailing white space is trimmed; control
/// characters are refused; text must be valid UTF-8.
std::string canonical(const Field& field, std::string_view typed);

/// Checks what was typed for `add`: unknown and managed fields are refused, all missing required ones are named at
/// once, defaults are filled in, values made canonical, the type's own checks run. An empty value counts as not given.
Record checked_for_add(const RecordType& type, const Record& typed);
/// The same for `set`, over the record as it stands (`current`, canonical); returns the changed fields only (a typed
/// secret always counts as changed). A cleared field goes back to its default where it has one; a required one is not
/// cleared.
Record checked_for_set(const RecordType& type, const Record& current, const Record& typed);

} // namespace provisioning
