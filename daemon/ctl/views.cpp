// daemon/ctl/views.cpp
#include "daemon/ctl/views.hpp"
#include "daemon/ctl/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <unistd.h>

namespace ctl {
namespace {

namespace json = boost::json;
using admin::Column;
using admin::Output;

constexpr std::pair<std::string_view, std::string_view> names_of_many[] = {
    {"nas", "nas"},
    {"auth", "decisions"},
    {"history", "history"},
    {"find", "match"},
    {"nat", "mappings"},
    {"usage", "traffic"},
    {"address who", "session that had it then"},
    {"session drops", "drops"},
    {"session refused", "refused records"},
    {"nas unknown", "unknown sources"},
    {"session pending", "sessions that are to follow"},
    {"session attempts", "attempts"},
    {"login kick", "open sessions"}};

std::string many(const admin::Command& command)
{
    for (const auto& [of, name] : names_of_many) {
        if (of == command.name()) return std::string{name};
    }
    for (const auto& [of, name] : names_of_many) {
        if (of == command.noun) return std::string{name};
    }
    return command.noun + 's';
}

std::vector<Column> columns_of(const admin::Command& command)
{
    return command.record != nullptr ? admin::columns_of(*command.record) : command.columns;
}

/// Some commands have rows of two kinds; a column that no row has is not of this one.
bool occurs(const Column& column, const json::array& rows)
{
    return std::ranges::any_of(rows, [&](const json::value& row) {
        const auto* object = row.if_object();
        return object != nullptr && object->if_contains(column.name) != nullptr;
    });
}

/// On a terminal, unless its user does not want any (https://no-color.org).
bool colours_shown() { return ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr; }

/// A rendered table with each row in its colour (ECMA-48 s8.3.117, and the 256 colours of xterm).
std::string in_colours(const std::string& text, const json::array& rows)
{
    constexpr std::pair<std::string_view, std::string_view> codes[] = {{"blue", "34"},       {"orange", "38;5;208"},
                                                                       {"red", "31"},        {"light_green", "92"},
                                                                       {"dark_green", "32"}, {"grey", "90"}};
    std::string coloured = text.substr(0, text.find('\n') + 1);
    auto from = coloured.size();
    for (const auto& row : rows) {
        const auto end = text.find('\n', from);
        if (end == std::string::npos) break;
        const auto colour = row.is_object() ? text_of(row.get_object(), "colour") : std::string{};
        const auto code = std::ranges::find(codes, colour, &std::pair<std::string_view, std::string_view>::first);
        const auto line = text.substr(from, end - from);
        coloured += code == std::end(codes) ? line : fmt::format("\x1b[{}m{}\x1b[0m", code->second, line);
        coloured += '\n';
        from = end + 1;
    }
    return coloured + text.substr(from);
}

std::string list(const admin::Command& command, const json::array& rows)
{
    if (rows.empty()) return "No " + many(command) + ".\n";
    return table(columns_of(command), rows);
}

std::string one(const admin::Command& command, const json::object& object)
{
    return sheet(columns_of(command), object);
}

std::string removed(const admin::Command& command, const json::object& object)
{
    const auto key = command.record->key;
    if (!key.empty()) return fmt::format("Removed {} {}.\n", command.noun, text_of(object, key));
    const auto name = object.if_contains("name") == nullptr ? std::string{} : " (" + text_of(object, "name") + ')';
    return fmt::format("Removed {} {}{}.\n", command.noun, text_of(object, "id"), name);
}

std::string text_in(const json::object& object)
{
    const auto* text = object.if_contains("text");
    return text == nullptr || !text->is_string() ? json::serialize(object) + '\n'
                                                 : printable_lines(std::string_view{text->get_string()});
}

std::string changed_set(const Invocation& invocation, const json::array& rows)
{
    const auto& command = *invocation.command;
    const bool dry_run = invocation.values.contains("dry_run");
    const auto name = rows.size() == 1 ? command.noun : many(command);
    const auto summary = fmt::format("{} {} {}.\n", rows.size(), name, dry_run ? "would change" : "changed");
    return rows.empty() ? summary : list(command, rows) + '\n' + summary;
}

/// What the reasons in the table mean, and what to do: a line for each.
std::string sentences(const json::array& rows)
{
    std::vector<std::pair<std::string, std::string>> lines;
    for (const auto& row : rows) {
        const auto* object = row.if_object();
        if (object == nullptr || text_of(*object, "sentence") == "-") continue;
        std::pair line{text_of(*object, "reason"), text_of(*object, "sentence")};
        if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
    }
    return lines.empty() ? std::string{} : '\n' + render_sheet(lines);
}

std::string of_array(const Invocation& invocation, const json::array& rows)
{
    const auto& command = *invocation.command;
    if (command.output == Output::as_json) return json::serialize(rows) + '\n';
    if (command.output == Output::billing) return billing_page(invocation, rows);
    if (command.output == Output::imported) return import_page(invocation, rows);
    if (command.output == Output::changed_set) return changed_set(invocation, rows);
    if (command.output == Output::usage && !rows.empty()) return usage_page(command, rows);
    return list(command, rows) + sentences(rows);
}

}  // namespace

std::string text_of(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value == nullptr ? "-" : for_people(Column{}, *value);
}

const json::object& object_in(const json::object& parent, std::string_view name)
{
    static const json::object nothing;
    const auto* value = parent.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : nothing;
}

const json::array& array_in(const json::object& parent, std::string_view name)
{
    static const json::array nothing;
    const auto* value = parent.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : nothing;
}

std::string section(std::string_view heading, const std::string& body)
{
    return body.empty() ? std::string{} : fmt::format("\n{}\n{}", heading, indented(body, 2));
}

std::string table(std::span<const Column> columns, const json::array& rows)
{
    Grid grid;
    std::vector<Column> shown;
    std::ranges::copy_if(columns, std::back_inserter(shown),
                         [&](const Column& c) { return c.shown != Column::Shown::json_only && occurs(c, rows); });
    const bool some_removed = std::ranges::any_of(rows, [](const json::value& row) {
        const auto* object = row.if_object();
        return object != nullptr && object->if_contains("removed_at") != nullptr && !object->at("removed_at").is_null();
    });
    if (some_removed) shown.push_back({.name = "removed_at", .type = admin::FieldType::instant});
    for (const auto& column : shown) grid.headings.push_back({upper_case(label(column.name)), align_of(column)});
    for (const auto& row : rows) {
        const auto* object = row.if_object();
        if (object == nullptr) continue;
        auto& cells = grid.rows.emplace_back();
        for (const auto& column : shown) {
            const auto* value = object->if_contains(column.name);
            cells.push_back(value == nullptr ? "-" : for_people(column, *value));
        }
    }
    const bool coloured = colours_shown() && occurs({.name = "colour"}, rows);
    return coloured ? in_colours(render(grid), rows) : render(grid);
}

std::string sheet(std::span<const Column> columns, const json::object& object)
{
    std::vector<std::pair<std::string, std::string>> lines;
    for (const auto& member : object) {
        const std::string_view name{member.key()};
        if (name == "warnings") continue;
        const auto at = std::ranges::find(columns, name, &Column::name);
        lines.emplace_back(label(name), for_people(at == columns.end() ? Column{.name = name} : *at, member.value()));
    }
    return render_sheet(lines);
}

std::string for_people(const Invocation& invocation, const json::value& result)
{
    const auto& command = *invocation.command;
    if (const auto* rows = result.if_array()) return of_array(invocation, *rows);
    const auto* object = result.if_object();
    if (object == nullptr) return json::serialize(result) + '\n';
    switch (command.output) {
    case Output::status:
        return status_page(*object);
    case Output::slip:
        return slip(*object);
    case Output::explanation:
        return explanation_page(*object);
    case Output::contract_explanation:
        return contract_page(*object);
    case Output::message:
        return message_page(command, *object);
    case Output::client:
        return client_page(command, *object);
    case Output::rendering:
        return rendering_page(*object);
    case Output::removed:
        return removed(command, *object);
    case Output::session:
        return session_page(command, *object);
    case Output::text:
        return text_in(*object);
    case Output::changed_set:
    case Output::sheet:
        return one(command, *object);
    case Output::billing:
    case Output::imported:
    case Output::as_json:
    case Output::exported:
    case Output::table:
    case Output::usage:
    case Output::watch:
        break;
    }
    return json::serialize(result) + '\n';
}

}  // namespace ctl
