// provisioning/records/client.cpp - a person or company in the registry.
#include "provisioning/records/field.hpp"
#include "provisioning/rules/documents.hpp"
#include "provisioning/rules/text.hpp"

#include <optional>

namespace provisioning {
namespace {

constexpr Field fields[] = {
    {.name = "name", .given = Given::required, .help = "name or legal name (nome, razão social)"},
    {.name = "person",
     .type = FieldType::choice,
     .given = Given::required,
     .help = "kind of person (tipo de pessoa)",
     .choices = "natural legal foreign"},
    {.name = "kind",
     .type = FieldType::choice,
     .help = "what the client is to the provider",
     .default_value = "client",
     .choices = "client condominium supplier carrier technician seller internal",
     .in_list = false},
    {.name = "document", .type = FieldType::document, .help = "CPF (natural), CNPJ (legal) or any document (foreign)"},
    {.name = "trade_name", .help = "trade name, legal persons only (nome fantasia)", .in_list = false},
    {.name = "email",
     .type = FieldType::email,
     .help = "main e-mail; several separated by ; without spaces",
     .maximum = 1000},
    {.name = "mobile", .type = FieldType::phone, .help = "mobile phone (celular)"},
    {.name = "active",
     .type = FieldType::boolean,
     .given = Given::managed,
     .help = "an inactive client has no access (ativo)",
     .default_value = "yes",
     .changed_by = "`client disable` or `client enable`"},
    {.name = "inactive_reason",
     .given = Given::managed,
     .help = "why the client was disabled (motivo)",
     .in_list = false,
     .changed_by = "`client disable`"},
    {.name = "auto_suspend",
     .type = FieldType::tristate,
     .help = "billing suspends the client's contracts for debt (suspensão automática)",
     .default_value = "default",
     .in_list = false},
    {.name = "city",
     .help = "where the installation is (cidade), for `session count --by city`",
     .maximum = 100,
     .in_list = false},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
};

constexpr std::string_view cpf_wanted = "a natural person has a CPF of 11 digits";
constexpr std::string_view cnpj_wanted = "a legal person has a CNPJ of 14 characters";

[[noreturn]] void refuse(std::string_view field, std::string message)
{
    throw Refusal(ErrorCode::invalid, std::string{field}, std::move(message));
}

// "529.982.247-26 is not a valid CPF (its check digits would be 25)"
std::string wrong_document(std::string_view typed, std::string_view what, const std::optional<std::string>& digits)
{
    if (!digits) return shown(typed) + " is not a " + std::string{what};
    return shown(typed) + " is not a valid " + std::string{what} + " (its check digits would be " + *digits + ')';
}

std::string canonical_cpf(std::string_view typed)
{
    if (auto digits = cpf(typed)) return *std::move(digits);
    const auto wrong = cnpj(typed) ? masked_document(*cnpj(typed)) + " is a CNPJ"
                                   : wrong_document(typed, "CPF", cpf_check_digits(typed));
    refuse("document", wrong + "; " + std::string{cpf_wanted});
}

std::string canonical_cnpj(std::string_view typed)
{
    if (auto characters = cnpj(typed)) return *std::move(characters);
    const auto wrong = cpf(typed) ? masked_document(*cpf(typed)) + " is a CPF"
                                  : wrong_document(typed, "CNPJ", cnpj_check_digits(typed));
    refuse("document", wrong + "; " + std::string{cnpj_wanted});
}

void check_foreign(std::string_view document)
{
    constexpr std::size_t least = 3, most = 32;
    if (const auto length = character_count(document); length < least || length > most)
        refuse("document", "is " + std::to_string(length) + " characters long, give 3 to 32");
}

void check(Record& record)
{
    const auto person = first_value(record, "person");
    if (person != "legal" && !first_value(record, "trade_name").empty())
        refuse("trade_name", "only a legal person has one; this person is " + std::string{person});
    const auto document = first_value(record, "document");
    if (document.empty()) return;
    if (person == "natural")
        record["document"] = {canonical_cpf(document)};
    else if (person == "legal")
        record["document"] = {canonical_cnpj(document)};
    else
        check_foreign(document);
}

}  // namespace

constinit const RecordType client_type{.name = "client",
                                       .table = "client",
                                       .key = "",
                                       .help = "People and companies of the registry (cliente)",
                                       .fields = fields,
                                       .check = check};

}  // namespace provisioning
