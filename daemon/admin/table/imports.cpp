// daemon/admin/table/imports.cpp - files from another system.
#include "daemon/admin/table/rows.hpp"

namespace admin {
namespace {

Command importing(std::string_view verb, std::string summary, Access access, std::string_view file)
{
    Command command;
    command.noun = "import";
    command.verb = verb;
    command.summary = std::move(summary);
    command.access = access;
    command.output = Output::imported;
    command.upload = true;
    command.patience_s = 3600;
    command.arguments = upload_arguments(file);
    command.arguments.push_back(dry_run_toggle());
    command.arguments.push_back({.name = "skip_bad",
                                 .type = FieldType::boolean,
                                 .place = Place::toggle,
                                 .help = "import the good rows though others are bad; without it all or nothing"});
    command.columns = {{.name = "row", .type = FieldType::integer},
                       {.name = "result"},
                       {.name = "id", .type = FieldType::integer},
                       {.name = "name"},
                       {.name = "why"}};
    return command;
}

/// What a file of logins may leave to the command line.
void add_defaults(Command& command)
{
    command.arguments.push_back({.name = "plan", .help = "plan of the rows that name none (plano)", .maximum = 200});
    command.arguments.push_back({.name = "due_day",
                                 .type = FieldType::integer,
                                 .help = "due day of the rows that name none (dia de vencimento)",
                                 .minimum = 1,
                                 .maximum = 31});
}

Command clients()
{
    auto command = importing("clients", "Add clients from a CSV file", Access::admin,
                             "CSV; its header names columns like the flags of `client add`");
    command.example = "porteiro import clients clientes.csv --dry-run";
    command.note =
        "UTF-8 or Latin-1, fields separated by comma, semicolon or tab. A client whose document is there already is "
        "left as it is. Row 1 is the first below the header.";
    return command;
}

Command logins()
{
    auto command = importing("logins", "Add logins from a CSV file, with their clients and contracts", Access::admin,
                             "CSV; its header names columns like the flags of `subscriber add`");
    add_defaults(command);
    command.example = "porteiro import logins logins.csv --due-day 10 --dry-run";
    command.note =
        "login and password are needed. The client is known by its document; its contract with the row's plan (and due "
        "day) is taken, what is missing is added. Columns contract (an existing one) and enabled are understood too. A "
        "login that is there already is left as it is.";
    return command;
}

Command charges()
{
    auto command = importing("charges", "Add charges from a CSV file", Access::billing,
                             "CSV: client or document or login, due, amount, external_id, bank_number ...");
    command.example = "porteiro import charges boletos.csv --dry-run";
    command.note =
        "Columns like the flags of `charge add`; paid, paid_on and form bring what was paid. A charge is known by its "
        "external_id or bank_number, else by client, contract, due date, amount and description, and then left as it "
        "is.";
    return command;
}

Command payments()
{
    auto command = importing("payments", "Record payments from a CSV file; opens access at once", Access::billing,
                             "CSV: charge, bank_number, external_id or client; on, amount, form, payment_id");
    command.example = "porteiro import payments retorno.csv";
    command.note =
        "By client (a document) a payment is for the oldest open charge of that amount, else for the oldest. "
        "payment_id is its id in the other system: it is taken once. Without it a payment on the same day, of the same "
        "amount, for the same charge or client is the same one.";
    return command;
}

Command mikrotik_secrets()
{
    auto command = importing("mikrotik-secrets", "Add the logins of a MikroTik's own PPP secrets", Access::admin,
                             "what `/ppp secret export show-sensitive` wrote");
    add_defaults(command);
    command.arguments.push_back({.name = "profile",
                                 .help = "PROFILE=PLAN: the plan of a profile that is called otherwise; repeatable",
                                 .repeatable = true,
                                 .maximum = 300});
    command.example = "porteiro import mikrotik-secrets secrets.rsc --due-day 10 --profile default=fibra300 --dry-run";
    command.note =
        "The profile is the plan, the comment the client's name, caller-id the MAC, remote-address the fixed address "
        "or the pool. Secrets of a service other than any and pppoe are bad rows.";
    return command;
}

}  // namespace

std::vector<Command> import_rows() { return {clients(), logins(), charges(), payments(), mikrotik_secrets()}; }

}  // namespace admin
