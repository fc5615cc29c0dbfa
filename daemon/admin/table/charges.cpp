// daemon/admin/table/charges.cpp - payments and what else becomes of charges; recurring ones, statements, debts.
#include "daemon/admin/table/rows.hpp"

namespace admin {
namespace {

using provisioning::charge_type;

Argument installments(std::string_view help)
{
    return {.name = "installments",
            .type = FieldType::integer,
            .help = help,
            .default_value = "1",
            .minimum = 1,
            .maximum = 120};
}

Command pay()
{
    auto pay =
        action(charge_type, "pay", "Record a payment; releases what was suspended for this debt", Access::billing);
    pay.arguments.push_back({.name = "amount", .type = FieldType::money, .help = "amount paid; without it the rest"});
    pay.arguments.push_back({.name = "on", .type = FieldType::date, .help = "day of the payment; without it today"});
    pay.arguments.push_back({.name = "form",
                             .type = FieldType::choice,
                             .help = "how it was paid (forma)",
                             .default_value = "other",
                             .choices = "boleto pix cash card transfer debit cheque other"});
    pay.arguments.push_back(
        {.name = "external_id", .help = "its id in another system: it is taken once", .maximum = 100});
    pay.arguments.push_back({.name = "note", .help = "note (observação)", .maximum = 500});
    pay.example = "porteiro charge pay 118 --amount 50,00 --on 10/12/2026 --form pix";
    return pay;
}

Command reverse()
{
    auto reverse = action(charge_type, "reverse", "Take a payment back (estorno)", Access::billing);
    reverse.arguments.push_back({.name = "payment",
                                 .type = FieldType::integer,
                                 .help = "which one; without it the charge's last",
                                 .minimum = 1,
                                 .maximum = INT64_MAX});
    reverse.arguments.push_back(reason_argument(true));
    reverse.note = "Nobody is cut by it at once: the next billing run looks at the debt again.";
    return reverse;
}

Command postpone()
{
    auto postpone = action(charge_type, "postpone", "Put the due date off (prorrogar)", Access::billing);
    postpone.arguments.push_back(
        {.name = "due", .type = FieldType::date, .help = "the new due date", .required = true});
    postpone.arguments.push_back(reason_argument(true));
    postpone.example = "porteiro charge postpone 118 --due 20/12/2026 --reason 'asked by phone'";
    return postpone;
}

Command cancel()
{
    auto cancel = action(charge_type, "cancel", "Owe nothing more on a charge (cancelar)", Access::billing);
    cancel.arguments.push_back(reason_argument(true));
    return cancel;
}

Command renegotiate()
{
    auto renegotiate =
        action(charge_type, "renegotiate", "Put new charges in the place of some (acordo)", Access::billing);
    renegotiate.arguments = {
        {.name = "charge",
         .type = FieldType::reference,
         .help = "a charge that is closed by it; repeatable",
         .required = true,
         .repeatable = true},
        {.name = "first_due", .type = FieldType::date, .help = "due date of the first new one", .required = true},
        installments("so many, a month apart"),
        {.name = "total", .type = FieldType::money, .help = "all of them together; without it what is owed"},
        reason_argument(true)};
    renegotiate.output = Output::table;
    renegotiate.example =
        "porteiro charge renegotiate --charge 118 --charge 131 --first-due 10/12/2026 --installments 3 --reason acordo";
    return renegotiate;
}

Command generate()
{
    Command generate;
    generate.noun = "charge";
    generate.verb = "generate";
    generate.summary = "Add a month's recurring charges (mensalidades)";
    generate.access = Access::billing;
    generate.output = Output::table;
    generate.patience_s = 900;
    generate.arguments = {
        {.name = "month", .help = "2026-12, the month they are due in", .required = true, .maximum = 10},
        {.name = "contract", .type = FieldType::reference, .help = "of this contract only"},
        dry_run_toggle()};
    generate.columns = {{.name = "action"},
                        {.name = "contract", .type = FieldType::integer},
                        {.name = "client_id", .type = FieldType::integer, .shown = Column::Shown::json_only},
                        {.name = "client"},
                        {.name = "due", .type = FieldType::date},
                        {.name = "amount", .type = FieldType::money},
                        {.name = "days", .type = FieldType::integer},
                        {.name = "of_days", .type = FieldType::integer},
                        {.name = "why"}};
    generate.example = "porteiro charge generate --month 2026-12 --dry-run";
    generate.note =
        "The price of the contract's plans, its surcharge and its discount, for the days since the last due "
        "date: those before its activation and those on which it was closed all day are not charged. What "
        "is there already stays as it is.";
    return generate;
}

Command statement()
{
    auto statement = report("charge", "statement", "What a client was charged and paid (extrato)", Output::table);
    statement.arguments = {
        {.name = "client", .type = FieldType::reference, .help = "id or document (cliente)", .required = true},
        {.name = "from", .type = FieldType::date, .help = "first day", .required = true},
        {.name = "to", .type = FieldType::date, .help = "last day", .required = true}};
    statement.columns = {
        {.name = "day", .type = FieldType::date},       {.name = "what"},
        {.name = "charge", .type = FieldType::integer}, {.name = "payment", .type = FieldType::integer},
        {.name = "debit", .type = FieldType::money},    {.name = "credit", .type = FieldType::money},
        {.name = "balance", .type = FieldType::money}};
    statement.example = "porteiro charge statement --client 529.982.247-25 --from 2026-01-01 --to 2026-12-31";
    return statement;
}

Command debts()
{
    auto list = report("debt", "list", "Who owes, the oldest debt first", Output::table);
    list.arguments = {{.name = "over_days",
                       .type = FieldType::integer,
                       .help = "overdue for more days than this",
                       .default_value = "0",
                       .minimum = 0,
                       .maximum = 36500},
                      {.name = "by_age",
                       .type = FieldType::boolean,
                       .place = Place::toggle,
                       .help = "sums by how long it is overdue, in place of names"}};
    for (const auto& argument : paging("")) list.arguments.push_back(argument);
    list.columns = {{.name = "age"},
                    {.name = "client_id", .type = FieldType::integer},
                    {.name = "client"},
                    {.name = "mobile", .type = FieldType::phone},
                    {.name = "contract", .type = FieldType::integer},
                    {.name = "clients", .type = FieldType::integer},
                    {.name = "charges", .type = FieldType::integer},
                    {.name = "owed", .type = FieldType::money},
                    {.name = "oldest_due", .type = FieldType::date},
                    {.name = "days", .type = FieldType::integer}};
    list.example = "porteiro debt list --over-days 30";
    return list;
}

}  // namespace

std::vector<Command> charge_rows()
{
    return {pay(), reverse(), postpone(), cancel(), renegotiate(), generate(), statement(), debts()};
}

}  // namespace admin
