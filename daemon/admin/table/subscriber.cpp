// daemon/admin/table/subscriber.cpp
#include "daemon/admin/table/subscriber.hpp"
#include "daemon/admin/table/rows.hpp"

#include <algorithm>

namespace admin {
namespace {

using provisioning::FieldType;
using provisioning::Given;

// The references among the three; and --kind is the login's: whoever subscribes is a client of kind client.
bool left_out(const provisioning::RecordType& type, std::string_view field)
{
    if (&type == &provisioning::client_type) return field == "kind";
    if (&type == &provisioning::contract_type) return field == "client";
    if (&type == &provisioning::login_type) return field == "contract" || field == "plan";
    return false;
}

std::vector<SubscriberField> collect()
{
    std::vector<SubscriberField> all;
    for (const auto* type : {&provisioning::client_type, &provisioning::contract_type, &provisioning::login_type}) {
        for (const auto& field : type->fields) {
            if (field.given == Given::managed || left_out(*type, field.name)) continue;
            const auto same = [&](const SubscriberField& other) { return other.field->name == field.name; };
            if (std::ranges::none_of(all, same)) all.push_back({type, &field});
        }
    }
    return all;
}

}  // namespace

std::span<const SubscriberField> subscriber_fields()
{
    static const auto fields = collect();
    return fields;
}

Command subscriber_row()
{
    Command command{.noun = "subscriber",
                    .verb = "add",
                    .summary = "Add client, contract and login in one transaction, and print the slip",
                    .arguments = {},
                    .access = Access::admin,
                    .output = Output::slip,
                    .example = "porteiro subscriber add --name 'Ana Souza' --document 529.982.247-25 --plan fibra300 "
                               "--due-day 10 --login ana@isp.example --generate",
                    .note = "The login is on the first --plan; --note is the client's."};
    for (const auto& [type, field] : subscriber_fields()) {
        auto argument = to_argument(*field);
        argument.required = field->given == Given::required;
        argument.default_value = field->default_value;
        if (field->name == "person") {
            argument.required = false;
            argument.help = "kind of person (tipo de pessoa); by the document: CPF natural, CNPJ legal";
        }
        if (field->name == "password") argument.instead = "generate";
        command.arguments.push_back(argument);
        if (field->name == "password") {
            command.arguments.push_back({.name = "generate",
                                         .type = FieldType::boolean,
                                         .place = Place::toggle,
                                         .help = "make a password of 12 characters and show it once"});
        }
    }
    return command;
}

}  // namespace admin
