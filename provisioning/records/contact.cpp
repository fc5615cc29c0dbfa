// provisioning/records/contact.cpp - somebody to speak to about a client.
#include "provisioning/records/field.hpp"

namespace provisioning {
namespace {

constexpr Field fields[] = {
    {.name = "client",
     .type = FieldType::reference,
     .given = Given::required,
     .help = "whose contact it is: id or document (cliente)",
     .target = "client"},
    {.name = "name", .given = Given::required, .help = "name (nome)"},
    {.name = "relation", .help = "department, mother, father, neighbour ... (tipo)", .maximum = 100},
    {.name = "job_title",
     .help = "job title, contacts of legal persons only (cargo)",
     .maximum = 100,
     .in_list = false},
    {.name = "mobile", .type = FieldType::phone, .help = "mobile phone (celular)"},
    {.name = "phone", .type = FieldType::phone, .help = "fixed line (telefone)"},
    {.name = "fax", .type = FieldType::phone, .help = "fax", .in_list = false},
    {.name = "sms",
     .type = FieldType::boolean,
     .help = "may get text messages on the mobile (SMS autorizado)",
     .default_value = "no",
     .in_list = false},
    {.name = "email",
     .type = FieldType::email,
     .help = "e-mail; several separated by ; without spaces",
     .maximum = 1000},
    {.name = "notices",
     .type = FieldType::boolean,
     .help = "gets the client's notices too (recebe avisos)",
     .default_value = "no"},
    {.name = "birth_date", .type = FieldType::date, .help = "birth date (nascimento)", .in_list = false},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
};

void check(Record& record)
{
    const bool has_mobile = !first_value(record, "mobile").empty();
    if (first_value(record, "sms") == "true" && !has_mobile)
        throw Refusal(ErrorCode::invalid, "sms", "needs a mobile that the messages can go to");
    if (first_value(record, "notices") == "true" && !has_mobile && first_value(record, "email").empty())
        throw Refusal(ErrorCode::invalid, "notices", "needs an e-mail or a mobile that the notices can go to");
}

}  // namespace

constinit const RecordType contact_type{.name = "contact",
                                        .table = "contact",
                                        .key = "",
                                        .help = "People to speak to about a client (contato)",
                                        .fields = fields,
                                        .check = check};

}  // namespace provisioning
