// daemon/admin/table/records.cpp - the five rows that every record type has.
#include "daemon/admin/table/rows.hpp"

#include <algorithm>
#include <iterator>

namespace admin {
namespace {

using provisioning::Field;
using provisioning::Given;
using provisioning::RecordType;

constexpr std::string_view generate_help = "make a password of 12 characters and show it once";

bool several(FieldType type) noexcept { return type == FieldType::text_list || type == FieldType::reference_list; }

bool is_key(const RecordType& type, const Field& field) noexcept { return !type.key.empty() && field.name == type.key; }

// Charges, notices and holidays are the billing group's, all else that is written the admin group's.
Access write_access(const RecordType& type) noexcept
{
    const RecordType* const billing[] = {&provisioning::charge_type, &provisioning::notice_type,
                                         &provisioning::holiday_type};
    return std::ranges::find(billing, &type) != std::end(billing) ? Access::billing : Access::admin;
}

Argument generate_toggle()
{
    return {.name = "generate", .type = FieldType::boolean, .place = Place::toggle, .help = generate_help};
}

Argument removed_toggle()
{
    return {.name = "removed", .type = FieldType::boolean, .place = Place::toggle, .help = "also what was removed"};
}

Command row(const RecordType& type, std::string_view verb, std::string summary)
{
    Command command;
    command.noun = type.name;
    command.verb = verb;
    command.summary = std::move(summary);
    command.record = &type;
    return command;
}

Command add_row(const RecordType& type)
{
    auto command = row(type, "add", "Add a " + std::string{type.name});
    command.access = write_access(type);
    for (const auto& field : type.fields) {
        if (field.given == Given::managed) continue;
        auto argument = to_argument(field);
        argument.required = field.given == Given::required;
        argument.default_value = field.default_value;
        if (is_key(type, field)) argument.place = Place::positional;
        if (field.name == "password") argument.instead = "generate";
        command.arguments.push_back(argument);
        if (field.name == "password") command.arguments.push_back(generate_toggle());
    }
    if (&type == &provisioning::charge_type) {
        command.arguments.push_back({.name = "installments",
                                     .type = FieldType::integer,
                                     .help = "the amount in so many parts, a month apart (parcelas)",
                                     .default_value = "1",
                                     .minimum = 1,
                                     .maximum = 120});
    }
    return command;
}

Command show_row(const RecordType& type)
{
    auto command = row(type, "show", "Show one " + std::string{type.name});
    command.arguments = {identity(type), removed_toggle()};
    if (&type != &provisioning::client_type) return command;
    command.output = Output::client;
    command.summary = "Show one client: contracts, logins, open charges, contacts, last events (ficha)";
    command.note = "In JSON these are the members contracts, logins, charges, contacts and events beside the fields.";
    return command;
}

Command list_row(const RecordType& type)
{
    auto command = row(type, "list", "List the " + std::string{type.name} + "s that match every filter");
    if (&type == &provisioning::nas_type) command.summary = "List the nas that match every filter";
    if (&type == &provisioning::nat_type) command.summary = "List the mappings that match every filter";
    command.output = Output::table;
    for (const auto& field : type.fields) {
        if (field.type == FieldType::secret || field.type == FieldType::text_list) continue;
        auto argument = to_argument(field);
        argument.repeatable = false;
        command.arguments.push_back(argument);
    }
    if (&type == &provisioning::charge_type) {
        command.arguments.push_back({.name = "status",
                                     .type = FieldType::choice,
                                     .help = "what it is today",
                                     .choices = "not_due due_today overdue paid paid_late renegotiated cancelled"});
    }
    for (const auto& argument : paging("")) command.arguments.push_back(argument);
    command.arguments.push_back({.name = "sort", .help = "by this field; -field: descending", .default_value = "id"});
    command.arguments.push_back(removed_toggle());
    return command;
}

Command set_row(const RecordType& type)
{
    auto command =
        row(type, "set", "Change fields of one " + std::string{type.name} + ", or of all that match --where");
    command.access = write_access(type);
    command.output = Output::changed_set;
    auto who = identity(type);
    who.name = "id";
    who.alias = type.key;
    who.required = false;
    command.arguments.push_back(who);
    for (const auto& field : type.fields) {
        if (field.given == Given::managed) continue;
        command.arguments.push_back(to_argument(field));
        if (field.name == "password") command.arguments.push_back(generate_toggle());
    }
    command.arguments.push_back({.name = "clear", .help = "empty this field", .repeatable = true});
    command.arguments.push_back(
        {.name = "where", .help = "FIELD=VALUE: in place of one record, all that match", .repeatable = true});
    command.arguments.push_back({.name = "dry_run",
                                 .type = FieldType::boolean,
                                 .place = Place::toggle,
                                 .help = "with --where: only say which would change"});
    return command;
}

Command remove_row(const RecordType& type)
{
    auto command = row(type, "remove", "Remove a " + std::string{type.name} + "; it stays in the history");
    command.access = write_access(type);
    command.output = Output::removed;
    command.arguments = {identity(type)};
    if (&type == &provisioning::nat_type)
        command.note = "A mapping that was in force answers `address who` for its time: end it with `nat set NAME "
                       "--valid-until`; remove only what never was.";
    return command;
}

struct Example {
    const RecordType* type;
    std::string_view verb, line;
};
const Example examples[] = {
    {&provisioning::nas_type, "add",
     "porteiro nas add bras1 --address 10.0.0.1 --secret @/root/bras1.secret --vendor mikrotik"},
    {&provisioning::plan_type, "add", "porteiro plan add fibra300 --download 300M --upload 150M --price 99,90"},
    {&provisioning::plan_type, "set", "porteiro plan set fibra300 --download 350M --clear framed-pool"},
    {&provisioning::client_type, "add",
     "porteiro client add --name 'Ana Souza' --person natural --document 529.982.247-25"},
    {&provisioning::client_type, "show", "porteiro client show 529.982.247-25"},
    {&provisioning::contract_type, "add", "porteiro contract add --client 529.982.247-25 --plan fibra300 --due-day 10"},
    {&provisioning::contract_type, "list", "porteiro contract list --status suspended --sort -suspended-at"},
    {&provisioning::login_type, "add", "porteiro login add ana@isp.example --contract 42 --generate"},
    {&provisioning::login_type, "set", "porteiro login set --where plan=fibra200 --plan fibra300 --dry-run"},
    {&provisioning::charge_type, "add", "porteiro charge add --client 7 --contract 42 --amount 99,90 --due 10/12/2026"},
    {&provisioning::charge_type, "list", "porteiro charge list --client 7 --sort due"},
    {&provisioning::notice_type, "add",
     "porteiro notice add --client 7 --contract 42 --on 2026-11-20 --channel letter --address 'AR BR123456789'"},
    {&provisioning::holiday_type, "add", "porteiro holiday add --day 2026-12-25 --name Natal --yearly yes"},
    {&provisioning::nat_type, "add",
     "porteiro nat add cgn1 --inside 100.64.0.0/22 --outside 203.0.113.0/27 --ports 2016 --valid-from 2026-11-01"},
};

}  // namespace

std::string_view identity_of(const RecordType& type) noexcept { return type.key.empty() ? "id" : type.key; }

Argument to_argument(const Field& field)
{
    return {.name = field.name,
            .type = field.type,
            .help = field.help,
            .repeatable = several(field.type),
            .choices = field.choices,
            .minimum = field.minimum,
            .maximum = field.maximum,
            .field = &field};
}

Argument identity(const RecordType& type)
{
    std::string_view help = "its name or id";
    if (&type == &provisioning::client_type) help = "the client's id, document or name";
    if (&type == &provisioning::contract_type) help = "the contract's id, a login of it, or its client's document";
    if (&type == &provisioning::charge_type) help = "the charge's id";
    if (&type == &provisioning::login_type) help = "the login or its id";
    const auto* key = provisioning::find_field(type, type.key);
    return {.name = identity_of(type),
            .type = FieldType::reference,
            .place = Place::positional,
            .help = help,
            .required = true,
            .maximum = key == nullptr ? 0 : key->maximum,
            .alias = type.key.empty() ? std::string_view{} : std::string_view{"id"}};
}

Command action(const RecordType& type, std::string_view verb, std::string summary, Access access)
{
    Command command;
    command.noun = type.name;
    command.verb = verb;
    command.summary = std::move(summary);
    command.arguments = {identity(type)};
    command.access = access;
    command.record = &type;
    return command;
}

Argument reason_argument(bool required)
{
    return {.name = "reason", .help = "why, for the history and the subscriber's sheet", .required = required};
}

Argument dry_run_toggle()
{
    return {.name = "dry_run", .type = FieldType::boolean, .place = Place::toggle, .help = "only say what it would do"};
}

std::vector<Argument> upload_arguments(std::string_view help)
{
    Argument column{.name = "column", .help = "the columns of the rows", .repeatable = true, .maximum = 100};
    Argument row{
        .name = "row", .help = "a JSON array of strings, one for each column", .repeatable = true, .maximum = 1 << 20};
    Argument transfer{.name = "transfer", .help = "names the file that a request is a part of", .maximum = 100};
    Argument more{.name = "more",
                  .type = FieldType::boolean,
                  .place = Place::toggle,
                  .help = "more parts come, nothing is done yet"};
    for (auto* argument : {&column, &row, &transfer, &more}) argument->for_programs = true;
    return {{.name = "file",
             .place = Place::positional,
             .help = help,
             .required = true,
             .maximum = 4096,
             .instead = "column"},
            column,
            row,
            transfer,
            more};
}

std::vector<Argument> paging(std::string_view default_limit)
{
    return {{.name = "limit",
             .type = FieldType::integer,
             .help = "at most so many rows",
             .default_value = default_limit,
             .minimum = 1,
             .maximum = 1'000'000'000},
            {.name = "offset",
             .type = FieldType::integer,
             .help = "skip so many rows",
             .default_value = "0",
             .minimum = 0,
             .maximum = 1'000'000'000}};
}

std::vector<Command> record_rows(const RecordType& type)
{
    const bool kept_by_others =
        std::ranges::all_of(type.fields, [](const Field& field) { return field.given == Given::managed; });
    std::vector<Command> rows{show_row(type), list_row(type)};
    if (!kept_by_others) rows = {add_row(type), show_row(type), list_row(type), set_row(type), remove_row(type)};
    for (auto& command : rows) {
        for (const auto& [of, verb, line] : examples) {
            if (of == &type && verb == command.verb) command.example = line;
        }
    }
    return rows;
}

}  // namespace admin
