// daemon/admin/table/following.cpp - orders to sessions that are online, and how those follow their records.
#include "daemon/admin/table/rows.hpp"

#include <limits>

namespace admin {
namespace {

constexpr std::int64_t most_pending = 100'000;
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

Command session_pending()
{
    auto command =
        report("session", "pending", "List the sessions that do not have what their records say", Output::table);
    command.need = Need::loop;
    command.arguments = {{.name = "nas", .help = "on this NAS (concentrador)"},
                         {.name = "limit",
                          .type = FieldType::integer,
                          .help = "at most so many rows",
                          .default_value = "1000",
                          .minimum = 1,
                          .maximum = most_pending}};
    command.columns = {{.name = "login"},
                       {.name = "nas"},
                       {.name = "following"},
                       {.name = "wanted"},
                       {.name = "has"},
                       {.name = "why"},
                       {.name = "requests", .type = FieldType::integer},
                       {.name = "next_in_s", .type = FieldType::seconds},
                       {.name = "acct_session_id", .type = FieldType::text, .shown = Column::Shown::json_only},
                       {.name = "started_at", .type = FieldType::instant, .shown = Column::Shown::json_only}};
    command.example = "porteiro session pending --nas bras1";
    command.note = "pending: it is being told, or waits for its turn. failed: given up; it is tried again when its "
                   "records change, when its NAS answers again, or by `porteiro nas reconcile`.";
    return command;
}

Command session_attempts()
{
    auto command =
        report("session", "attempts", "List what was done to make sessions follow, newest first", Output::table);
    command.arguments = {{.name = "login", .help = "of this login", .maximum = 253},
                         {.name = "nas", .help = "at this NAS (concentrador)"},
                         since(),
                         {.name = "result",
                          .type = FieldType::choice,
                          .help = "only these",
                          .choices = "acknowledged no_effect refused not_found no_answer not_sent"}};
    for (const auto& argument : paging("100")) command.arguments.push_back(argument);
    command.columns = {{.name = "id", .type = FieldType::integer, .shown = Column::Shown::json_only},
                       {.name = "at", .type = FieldType::instant},
                       {.name = "session_id", .type = FieldType::integer},
                       {.name = "login"},
                       {.name = "nas"},
                       {.name = "order"},
                       {.name = "why"},
                       {.name = "wanted"},
                       {.name = "result"},
                       {.name = "error_cause", .type = FieldType::integer},
                       {.name = "error_cause_name"},
                       {.name = "sent", .type = FieldType::integer},
                       {.name = "took_ms", .type = FieldType::integer},
                       {.name = "actor"}};
    command.example = "porteiro session attempts --nas bras1 --since 1h --result refused";
    command.note = "An acknowledged order that the session's accounting belies becomes no_effect.";
    return command;
}

Command nas_probe()
{
    auto command = report("nas", "probe", "Ask whether a NAS takes CoA: is it there, the secret right, its clock too",
                          Output::text);
    command.access = Access::admin;
    command.without_database = true;
    command.arguments = {
        identity(provisioning::nas_type),
        {.name = "address", .help = "this one, where its address is a prefix of several", .maximum = 64}};
    command.columns = {{.name = "nas"},
                       {.name = "address"},
                       {.name = "port", .type = FieldType::integer},
                       {.name = "answers", .type = FieldType::boolean},
                       {.name = "secret"},
                       {.name = "acknowledged", .type = FieldType::boolean},
                       {.name = "error_cause", .type = FieldType::integer},
                       {.name = "error_cause_name"},
                       {.name = "took_ms", .type = FieldType::integer},
                       {.name = "clock_skew_s", .type = FieldType::integer},
                       {.name = "text"}};
    command.example = "porteiro nas probe bras1";
    command.note =
        "Asks to end a session that cannot be there: no subscriber is touched. Where its CoA port is silent, "
        "3799 and 1700 are tried, for 10 s each. Exit status 1: it cannot be told anything as it is.";
    return command;
}

Command nas_reconcile()
{
    auto command =
        report("nas", "reconcile", "Look at every session of a NAS anew, those that were given up too", Output::text);
    command.access = Access::admin;
    command.without_database = true;
    command.patience_s = patience_s;
    command.arguments = {identity(provisioning::nas_type), no_wait()};
    command.columns = {{.name = "nas"},
                       {.name = "in_force", .type = FieldType::integer},
                       {.name = "pending", .type = FieldType::integer},
                       {.name = "failed", .type = FieldType::integer},
                       {.name = "failures", .type = FieldType::text_list},
                       {.name = "text"}};
    command.example = "porteiro nas reconcile bras1";
    command.note = "Waits until none is pending, a minute at most. What a session has already is not sent again.";
    return command;
}

} // namespace

std::vector<Command> following_rows()
{
    return {session_disconnect(), session_coa(), login_kick(),   session_pending(),
            session_attempts(),   nas_probe(),   nas_reconcile()};
}

} // namespace admin
