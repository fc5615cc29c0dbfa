// daemon/admin/records.cpp - add, show, list, set and remove, the same for every record type.
#include "daemon/admin/client_sheet.hpp"
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/methods.hpp"
#include "daemon/admin/nas_json.hpp"
#include "daemon/admin/password.hpp"
#include "daemon/admin/render.hpp"
#include "daemon/admin/reply_check.hpp"
#include "daemon/admin/typing.hpp"
#include "daemon/admin/warnings.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/store/records.hpp"

#include <algorithm>

namespace admin {
namespace {

namespace json = boost::json;
namespace store = provisioning::store;
using provisioning::ErrorCode;
using provisioning::Record;
using provisioning::RecordType;
using provisioning::Refusal;

[[noreturn]] void misused(std::string_view field, std::string message)
{
    throw Refusal(ErrorCode::usage, std::string{field}, std::move(message));
}

store::Rows rows_of(const Call& call)
{
    return call.arguments.on("removed") ? store::Rows::removed_too : store::Rows::live;
}

std::string with_underscores(std::string name)
{
    std::ranges::replace(name, '-', '_');
    return name;
}

const provisioning::Field& known_field(const RecordType& type, std::string_view argument, const std::string& name)
{
    if (const auto* field = provisioning::find_field(type, name)) return *field;
    std::string names;
    for (const auto& field : type.fields) names.append(names.empty() ? "" : " ").append(field.name);
    const auto near = provisioning::nearest_word(name, names);
    misused(argument, "there is no field " + provisioning::shown(name) + " in a " + std::string{type.name} +
                          (near.empty() ? ", it has: " + names : ", did you mean " + std::string{near} + '?'));
}

// --generate stands in for a typed password.
std::string take_generated(const Call& call, Record& typed)
{
    if (!call.arguments.on("generate")) return {};
    if (typed.contains("password")) misused("generate", "is given beside password, give one of them");
    auto password = generate_password();
    typed["password"] = {password};
    return password;
}

/// A document or a fixed address that another live record has too is accepted, and told.
void warn_if_shared(Call& call, const RecordType& type, const Record& record, const Record& typed,
                    std::string_view field, json::object& result)
{
    const auto at = record.find(field);
    if (!typed.contains(field) || at == record.end() || at->second.empty()) return;
    const store::ListQuery same{.filters = {{std::string{field}, at->second}}, .limit = 2, .offset = 0, .sort = {}};
    for (const auto& other : store::list(call.session(), type, same)) {
        if (other.at("id") == record.at("id")) continue;
        const auto& name = other.at(type.key.empty() ? "name" : std::string{type.key});
        add_warning(result, std::string{field} + ": " + std::string{type.name} + ' ' + other.at("id").front() + " (" +
                                name.front() + ") has it too");
    }
}

/// Types whose records become attributes by themselves.
bool has_terms(const RecordType& type) noexcept
{
    return &type == &provisioning::plan_type || &type == &provisioning::garden_type;
}

/// What was written, and what of it is worth a second look.
json::object result_of(Call& call, const RecordType& type, const Record& record, const Record& typed,
                       const std::string& generated, const std::string& taken_as)
{
    auto result = to_json(type, record);
    if (!generated.empty()) result["password"] = generated;
    add_warnings(type, typed, record, call.command.verb, result);
    warn_of_hash(taken_as, result);
    try {
        if (&type == &provisioning::client_type) warn_if_shared(call, type, record, typed, "document", result);
        if (&type == &provisioning::login_type) {
            warn_if_shared(call, type, record, typed, "ip", result);
            add_methods(call, record, result);
            warn_of_methods(call, record, result);
        }
        if (has_terms(type) || &type == &provisioning::login_type) warn_of_unsaid(call, type, record, result);
        if (&type == &provisioning::plan_type) warn_of_no_garden(call, record, result);
        if (&type == &provisioning::nas_type) warn_of_terms_at(call, record, result);
    } catch (const store::Unavailable&) {
        // It is written, and a generated password must be shown: a warning less is the smaller loss.
    }
    return result;
}

// The fields given, and the columns that are derived from them; null looks for records without a value.
Record filters_of(const Call& call)
{
    auto filters = call.arguments.fields();
    for (const auto& column : derived_columns(*call.command.record)) {
        if (call.arguments.has(column.name)) filters[std::string{column.name}] = call.arguments.all(column.name);
    }
    return filters;
}

std::string sort_of(const Call& call)
{
    const auto typed = call.arguments.text("sort");
    const bool descending = typed.starts_with('-');
    const auto name = with_underscores(descending ? typed.substr(1) : typed);
    return descending ? '-' + name : name;
}

// FIELD=VALUE; FIELD= looks for records without a value.
Record where_of(const Call& call)
{
    Record where;
    for (const auto& condition : call.arguments.all("where")) {
        const auto equals = condition.find('=');
        if (equals == std::string::npos)
            misused("where", provisioning::shown(condition) + " is no condition, give FIELD=VALUE");
        const auto name = with_underscores(std::string{provisioning::trimmed(condition.substr(0, equals))});
        if (where.contains(name)) misused("where", name + " is given twice, one record cannot have both");
        const auto value = condition.substr(equals + 1);
        where[name] = value.empty() ? std::vector<std::string>{} : std::vector{value};
    }
    if (where.empty()) misused("where", "is empty, give at least one FIELD=VALUE");
    return where;
}

// What was typed for `set`: the fields given, and those to be emptied.
Record changes_of(const Call& call)
{
    auto typed = call.arguments.fields();
    for (const auto& each : call.arguments.all("clear")) {
        const auto name = with_underscores(each);
        known_field(*call.command.record, "clear", name);
        if (typed.contains(name)) misused("clear", name + " is also given a value, give one of them");
        typed[name] = {};
    }
    return typed;
}

/// The plan or garden as it would stand must be one that the concentrators can be told.
void check_terms(Call& call, const Record& typed)
{
    const auto& type = *call.command.record;
    if (!has_terms(type)) return;
    provisioning::Sealer sealer(call.context.sealer);
    if (call.arguments.has("where")) {
        for (const auto& one : store::set_where(call.session(), sealer, type, where_of(call), typed, true, call.actor))
            check_fits(call, type, one);
        return;
    }
    auto record = store::show(call.session(), type, call.arguments.text("id"));
    for (auto& [name, values] : provisioning::checked_for_set(type, record, typed)) record[name] = std::move(values);
    check_fits(call, type, record);
}

/// The first of several logins that somebody may ask what their storage cannot serve.
void warn_of_several(Call& call, const std::vector<Record>& changed, json::array& rows)
{
    constexpr std::size_t most_looked_at = 100;
    if (call.command.record != &provisioning::login_type) return;
    try {
        for (std::size_t i = 0; i < std::min(changed.size(), most_looked_at); ++i)
            warn_of_methods(call, changed[i], rows[i].as_object());
    } catch (const store::Unavailable&) {
        // as in result_of()
    }
}

json::value set_several(Call& call, Record typed)
{
    const auto& type = *call.command.record;
    if (call.arguments.has("id")) misused("where", "is given beside one record, give one of them");
    if (call.arguments.on("generate"))
        misused("generate", "would give all of them the same password, set them one by one");
    if (!type.key.empty() && typed.contains(type.key))
        misused(type.key, "is each record's own, it is set for one record");
    check_terms(call, typed);
    provisioning::Sealer sealer(call.context.sealer);
    const bool dry_run = call.arguments.on("dry_run");
    const auto changed = store::set_where(call.session(), {sealer, call.context.forms}, type, where_of(call), typed,
                                          dry_run, call.actor);
    auto rows = to_json(type, changed);
    warn_of_several(call, changed, rows);
    return rows;
}

}  // namespace

boost::json::value add_record(Call& call)
{
    const auto& type = *call.command.record;
    auto typed = call.arguments.fields();
    const auto generated = take_generated(call, typed);
    check_replies(call.context.dictionary, type, typed);
    const auto checked = provisioning::checked_for_add(type, typed);
    if (has_terms(type)) check_fits(call, type, checked);
    provisioning::Sealer sealer(call.context.sealer);
    std::string taken_as;
    const auto record = store::add(call.session(), {sealer, call.context.forms, &taken_as}, type, checked, call.actor);
    return result_of(call, type, record, typed, generated, taken_as);
}

boost::json::value show_record(Call& call)
{
    const auto& type = *call.command.record;
    const auto what = call.arguments.text(call.command.arguments.front().name);
    const auto record = store::show(call.session(), type, what, rows_of(call));
    auto result = to_json(type, record);
    if (&type == &provisioning::login_type) add_methods(call, record, result);
    if (&type == &provisioning::client_type) add_client_sheet(call, record, result);
    if (&type != &provisioning::nas_type) return result;
    json::array one{std::move(result)};
    add_health(call, one, true);
    return std::move(one.front());
}

boost::json::value list_records(Call& call)
{
    const auto& type = *call.command.record;
    const store::ListQuery query{.filters = filters_of(call),
                                 .limit = call.arguments.number("limit"),
                                 .offset = call.arguments.number("offset"),
                                 .sort = sort_of(call),
                                 .rows = rows_of(call)};
    auto rows = to_json(type, store::list(call.session(), type, query));
    if (&type == &provisioning::nas_type) add_health(call, rows, false);
    return rows;
}

boost::json::value set_record(Call& call)
{
    const auto& type = *call.command.record;
    auto typed = changes_of(call);
    if (typed.empty() && !call.arguments.on("generate")) misused("", "nothing to change, give at least one field");
    check_replies(call.context.dictionary, type, typed);
    if (call.arguments.has("where")) return set_several(call, std::move(typed));

    if (call.arguments.on("dry_run")) misused("dry_run", "goes with where only");
    if (!call.arguments.has("id")) misused("id", "missing: id, or where for several");
    check_terms(call, typed);
    const auto generated = take_generated(call, typed);
    provisioning::Sealer sealer(call.context.sealer);
    std::string taken_as;
    const auto record = store::set(call.session(), {sealer, call.context.forms, &taken_as}, type,
                                   call.arguments.text("id"), typed, call.actor);
    return result_of(call, type, record, typed, generated, taken_as);
}

boost::json::value remove_record(Call& call)
{
    const auto& type = *call.command.record;
    const auto what = call.arguments.text(call.command.arguments.front().name);
    return to_json(type, store::remove(call.session(), type, what, call.actor));
}

}  // namespace admin
