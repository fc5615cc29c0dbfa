// daemon/admin/table/subscriber.cpp
#include "daemon/admin/table/subscriber.hpp"
#include "daemon/admin/table/rows.hpp"

#include "provisioning/records/subscriber.hpp"

namespace admin {

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
    for (const auto& [type, field] : provisioning::subscriber_fields()) {
        auto argument = to_argument(*field);
        argument.required = field->given == provisioning::Given::required;
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
