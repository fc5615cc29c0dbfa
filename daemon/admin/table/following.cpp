// daemon/admin/table/following.cpp - orders to sessions that are online, and how those follow their records.
#include "daemon/admin/table/rows.hpp"

#include <limits>

namespace admin {
namespace {

constexpr int patience_s = 75; // an answer 30 s, a Stop 10 s, the database

Argument no_wait()
{
    return {.name = "no_wait",
            .type = FieldType::boolean,
            .place = Place::toggle,
            .help = "do not wait for what comes of it"};
}

std::vector<Argument> one_session()
{
    return {{.name = "id",
             .type = FieldType::integer,
             .place = Place::positional,
             .help = "its id, as session list shows it",
             .required = true,
             .minimum = 1,
             .maximum = std::numeric_limits<std::int64_t>::max(),
             .instead = "login"},
            {.name = "login", .help = "the open session of this login", .maximum = 253}};
}

std::vector<Column> of_orders()
{
    return {{.name = "session", .type = FieldType::integer},
            {.name = "login"},
            {.name = "nas"},
            {.name = "result"},
            {.name = "error_cause", .type = FieldType::integer},
            {.name = "error_cause_name"},
            {.name = "sent", .type = FieldType::integer},
            {.name = "took_ms", .type = FieldType::integer},
            {.name = "over", .type = FieldType::boolean},
            {.name = "text", .type = FieldType::text, .shown = Column::Shown::json_only}};
}

Command order(std::string_view noun, std::string_view verb, std::string summary, Access access)
{
    auto command = report(noun, verb, std::move(summary), Output::text);
    command.access = access;
    command.patience_s = patience_s;
    command.columns = of_orders();
    return command;
}

Command session_disconnect()
{
    auto command = order("session", "disconnect", "End a session (derrubar), and say what came of it", Access::billing);
    command.arguments = one_session();
    command.arguments.push_back(no_wait());
    command.example = "porteiro session disconnect --login ana@isp.example";
    command.note = "Waits for the answer of the NAS and for the session's Stop. Exit status 1: it goes on.";
    return command;
}

Command session_coa()
{
    auto command = order("session", "coa", "Give a session another rate, and say what came of it", Access::admin);
    command.arguments = one_session();
    command.arguments.push_back(
        {.name = "rate", .help = "download/upload, download first: 100M/50M", .required = true, .maximum = 64});
    command.arguments.push_back(no_wait());
    command.example = "porteiro session coa 4711 --rate 100M/50M";
    command.note = "In force until the session's records change or it ends; what is to stay goes into the plan. "
                   "Download comes first, as everywhere in this program: Mikrotik-Rate-Limit has it the other way.";
    return command;
}

Command login_kick()
{
    auto command = order("login", "kick", "End all open sessions of a login (derrubar)", Access::billing);
    command.output = Output::table;
    command.arguments = {
        {.name = "login", .place = Place::positional, .help = "the login", .required = true, .maximum = 253},
        no_wait()};
    command.example = "porteiro login kick ana@isp.example";
    return command;
}

} // namespace

std::vector<Command> following_rows() { return {session_disconnect(), session_coa(), login_kick()}; }

} // namespace admin
