// provisioning/store/statement.hpp - the SQL of records, composed from the compiled-in tables of fields. What was typed
// goes into parameters only; this is the one place where SQL text is put together at run time.
#pragma once

#include "provisioning/records/field.hpp"
#include "provisioning/store/session.hpp"

#include <optional>

namespace provisioning::store {

using Value = std::optional<std::string>;

struct Statement {
    std::string sql;
    std::vector<Value> parameters;
};
pqxx::result run(Transaction& transaction, const Statement& statement);

/// A value on its way into a column.
struct Assignment {
    const Field* field;
    Value value;
};
/// One filter, its values canonical: any of them; none: null.
struct Filter {
    std::string_view name; ///< a field, "id", or a derived column
    std::vector<std::string> values;
};
enum class Closed { left_out, included };
enum class Locked { no, for_update };

struct Selection {
    std::vector<Filter> filters;
    std::int64_t limit = 0, offset = 0; ///< limit 0: all
    std::string_view sort; ///< checked by sortable()
    bool descending = false;
    Closed closed = Closed::left_out;
    Locked locked = Locked::no;
};
/// Columns: id, each field, derived ones, removed_at, removed_by; all as canonical text (lists as arrays).
Statement selection(const RecordType& type, const Selection& wanted);
Record read_record(const RecordType& type, const pqxx::row& row);
std::vector<std::string> read_list(const pqxx::field& array);

/// Columns that are shown and filtered but not stored: a charge's status.
bool is_derived(const RecordType& type, std::string_view name) noexcept;
bool sortable(const RecordType& type, std::string_view name) noexcept;

Statement next_id(const RecordType& type);
Statement insertion(const RecordType& type, std::int64_t id, const std::vector<Assignment>& values);
Statement update(const RecordType& type, std::int64_t id, const std::vector<Assignment>& values);
Statement closing(const RecordType& type, std::int64_t id);

/// Links of a reference_list: those of `ids` are what the record has afterwards.
Statement linked(const RecordType& type, const Field& field, std::int64_t id); ///< (id, key)
Statement link(const RecordType& type, const Field& field, std::int64_t id, const std::vector<std::int64_t>& ids);
Statement unlink_others(const RecordType& type, const Field& field, std::int64_t id,
                        const std::vector<std::int64_t>& ids);

/// Ways to find a record by what a person has at hand: (id, label, removed), live ones first.
enum class Way { id, key, name, document, login, client_document };
enum class Lock { none, share, update };
Statement candidates(const RecordType& type, Way way, std::string_view value, Closed closed, Lock lock);
Statement near_keys(const RecordType& type, std::string_view key); ///< up to 200 names of about its length

/// Live records of `from` that refer to `id` by `field`: (label), at most `limit` + 1. Paid charges do not count.
Statement referrers(const RecordType& from, const Field& field, std::int64_t id, int limit);

/// {"a","b"}: PostgreSQL's array syntax.
std::string array_literal(const std::vector<std::string>& values);
std::string array_literal(const std::vector<std::int64_t>& values);

} // namespace provisioning::store
