// daemon/admin/table/sessions.cpp - what accounting tells: who is online, who was, how much, where they fell, who had
// an address.
#include "daemon/admin/table/rows.hpp"

#include <limits>

namespace admin {
namespace {

using Shown = Column::Shown;

constexpr std::int64_t last_port = 65'535;

std::vector<Column> session_columns()
{
    return {{.name = "id", .type = FieldType::integer},
            {.name = "login"},
            {.name = "nas"},
            {.name = "ip"},
            {.name = "mac"},
            {.name = "started_at", .type = FieldType::instant},
            {.name = "updated_at", .type = FieldType::instant},
            {.name = "ended_at", .type = FieldType::instant},
            {.name = "download_octets", .type = FieldType::integer, .shown = Shown::octets},
            {.name = "upload_octets", .type = FieldType::integer, .shown = Shown::octets},
            {.name = "terminate_cause"},
            {.name = "state"}};
}

Argument login_argument()
{
    return {.name = "login", .place = Place::positional, .help = "the login", .required = true, .maximum = 253};
}

Argument at_most(std::string_view rows)
{
    return {.name = "limit",
            .type = FieldType::integer,
            .help = "at most so many rows",
            .default_value = rows,
            .minimum = 1,
            .maximum = 10'000};
}

void add_paging(Command& command, std::string_view default_limit)
{
    for (const auto& argument : paging(default_limit)) command.arguments.push_back(argument);
}

Command session_list()
{
    auto command = report("session", "list", "List who is online, newest first", Output::table);
    command.arguments = {{.name = "login", .help = "of this login", .maximum = 253},
                         {.name = "nas", .help = "on this NAS (concentrador)"},
                         {.name = "ip", .help = "with this address"},
                         {.name = "mac", .help = "from this MAC, in any notation", .maximum = 64},
                         {.name = "plan", .help = "of logins on this plan (plano)", .maximum = 64},
                         {.name = "city", .help = "of clients in this city (cidade)", .maximum = 100},
                         {.name = "state",
                          .type = FieldType::choice,
                          .help = "only these; stale: silent for three interim updates and a minute",
                          .choices = "open stale closed"},
                         {.name = "closed",
                          .type = FieldType::boolean,
                          .place = Place::toggle,
                          .help = "also the sessions that have ended"},
                         since(),
                         {.name = "sort",
                          .help = "by started_at, updated_at, download, upload, traffic or login; -traffic: the "
                                  "greatest first",
                          .default_value = "-started_at"}};
    add_paging(command, "");
    command.columns = session_columns();
    command.example = "porteiro session list --nas bras1 --sort -traffic --limit 20";
    command.note = "--since: those that began then or later.";
    return command;
}

std::vector<Column> whole_session()
{
    return {{.name = "id", .type = FieldType::integer},
            {.name = "login"},
            {.name = "state"},
            {.name = "client"},
            {.name = "client_id", .type = FieldType::integer},
            {.name = "contract", .type = FieldType::integer},
            {.name = "plan"},
            {.name = "nas"},
            {.name = "nas_port", .type = FieldType::integer},
            {.name = "nas_port_id"},
            {.name = "mac"},
            {.name = "ip"},
            {.name = "ipv6"},
            {.name = "ipv6_prefix"},
            {.name = "delegated_ipv6_prefix"},
            {.name = "acct_session_id"},
            {.name = "started_at", .type = FieldType::instant},
            {.name = "start"},
            {.name = "updated_at", .type = FieldType::instant},
            {.name = "ended_at", .type = FieldType::instant},
            {.name = "end"},
            {.name = "terminate_cause"},
            {.name = "duration_s", .type = FieldType::seconds},
            {.name = "silent_s", .type = FieldType::seconds},
            {.name = "session_time_s", .type = FieldType::seconds},
            {.name = "interim_s", .type = FieldType::seconds},
            {.name = "download_octets", .type = FieldType::integer, .shown = Shown::octets},
            {.name = "upload_octets", .type = FieldType::integer, .shown = Shown::octets},
            {.name = "download_packets", .type = FieldType::integer},
            {.name = "upload_packets", .type = FieldType::integer},
            {.name = "nas_at", .type = FieldType::instant},
            {.name = "nas_skew_s", .type = FieldType::integer},
            {.name = "remarks"},
            {.name = "following"},
            {.name = "wanted"},
            {.name = "has"},
            {.name = "why"},
            {.name = "next_in_s", .type = FieldType::seconds}};
}

Command session_show()
{
    auto command = report("session", "show", "Show all that is known of one session", Output::session);
    command.arguments = {{.name = "id",
                          .type = FieldType::integer,
                          .place = Place::positional,
                          .help = "its id, as session list shows it",
                          .required = true,
                          .minimum = 1,
                          .maximum = std::numeric_limits<std::int64_t>::max(),
                          .instead = "login"},
                         {.name = "login", .help = "the open session of this login, else its last", .maximum = 253}};
    command.columns = whole_session();
    command.example = "porteiro session show --login ana@isp.example";
    command.note =
        "NAS AT is the last Event-Timestamp, by the clock of the NAS; NAS SKEW is how far it is ahead of ours. "
        "FOLLOWING: in_force when it has what its records say, pending while it is being told, failed when it could "
        "not be; below it the last attempts.";
    return command;
}

Command session_history()
{
    auto command = report("session", "history", "List the sessions of one login, newest first", Output::table);
    command.arguments = {login_argument(), since()};
    add_paging(command, "100");
    command.columns = session_columns();
    command.example = "porteiro session history ana@isp.example --since 30d";
    return command;
}

Command session_count()
{
    auto command = report("session", "count", "Count who is online", Output::table);
    command.arguments = {{.name = "by",
                          .type = FieldType::choice,
                          .help = "counted by this: concentrador, plano, cidade",
                          .default_value = "nas",
                          .choices = "nas plan city"},
                         {.name = "compare",
                          .type = FieldType::instant,
                          .help = "with how many were at that time: 1h ago, or an instant"}};
    command.columns = {{.name = "value"},
                       {.name = "online", .type = FieldType::integer},
                       {.name = "before", .type = FieldType::integer},
                       {.name = "change", .type = FieldType::integer}};
    command.example = "porteiro session count --by city --compare 1h";
    command.note = "The last row is the total.";
    return command;
}

Command session_drops()
{
    auto command = report("session", "drops", "Count the sessions that ended lately, to see where they fell (quedas)",
                          Output::table);
    command.arguments = {since(),
                         {.name = "by",
                          .type = FieldType::choice,
                          .help = "counted by this",
                          .default_value = "nas",
                          .choices = "nas port"},
                         at_most("20")};
    command.columns = {{.name = "value"},
                       {.name = "drops", .type = FieldType::integer},
                       {.name = "logins", .type = FieldType::integer},
                       {.name = "cause"},
                       {.name = "last_at", .type = FieldType::instant}};
    command.example = "porteiro session drops --since 10m --by port";
    command.note =
        "Without --since: the last 10 minutes. CAUSE is the commonest. A session that fell silent counts from "
        "when it was last heard of; until it is closed, see `porteiro session list --state stale`.";
    return command;
}

Command session_refused()
{
    auto command =
        report("session", "refused", "List the accounting records that the database did not take", Output::table);
    add_paging(command, "100");
    command.columns = {{.name = "id", .type = FieldType::integer},
                       {.name = "refused_at", .type = FieldType::instant},
                       {.name = "kind"},
                       {.name = "at", .type = FieldType::instant},
                       {.name = "nas"},
                       {.name = "login"},
                       {.name = "reason"},
                       {.name = "attributes", .type = FieldType::text, .shown = Shown::json_only}};
    command.note = "With --json: the attributes as they came, in hexadecimal, without credentials.";
    return command;
}

Command usage_show()
{
    auto command = report("usage", "show", "Show how much a login used, oldest first", Output::usage);
    command.arguments = {login_argument(),
                         {.name = "by",
                          .type = FieldType::choice,
                          .help = "a row for each; hours are kept 8 days",
                          .default_value = "day",
                          .choices = "day month hour"},
                         {.name = "from", .type = FieldType::date, .help = "the first day"},
                         {.name = "to", .type = FieldType::date, .help = "the last day"}};
    command.columns = {{.name = "period"},
                       {.name = "download_octets", .type = FieldType::integer, .shown = Shown::octets},
                       {.name = "upload_octets", .type = FieldType::integer, .shown = Shown::octets},
                       {.name = "sessions", .type = FieldType::integer}};
    command.example = "porteiro usage show ana@isp.example --by month";
    command.note = "Without --from: the last 31 days, 12 months or 24 hours. A period without traffic has no row.";
    return command;
}

/// Of a login, but what it tells is what `usage show` adds up.
Command login_allowance()
{
    auto command =
        report("login", "allowance", "Show what a login has used of its plan's allowance (franquia)", Output::sheet);
    command.need = Need::loop;
    command.arguments = {login_argument()};
    command.columns = {{.name = "login"},
                       {.name = "plan"},
                       {.name = "state"},
                       {.name = "used_octets", .type = FieldType::integer, .shown = Shown::octets},
                       {.name = "allowance_octets", .type = FieldType::integer, .shown = Shown::octets},
                       {.name = "percent", .type = FieldType::integer},
                       {.name = "warning_percent", .type = FieldType::integer},
                       {.name = "period_from", .type = FieldType::instant},
                       {.name = "period_until", .type = FieldType::instant},
                       {.name = "then"},
                       {.name = "then_download", .type = FieldType::rate},
                       {.name = "then_upload", .type = FieldType::rate}};
    command.example = "porteiro login allowance ana@isp.example";
    command.note = "STATE is ok, warning, used_up, or none: its plan has no allowance.";
    return command;
}

std::vector<Column> holder_columns()
{
    return {{.name = "login"},
            {.name = "client"},
            {.name = "document", .type = FieldType::document},
            {.name = "client_id", .type = FieldType::integer, .shown = Shown::json_only},
            {.name = "contract", .type = FieldType::integer},
            {.name = "mac"},
            {.name = "nas"},
            {.name = "started_at", .type = FieldType::instant},
            {.name = "ended_at", .type = FieldType::instant},
            {.name = "certainty"},
            {.name = "how"},
            {.name = "why"},
            {.name = "session_id", .type = FieldType::integer, .shown = Shown::json_only},
            {.name = "ip", .shown = Shown::json_only},
            {.name = "first_port", .type = FieldType::integer, .shown = Shown::json_only},
            {.name = "last_port", .type = FieldType::integer, .shown = Shown::json_only}};
}

Command address_who()
{
    auto command = report("address", "who", "Show who had an address, all candidates, the surest first", Output::table);
    command.arguments = {
        {.name = "ip", .place = Place::positional, .help = "IPv4 or IPv6 address", .required = true, .maximum = 64},
        {.name = "at", .type = FieldType::instant, .help = "at this instant (data e hora): 2026-11-20T21:14:05-03:00"},
        {.name = "from", .type = FieldType::instant, .help = "or at any time from this day or instant"},
        {.name = "to", .type = FieldType::instant, .help = "to this one, a day as a whole"},
        {.name = "port",
         .type = FieldType::integer,
         .help = "source port (porta de origem), for an address that subscribers share",
         .minimum = 1,
         .maximum = last_port},
        {.name = "reason", .help = "why, for the history: the number of the request (ofício)", .maximum = 500}};
    command.columns = holder_columns();
    command.example =
        "porteiro address who 203.0.113.5 --at 2026-11-20T21:14:05-03:00 --port 4711 --reason 'IP 118/26'";
    command.note = "The question itself goes into the history. Uncertain: what lies between the last record and the "
                   "closing, and what several had at the same time.";
    return command;
}

}  // namespace

std::vector<Command> session_rows()
{
    return {session_list(),    session_show(), session_history(), session_count(), session_drops(),
            session_refused(), usage_show(),   login_allowance(), address_who()};
}

}  // namespace admin
