// daemon/admin/table/command.hpp - the one table of commands. The daemon binds a handler to each row; the command line
// makes its parser, help, completion and man page of it. add, show, list, set and remove come from the record types'
// fields.
#pragma once

#include "provisioning/records/field.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace admin {

using provisioning::FieldType;

/// Who may: admin_group everything, billing_group what is `billing` or `read`, read_group what is `read`, which changes
/// nothing.
enum class Access { read, billing, admin };
/// local: the program answers by itself; loop: answered without the database; database: on a thread that may wait for
/// it.
enum class Need { local, loop, database };
/// How people are shown the result.
enum class Output {
    text,
    sheet,
    client,
    table,
    removed,
    changed_set,
    status,
    slip,
    explanation,
    contract_explanation,
    billing,
    imported,
    message,
    rendering,
    watch,
    session,
    usage,
    exported,
    as_json
};
/// flag: takes a value; toggle: a flag without one.
enum class Place { positional, flag, toggle };

struct Argument {
    std::string_view name; ///< in JSON; the flag has '-' for '_', a positional one is shown in capitals
    FieldType type = FieldType::text;
    Place place = Place::flag;
    std::string_view help = {};
    bool required = false;
    bool repeatable = false; ///< one value each time; a JSON array
    std::string_view default_value = {};
    std::string_view choices = {}; ///< "a b c"
    std::int64_t minimum = 0, maximum = 0;
    std::string_view alias = {}; ///< another JSON name that is taken for it where it is not given
    std::string_view instead = {}; ///< the argument that serves in place of this required one
    const provisioning::Field* field = nullptr; ///< the record's field that it fills or filters by
    bool for_programs = false; ///< over the socket only: the command line fills it in, and help leaves it out
};

/// One value of a result row: its JSON type, and how people see it.
struct Column {
    std::string_view name;
    FieldType type = FieldType::text;
    enum class Shown { plain, octets, json_only } shown = Shown::plain;
};

struct Command {
    std::string noun, verb; ///< verb may be empty (`status`)
    std::string summary;
    std::vector<Argument> arguments;
    Access access = Access::read;
    Need need = Need::database;
    Output output = Output::sheet;
    const provisioning::RecordType* record = nullptr; ///< whose record the result is
    std::vector<Column> columns = {}; ///< of the result's rows, where it is no record
    std::string example = {};
    std::string note = {};
    bool without_database = false; ///< Need::database, but it has something to say while that is away
    bool upload = false; ///< its argument FILE is read by the command line, which sends columns and rows in its place
    int patience_s = 60; ///< how long the command line waits for the answer

    std::string name() const { return verb.empty() ? noun : noun + ' ' + verb; }
    bool changes() const noexcept { return access != Access::read; }
};

std::span<const Command> commands();
const Command* find_command(std::string_view name);
const Argument* find_argument(const Command& command, std::string_view name) noexcept;

/// The nouns in the order of the table, each once; and what one is, in a line.
std::vector<std::string_view> nouns();
std::string_view noun_help(std::string_view noun);

/// "did you mean nas show?" or "there are: nas, plan, ..." for a name that is no command.
std::string unknown_command(std::string_view name);

/// What a record is shown by besides its fields: a charge's status (a filter too), how a NAS is.
std::span<const Column> derived_columns(const provisioning::RecordType& type) noexcept;
/// The columns of a record's rows: id first, then the fields, then derived ones; those not for `list` tables are
/// json_only.
std::vector<Column> columns_of(const provisioning::RecordType& type);

std::string_view name(Access access) noexcept;
std::string_view name(FieldType type) noexcept;

} // namespace admin
