// daemon/ctl/pages.cpp - results that are more than a table or a sheet.
#include "daemon/ctl/values.hpp"
#include "daemon/ctl/views.hpp"

#include <fmt/format.h>

namespace ctl {
namespace {

namespace json = boost::json;
using admin::Column;
using admin::FieldType;

constexpr std::size_t indent = 2;

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
    return body.empty() ? std::string{} : fmt::format("\n{}\n{}", heading, indented(body, indent));
}

std::string nas_table(const json::object& all)
{
    json::array rows;
    for (const auto& [name, counters] : all) {
        json::object row{{"nas", name}};
        if (counters.is_object()) {
            for (const auto& member : counters.get_object()) row[member.key()] = member.value();
        }
        rows.emplace_back(std::move(row));
    }
    const Column columns[] = {{.name = "nas"},
                              {.name = "requests", .type = FieldType::integer},
                              {.name = "accepts", .type = FieldType::integer},
                              {.name = "rejects", .type = FieldType::integer},
                              {.name = "accounting", .type = FieldType::integer},
                              {.name = "duplicates", .type = FieldType::integer},
                              {.name = "bad_authenticators", .type = FieldType::integer},
                              {.name = "dropped", .type = FieldType::integer},
                              {.name = "last_seen", .type = FieldType::instant}};
    return rows.empty() ? std::string{} : table(columns, rows);
}

// What is zero is left out: a healthy daemon's page is short.
std::string counters_table(const json::object& counters)
{
    Grid grid{.headings = {{"COUNTER"}, {"VALUE", Align::right}}, .rows = {}};
    for (const auto& [name, value] : counters) {
        const bool zero =
            (value.is_int64() && value.get_int64() == 0) || (value.is_uint64() && value.get_uint64() == 0);
        if (!zero) grid.rows.push_back({std::string{std::string_view{name}}, for_people(Column{}, value)});
    }
    return grid.rows.empty() ? std::string{"all zero\n"} : render(grid);
}

}  // namespace

std::string status_page(const json::object& result)
{
    const auto& database = object_in(result, "database");
    const auto& records = object_in(result, "directory");
    auto text = render_sheet(
        {{"state", text_of(result, "state")},
         {"version", text_of(result, "version")},
         {"database", fmt::format("{} ({}), read {} s ago", text_of(database, "state"), text_of(database, "connection"),
                                  text_of(database, "feed_lag_s"))},
         {"in memory",
          records.empty() ? std::string{"-"}
                          : fmt::format("{} nas, {} plans, {} clients, {} contracts, {} logins",
                                        text_of(records, "nas"), text_of(records, "plans"), text_of(records, "clients"),
                                        text_of(records, "contracts"), text_of(records, "logins"))}});
    text += section("NAS", nas_table(object_in(result, "nas")));
    return text + section("Counters that are not 0", counters_table(object_in(result, "counters")));
}

std::string explanation_page(const json::object& result)
{
    const auto verdict = text_of(result, "verdict");
    auto text = fmt::format("{}: {}\n", text_of(result, "login"),
                            verdict == "accept" ? verdict : verdict + " (" + text_of(result, "reason") + ')');
    if (verdict != "accept") text += text_of(result, "sentence") + '\n';
    const Column rules[] = {{.name = "rule"}, {.name = "outcome"}, {.name = "record"}};
    text += section("Rules, in their order", table(rules, array_in(result, "rules")));
    const Column terms[] = {{.name = "download", .type = FieldType::rate}, {.name = "upload", .type = FieldType::rate}};
    if (const auto& object = object_in(result, "terms"); !object.empty())
        text += section("Terms", sheet(terms, object));
    const auto* decisions = admin::find_command("auth list");
    if (const auto& last = array_in(result, "last"); !last.empty())
        text += section("Last decisions", table(decisions->columns, last));
    const auto* sessions = admin::find_command("session list");
    if (const auto& session = object_in(result, "session"); !session.empty())
        text += section("Online", sheet(sessions->columns, session));
    if (const auto& nas = object_in(result, "nas"); !nas.empty()) text += section("NAS", sheet({}, nas));
    return text;
}

std::string slip(const json::object& result)
{
    const auto& client = object_in(result, "client");
    const auto& contract = object_in(result, "contract");
    const auto& login = object_in(result, "login");
    const auto* document = client.if_contains("document");
    const bool made = result.if_contains("password") != nullptr;
    return render_sheet(
        {{"name", text_of(client, "name")},
         {"document",
          document == nullptr ? "-" : for_people({.name = "document", .type = FieldType::document}, *document)},
         {"client", text_of(client, "id")},
         {"contract", text_of(contract, "id")},
         {"plan", text_of(contract, "plan")},
         {"due day", text_of(contract, "due_day")},
         {"login", text_of(login, "login")},
         {"password", made ? text_of(result, "password") + "  (shown this once)" : std::string{"as it was typed"}}});
}

std::string billing_page(const Invocation& invocation, const json::array& steps)
{
    std::size_t suspended = 0, released = 0, skipped = 0;
    for (const auto& step : steps) {
        if (!step.is_object()) continue;
        const auto action = text_of(step.get_object(), "action");
        ++(action == "suspend" ? suspended : action == "release" ? released : skipped);
    }
    const bool dry_run = invocation.values.contains("dry_run");
    const auto summary =
        dry_run ? fmt::format("{} would be suspended, {} released. Nothing was changed.\n", suspended, released)
                : fmt::format("{} suspended, {} released{}.\n", suspended, released,
                              skipped == 0 ? "" : fmt::format(", {} skipped", skipped));
    return steps.empty() ? summary : table(invocation.command->columns, steps) + '\n' + summary;
}

}  // namespace ctl
