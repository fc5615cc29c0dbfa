// daemon/admin/table/billing.cpp - trust, billing runs and settings.
#include "daemon/admin/table/rows.hpp"

namespace admin {
namespace {

Argument on_date()
{
    return {.name = "on", .type = FieldType::date, .help = "as if today were this day", .default_value = {}};
}

Argument confirm_cuts(std::string_view help)
{
    return {.name = "confirm_cuts", .type = FieldType::integer, .help = help, .minimum = 0, .maximum = INT64_MAX};
}

Argument run_id()
{
    return {.name = "run",
            .type = FieldType::integer,
            .place = Place::positional,
            .help = "number of the run, as `billing list` shows it",
            .required = true,
            .minimum = 1,
            .maximum = INT64_MAX};
}

Command trust(const provisioning::RecordType& type, std::string summary)
{
    auto trust = action(type, "trust", std::move(summary), Access::billing);
    trust.record = &provisioning::contract_type;
    trust.arguments.push_back({.name = "days",
                               .type = FieldType::integer,
                               .help = "until the end of the day so many days from today",
                               .minimum = 1,
                               .maximum = 365});
    trust.arguments.push_back({.name = "until", .type = FieldType::date, .help = "until the end of this day"});
    trust.arguments.push_back(reason_argument(false));
    trust.note =
        "The stage of the debt stays as it is and holds again afterwards, by itself; a payment ends the bonus. "
        "The settings trust.* limit how long and how often.";
    return trust;
}

std::vector<Column> step_columns()
{
    return {{.name = "action"},
            {.name = "contract", .type = FieldType::integer},
            {.name = "client_id", .type = FieldType::integer, .shown = Column::Shown::json_only},
            {.name = "client"},
            {.name = "logins", .type = FieldType::text_list},
            {.name = "charge", .type = FieldType::integer},
            {.name = "due", .type = FieldType::date},
            {.name = "amount", .type = FieldType::money},
            {.name = "overdue_days", .type = FieldType::integer},
            {.name = "why"}};
}

Command billing(std::string_view verb, std::string summary, Access access)
{
    Command command;
    command.noun = "billing";
    command.verb = verb;
    command.summary = std::move(summary);
    command.access = access;
    command.output = Output::billing;
    command.columns = step_columns();
    command.patience_s = 1800;
    return command;
}

Command billing_run()
{
    auto run = billing("run", "Cut what is overdue as its ladder says, release what owes no longer", Access::billing);
    run.arguments = {on_date(),
                     dry_run_toggle(),
                     confirm_cuts("allow exactly so many cuts, where the guard stopped the run"),
                     {.name = "confirm_notices",
                      .type = FieldType::integer,
                      .help = "allow exactly so many contracts to be told of a debt, likewise",
                      .minimum = 0,
                      .maximum = INT64_MAX}};
    run.example = "porteiro billing run --on 2026-12-26 --dry-run";
    run.note =
        "A second run on the same day changes nothing. A contract that cannot be changed now is skipped and says "
        "why; the next run takes it up. It also queues the messages of the day (`message list`); held is who would be "
        "cut but for the want of a notice. Cuts or notices of debt far beyond the usual (settings guard.*) stop the "
        "run with exit 4.";
    return run;
}

Command billing_forecast()
{
    auto forecast = billing("forecast", "Who will be cut when, if nobody pays", Access::read);
    forecast.arguments = {{.name = "days",
                           .type = FieldType::integer,
                           .help = "so many days from tomorrow on",
                           .default_value = "7",
                           .minimum = 1,
                           .maximum = 366}};
    for (const auto& argument : paging("")) forecast.arguments.push_back(argument);
    forecast.columns.insert(forecast.columns.begin(), {.name = "day", .type = FieldType::date});
    forecast.example = "porteiro billing forecast --days 7";
    forecast.note = "By the same rules as the run: due dates, notices, trust bonuses, holidays.";
    return forecast;
}

Command billing_undo()
{
    auto undo = billing("undo", "Give back what a run cut", Access::billing);
    undo.arguments = {run_id(), reason_argument(true)};
    undo.example = "porteiro billing undo 31 --reason 'payments were imported late'";
    undo.note =
        "What was changed since stays as it is and says so. Those contracts are not cut again on the run's day.";
    return undo;
}

Command billing_list()
{
    auto list = billing("list", "The runs, newest first", Access::read);
    list.output = Output::table;
    list.arguments = paging("50");
    list.columns = {{.name = "run", .type = FieldType::integer},
                    {.name = "at", .type = FieldType::instant},
                    {.name = "day", .type = FieldType::date},
                    {.name = "kind"},
                    {.name = "actor"},
                    {.name = "state"},
                    {.name = "contracts", .type = FieldType::integer},
                    {.name = "planned", .type = FieldType::integer},
                    {.name = "confirmed", .type = FieldType::integer},
                    {.name = "reduced", .type = FieldType::integer},
                    {.name = "suspended", .type = FieldType::integer},
                    {.name = "released", .type = FieldType::integer},
                    {.name = "termination_due", .type = FieldType::integer},
                    {.name = "undone", .type = FieldType::integer},
                    {.name = "messages", .type = FieldType::integer}};
    list.note = "State stopped: the guard stopped it, and nothing was done.";
    return list;
}

Command billing_show()
{
    auto show = billing("show", "What a run did", Access::read);
    show.output = Output::table;
    show.arguments = {run_id()};
    for (const auto& argument : paging("")) show.arguments.push_back(argument);
    show.columns = {{.name = "action"},
                    {.name = "contract", .type = FieldType::integer},
                    {.name = "client_id", .type = FieldType::integer, .shown = Column::Shown::json_only},
                    {.name = "client"},
                    {.name = "logins"},
                    {.name = "charge", .type = FieldType::integer},
                    {.name = "why"},
                    {.name = "at", .type = FieldType::instant},
                    {.name = "undone_at", .type = FieldType::instant}};
    return show;
}

Command access_apply()
{
    Command apply;
    apply.noun = "access";
    apply.verb = "apply";
    apply.summary = "Close and open access by a list from another billing system";
    apply.access = Access::billing;
    apply.output = Output::table;
    apply.upload = true;
    apply.patience_s = 3600;
    apply.arguments = upload_arguments("CSV with a header: login or contract, action, reason, kind, notice_on");
    apply.arguments.push_back(dry_run_toggle());
    apply.arguments.push_back(confirm_cuts("allow exactly so many cuts, where the guard stopped it"));
    apply.columns = {{.name = "row", .type = FieldType::integer},
                     {.name = "result"},
                     {.name = "login"},
                     {.name = "contract", .type = FieldType::integer},
                     {.name = "client"},
                     {.name = "why"},
                     {.name = "run", .type = FieldType::integer, .shown = Column::Shown::json_only}};
    apply.example = "porteiro access apply bloqueios.csv --dry-run";
    apply.note =
        "action is suspend or release; kind is debt, request (without one), fraud or court; notice_on is the day "
        "on which the client was told of a debt. The same list again changes nothing. Cuts far beyond the usual "
        "stop all of it with exit 4, as in the billing run; `billing undo` takes its cuts back.";
    return apply;
}

Command setting(std::string_view verb, std::string summary, Access access)
{
    Command command;
    command.noun = "setting";
    command.verb = verb;
    command.summary = std::move(summary);
    command.access = access;
    command.columns = {{.name = "name"},
                       {.name = "value"},
                       {.name = "default"},
                       {.name = "set", .type = FieldType::boolean},
                       {.name = "help"}};
    if (verb != "list") {
        command.arguments.push_back({.name = "name",
                                     .place = Place::positional,
                                     .help = "as `setting list` shows it",
                                     .required = true,
                                     .maximum = 100});
    }
    return command;
}

std::vector<Command> settings()
{
    auto list = setting("list", "All settings, their values and defaults", Access::read);
    list.output = Output::table;
    auto show = setting("show", "One setting", Access::read);
    auto set = setting("set", "Change a setting", Access::admin);
    set.arguments.push_back(
        {.name = "value", .place = Place::positional, .help = "the new value", .required = true, .maximum = 500});
    set.arguments.push_back({.name = "accept_legal_risk",
                             .type = FieldType::boolean,
                             .place = Place::toggle,
                             .help = "take a value that the law does not allow; the history keeps it"});
    set.example = "porteiro setting set ladder.no_cut_friday yes";
    auto reset = setting("reset", "Give a setting its default again", Access::admin);
    return {list, show, set, reset};
}

}  // namespace

std::vector<Command> billing_rows()
{
    auto trust_contract =
        trust(provisioning::contract_type, "Access in spite of debt for some days (desbloqueio de confiança)");
    trust_contract.example = "porteiro contract trust 42 --days 3 --reason 'paid by bank slip, arrives on Monday'";
    auto trust_client = trust(provisioning::client_type, "Trust all contracts of a client that have something overdue");
    trust_client.output = Output::table;
    std::vector<Command> rows{trust_contract, trust_client,   billing_run(),  billing_forecast(),
                              billing_undo(), billing_list(), billing_show(), access_apply()};
    for (auto& row : settings()) rows.push_back(std::move(row));
    return rows;
}

}  // namespace admin
