// daemon/admin/table/reports.cpp - what is only looked at: status, search, decisions, history; and the rows that the
// program answers by itself.
#include "daemon/admin/table/rows.hpp"

#include <limits>

namespace admin {
namespace {

using Shown = Column::Shown;

void add_paging(Command& command, std::string_view default_limit)
{
    for (const auto& argument : paging(default_limit)) command.arguments.push_back(argument);
}

std::vector<Column> decision_columns()
{
    return {{.name = "id", .type = FieldType::integer, .shown = Shown::json_only},
            {.name = "at", .type = FieldType::instant},
            {.name = "nas"},
            {.name = "login"},
            {.name = "method"},
            {.name = "result"},
            {.name = "reason"},
            {.name = "mac"},
            {.name = "times", .type = FieldType::integer},
            {.name = "sentence", .shown = Shown::json_only}};
}

/// Of whom: what `auth list` and `auth watch` both narrow by.
std::vector<Argument> whose_decisions()
{
    return {{.name = "login", .help = "of this login", .maximum = 253},
            {.name = "nas", .help = "asked by this NAS"},
            {.name = "mac", .help = "from this MAC, in any notation", .maximum = 64}};
}

Command auth_list()
{
    auto command = report("auth", "list", "List the decisions, newest first; kept 30 days", Output::table);
    command.arguments = whose_decisions();
    command.arguments.push_back(
        {.name = "reason", .help = "refused, or let into a garden, for this reason: bad_password, ..."});
    command.arguments.push_back(
        {.name = "result", .type = FieldType::choice, .help = "only these", .choices = "accept reject garden"});
    command.arguments.push_back(since());
    add_paging(command, "100");
    command.columns = decision_columns();
    command.note = "Result garden: let into a walled garden, and the reason is why it is no accept.";
    command.example = "porteiro auth list --login ana@isp.example --since 2h";
    return command;
}

Command auth_watch()
{
    auto command = report("auth", "watch", "Show the last decisions, then each new one as it is made", Output::watch);
    command.arguments = whose_decisions();
    command.arguments.push_back(
        {.name = "rejected", .type = FieldType::boolean, .place = Place::toggle, .help = "only what was refused"});
    command.arguments.push_back({.name = "after",
                                 .type = FieldType::integer,
                                 .help = "begin behind the decision with this id",
                                 .minimum = 0,
                                 .maximum = std::numeric_limits<std::int64_t>::max()});
    command.columns = decision_columns();
    command.example = "porteiro auth watch --nas bras1 --rejected";
    command.note =
        "Runs until it is interrupted (Ctrl-C). With --json each decision is an object on a line of its own.";
    return command;
}

Command auth_top()
{
    auto command =
        report("auth", "top", "Count the decisions of the last minutes, to see what stands out", Output::table);
    command.arguments = {{.name = "by",
                          .type = FieldType::choice,
                          .help = "counted by this",
                          .default_value = "reason",
                          .choices = "reason mac login nas"},
                         since(),
                         {.name = "limit",
                          .type = FieldType::integer,
                          .help = "at most so many rows",
                          .default_value = "20",
                          .minimum = 1,
                          .maximum = 10'000}};
    command.columns = {{.name = "value"},
                       {.name = "times", .type = FieldType::integer},
                       {.name = "rejects", .type = FieldType::integer},
                       {.name = "share", .type = FieldType::money},
                       {.name = "logins", .type = FieldType::integer},
                       {.name = "last_at", .type = FieldType::instant}};
    command.example = "porteiro auth top --by mac --since 10m";
    command.note = "Without --since: the last 10 minutes. SHARE is in percent of all decisions since then. "
                   "Who was let into a garden counts under the reason why, and not among the rejects.";
    return command;
}

Command history_list()
{
    auto command = report("history", "list", "List what was changed, newest first", Output::table);
    command.arguments = {
        {.name = "client", .type = FieldType::reference, .help = "of this client, its contracts, logins and charges"},
        {.name = "login", .help = "of this login", .maximum = 253},
        {.name = "actor", .help = "by this user"},
        since()};
    add_paging(command, "100");
    command.columns = {{.name = "id", .type = FieldType::integer, .shown = Shown::json_only},
                       {.name = "at", .type = FieldType::instant},
                       {.name = "actor"},
                       {.name = "operator"},
                       {.name = "address"},
                       {.name = "record"},
                       {.name = "record_id", .type = FieldType::integer},
                       {.name = "action"},
                       {.name = "field"},
                       {.name = "old"},
                       {.name = "new"},
                       {.name = "reason"}};
    command.example = "porteiro history list --client 529.982.247-25";
    return command;
}

Command find_text()
{
    auto command = report("find", "", "Find by name, document, phone, e-mail, login, MAC or IP", Output::table);
    command.arguments = {{.name = "text", .place = Place::positional, .help = "whatever is at hand", .required = true}};
    command.columns = {{.name = "client_id", .type = FieldType::integer},
                       {.name = "client"},
                       {.name = "document", .type = FieldType::document},
                       {.name = "mobile"},
                       {.name = "contract_id", .type = FieldType::integer},
                       {.name = "contract_status"},
                       {.name = "login"},
                       {.name = "plan"},
                       {.name = "online", .type = FieldType::boolean},
                       {.name = "ip"},
                       {.name = "mac"},
                       {.name = "nas"},
                       {.name = "match"}};
    command.example = "porteiro find souza";
    return command;
}

// Its rows come from the daemon, page by page; only what becomes of them is the program's own.
Command export_all()
{
    auto command = report("export", "", "Print all rows of a noun's list as CSV or JSON", Output::exported);
    command.arguments = {{.name = "noun",
                          .type = FieldType::choice,
                          .place = Place::positional,
                          .help = "whose list",
                          .required = true,
                          .choices = "nas plan garden client contract login charge nat session auth history"},
                         {.name = "format",
                          .type = FieldType::choice,
                          .help = "RFC 4180 with a header, or one JSON array",
                          .default_value = "csv",
                          .choices = "csv json"},
                         {.name = "login", .help = "of this login, where the list can be narrowed so", .maximum = 253},
                         {.name = "nas", .help = "of this NAS, likewise"},
                         since()};
    command.example = "porteiro export session --since 2026-11-01 > sessions.csv";
    command.note = "Columns are named as in JSON. Sessions: those that have ended, too. A secret is never in it, only "
                   "whether it is set.";
    return command;
}

Command nas_unknown()
{
    auto command = report("nas", "unknown", "List the addresses that asked and are no NAS", Output::table);
    command.need = Need::loop;
    command.columns = {{.name = "address"},
                       {.name = "packets", .type = FieldType::integer},
                       {.name = "last_seen", .type = FieldType::instant}};
    command.note = "The 256 last seen since the daemon started; add one with `porteiro nas add`.";
    return command;
}

}  // namespace

Command report(std::string_view noun, std::string_view verb, std::string summary, Output output)
{
    Command command;
    command.noun = noun;
    command.verb = verb;
    command.summary = std::move(summary);
    command.output = output;
    return command;
}

Argument since()
{
    return {.name = "since",
            .type = FieldType::instant,
            .help = "not before: a day, an instant like 2026-11-20T21:14:05-03:00, or so long ago: 10m, 2h, 3d"};
}

std::vector<Command> report_rows()
{
    auto status = report("status", "", "Show the daemon's state, its counters and each NAS's", Output::status);
    status.need = Need::loop;
    auto table = report("commands", "", "Give this table of commands as JSON", Output::as_json);
    table.need = Need::loop;
    std::vector<Command> rows{nas_unknown(), auth_list(), auth_watch(), auth_top()};
    for (auto& row : session_rows()) rows.push_back(std::move(row));
    for (auto& row : {history_list(), find_text(), status, table}) rows.push_back(row);
    return rows;
}

std::vector<Command> local_rows()
{
    auto help = report("help", "", "List the nouns and their verbs, or show one", Output::text);
    help.arguments = {{.name = "noun", .place = Place::positional, .help = "its verbs and their flags"},
                      {.name = "verb", .place = Place::positional, .help = "this one alone"}};
    auto completion = report("completion", "", "Print completion for your shell", Output::text);
    completion.arguments = {{.name = "shell",
                             .type = FieldType::choice,
                             .place = Place::positional,
                             .help = "your shell",
                             .required = true,
                             .choices = "bash zsh fish"}};
    completion.example = "porteiro completion bash > /etc/bash_completion.d/porteiro";
    auto man = report("man", "", "Print the manual page porteiro(1)", Output::text);
    man.example = "porteiro man | man -l -";
    auto version = report("version", "", "Print the version of this program", Output::text);
    std::vector<Command> rows{export_all(), help, completion, man, version};
    for (auto& command : rows) command.need = Need::local;
    return rows;
}

}  // namespace admin
