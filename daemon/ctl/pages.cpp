// daemon/ctl/pages.cpp - results that are more than a table or a sheet.
#include "daemon/ctl/values.hpp"
#include "daemon/ctl/views.hpp"

#include <fmt/format.h>

namespace ctl {
namespace {

namespace json = boost::json;
using admin::Column;
using admin::FieldType;

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
                              {.name = "health"},
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
    return grid.rows.empty() ? std::string{"none\n"} : render(grid);
}

std::uint64_t count_in(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    if (value != nullptr && value->is_uint64()) return value->get_uint64();
    return value != nullptr && value->is_int64() ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

/// Sessions that do not have what their records say, and NAS that cannot be told; empty where all is well.
std::string following_line(const json::object& result)
{
    const auto& totals = object_in(result, "following");
    std::string line, silent;
    if (const auto pending = count_in(totals, "pending"); pending != 0)
        line = fmt::format("{} sessions wait to be told of a change", pending);
    if (const auto failed = count_in(totals, "failed"); failed != 0)
        line += fmt::format("{}{} could not be told, see `porteiro session pending`", line.empty() ? "" : ", ", failed);
    for (const auto& [name, nas] : object_in(result, "nas")) {
        const auto* answers = nas.is_object() ? object_in(nas.get_object(), "coa").if_contains("answers") : nullptr;
        if (answers != nullptr && *answers == false) silent.append(silent.empty() ? "" : ", ").append(name);
    }
    if (!silent.empty()) line += (line.empty() ? "" : "; ") + ("no answer to CoA: " + silent);
    return line;
}

/// What NAS reported and the database does not have yet; loud when it cannot be kept.
std::string journal_line(const json::object& journal)
{
    const auto problem = text_of(journal, "problem");
    const auto waiting = text_of(journal, "depth") == "0"
                             ? std::string{"all of it in the database"}
                             : fmt::format("{} records on disk wait for the database, the oldest for {} s",
                                           text_of(journal, "depth"), text_of(journal, "oldest_age_s"));
    const auto state = text_of(journal, "state");
    if (state != "ok") return fmt::format("NOT ACKNOWLEDGED, the journal is {}: {}; {}", state, problem, waiting);
    return problem == "-" ? waiting : waiting + "; " + problem;
}

}  // namespace

std::string status_page(const json::object& result)
{
    const auto& database = object_in(result, "database");
    const auto& records = object_in(result, "directory");
    const auto* served = result.if_contains("ms_chap");
    const bool ms_chap = served == nullptr || *served == true;
    std::vector<std::pair<std::string, std::string>> lines{
        {"state", text_of(result, "state")},
        {"version", text_of(result, "version")},
        {"database", fmt::format("{} ({}), read {} s ago", text_of(database, "state"), text_of(database, "connection"),
                                 text_of(database, "feed_lag_s"))},
        {"in memory", records.empty()
                          ? std::string{"-"}
                          : fmt::format("{} nas, {} plans, {} clients, {} contracts, {} logins{}",
                                        text_of(records, "nas"), text_of(records, "plans"), text_of(records, "clients"),
                                        text_of(records, "contracts"), text_of(records, "logins"),
                                        text_of(records, "source") == "snapshot"
                                            ? ", from the snapshot, " + text_of(records, "snapshot_age_s") + " s old"
                                            : "")},
        {"online", text_of(result, "sessions_online") + " sessions"},
        {"accounting", journal_line(object_in(result, "journal"))},
        {"MS-CHAP", ms_chap ? "served" : "not served: OpenSSL's legacy provider is missing (package libssl3)"}};
    const auto& releases = object_in(result, "releases");
    if (text_of(releases, "released") != "-" && text_of(releases, "released") != "0")
        lines.emplace_back("payments", fmt::format("{} opened access by themselves, the slowest after {} s",
                                                   text_of(releases, "released"), text_of(releases, "slowest_s")));
    if (const auto& messages = object_in(result, "messages"); !messages.empty()) {
        const auto problem = text_of(messages, "problem");
        lines.emplace_back("messages", fmt::format("{} sent, {} failed, {} wait{}", text_of(messages, "sent"),
                                                   text_of(messages, "failed"), text_of(messages, "waiting"),
                                                   problem == "-" ? "" : ": " + problem));
    }
    if (auto line = following_line(result); !line.empty()) lines.emplace_back("changes", std::move(line));
    auto text = render_sheet(lines);
    text += section("NAS", nas_table(object_in(result, "nas")));
    text += section("Refused, by reason", counters_table(object_in(result, "rejects_by_reason")));
    return text + section("Counters that are not 0", counters_table(object_in(result, "counters")));
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

std::string session_page(const admin::Command& command, const json::object& result)
{
    const Column blocks[] = {{.name = "address"},
                             {.name = "first_port", .type = FieldType::integer},
                             {.name = "last_port", .type = FieldType::integer},
                             {.name = "from_at", .type = FieldType::instant},
                             {.name = "until_at", .type = FieldType::instant}};
    const Column attempts[] = {{.name = "at", .type = FieldType::instant},
                               {.name = "order"},
                               {.name = "why"},
                               {.name = "wanted"},
                               {.name = "result"},
                               {.name = "error_cause", .type = FieldType::integer},
                               {.name = "error_cause_name"},
                               {.name = "sent", .type = FieldType::integer},
                               {.name = "took_ms", .type = FieldType::integer},
                               {.name = "actor"}};
    auto own = result;
    own.erase("port_blocks");
    own.erase("attempts");
    auto text = sheet(command.columns, own);
    if (const auto& logged = array_in(result, "port_blocks"); !logged.empty())
        text += section("Port blocks", table(blocks, logged));
    if (const auto& tried = array_in(result, "attempts"); !tried.empty())
        text += section("Attempts to make it follow its records", table(attempts, tried));
    return text;
}

std::string usage_page(const admin::Command& command, json::array rows)
{
    const auto total_of = [&](std::string_view name) {
        std::uint64_t sum = 0;
        for (const auto& row : rows) {
            const auto* value = row.is_object() ? row.get_object().if_contains(name) : nullptr;
            if (value != nullptr && value->is_int64()) sum += static_cast<std::uint64_t>(value->get_int64());
            if (value != nullptr && value->is_uint64()) sum += value->get_uint64();
        }
        return sum;
    };
    // Sessions have no sum: one may last for many days.
    rows.emplace_back(json::object{{"period", "total"},
                                   {"download_octets", total_of("download_octets")},
                                   {"upload_octets", total_of("upload_octets")}});
    return table(command.columns, rows);
}

std::string message_page(const admin::Command& command, const json::object& result)
{
    json::object fields;
    for (const auto& member : result)
        if (!member.value().is_null() && member.key() != "text") fields[member.key()] = member.value();
    const auto* text = result.if_contains("text");
    const bool written = text != nullptr && text->is_string();
    return sheet(command.columns, fields) +
           (written ? section("Text", printable_lines(std::string_view{text->get_string()})) : std::string{});
}

std::string billing_page(const Invocation& invocation, const json::array& steps)
{
    struct Count {
        std::string_view action, would, did;
        std::size_t times = 0;
    };
    Count counts[] = {{"reduce", "would be reduced", "reduced"},
                      {"suspend", "would be suspended", "suspended"},
                      {"release", "would be released", "released"},
                      {"termination_due", "would be due for termination", "due for termination"},
                      {"restore", "would be restored", "restored"},
                      {"skip", "would be skipped", "skipped"},
                      {"notify", "would be told", "told"},
                      {"held", "held for want of a notice", "held for want of a notice"}};
    for (const auto& step : steps) {
        if (!step.is_object()) continue;
        const auto action = text_of(step.get_object(), "action");
        const auto at = std::ranges::find(counts, action, &Count::action);
        if (at != std::end(counts)) ++at->times;
    }
    const bool undo = invocation.command->verb == "undo", ahead = invocation.command->verb == "forecast";
    const bool dry_run = ahead || invocation.values.contains("dry_run");
    std::string summary;
    for (const auto& count : counts) {
        const bool always = undo ? count.action == "restore" : count.action == "suspend" || count.action == "release";
        if (count.times == 0 && !always) continue;
        summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", count.times, dry_run ? count.would : count.did);
    }
    summary += dry_run && !ahead ? ". Nothing was changed.\n" : ".\n";
    return steps.empty() ? summary : table(invocation.command->columns, steps) + '\n' + summary;
}

}  // namespace ctl
