// provisioning/records/client.cpp - a person or company in the registry.
#include "provisioning/records/field.hpp"
#include "provisioning/rules/documents.hpp"
#include "provisioning/rules/text.hpp"

#include <optional>

namespace provisioning {
namespace {

/// An exception of one client to what is set for all (outras opções); kept for the modality that it belongs to.
constexpr Field exception(std::string_view name, std::string_view help)
{
    return {.name = name, .type = FieldType::tristate, .help = help, .default_value = "default", .in_list = false};
}

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
    {.name = "alternative_email",
     .type = FieldType::email,
     .help = "other e-mail, gets every message too (e-mail alternativo)",
     .maximum = 1000,
     .in_list = false},
    {.name = "mobile", .type = FieldType::phone, .help = "mobile phone, for SMS and WhatsApp (celular)"},
    {.name = "home_phone", .type = FieldType::phone, .help = "phone at home (residencial)", .in_list = false},
    {.name = "business_phone", .type = FieldType::phone, .help = "phone at work (comercial)", .in_list = false},
    {.name = "fax", .type = FieldType::phone, .help = "fax", .in_list = false},
    {.name = "whatsapp_opt_in",
     .type = FieldType::boolean,
     .help = "agrees to messages on the mobile that are no debt notice (aceite de WhatsApp)",
     .default_value = "no",
     .in_list = false},
    {.name = "language",
     .type = FieldType::choice,
     .help = "of the client's notices (idioma); default: the setting notice.language",
     .default_value = "default",
     .choices = "default pt en",
     .in_list = false},
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
    exception("auto_suspend", "billing suspends the client's contracts for debt (suspensão automática)"),
    exception("email_before_due", "e-mails of charges issued and due soon (boleto por e-mail)"),
    exception("email_overdue",
              "e-mails that remind of a debt; what a cut needs is sent all the same (aviso de atraso)"),
    exception("boleto_fee", "pays the fee of a boleto (taxa de boleto)"),
    exception("itemised_invoice", "gets an itemised invoice (fatura detalhada)"),
    exception("email_overage", "pays for mailboxes above the plan's (excedente de e-mail)"),
    exception("traffic_overage", "pays for traffic above the allowance (excedente de franquia)"),
    exception("fine_and_interest", "pays fine and interest on what is late (multa e juros)"),
    exception("progressive_discount", "has the progressive discount (desconto progressivo)"),
    exception("promotional_discount", "has the promotional discount (desconto promocional)"),
    exception("never_protest", "is never reported for debt: SPC, SERASA (nunca protestar)"),
    exception("never_print_boleto", "no boleto is printed for the client (nunca imprimir boleto)"),
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
