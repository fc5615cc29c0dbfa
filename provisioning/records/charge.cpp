// provisioning/records/charge.cpp - what a client owes and when; how much of it is paid.
#include "provisioning/records/field.hpp"

#include <algorithm>

namespace provisioning {
namespace {

constexpr Field fields[] = {
    {.name = "client",
     .type = FieldType::reference,
     .given = Given::required,
     .help = "who owes it: id or document (cliente)",
     .target = "client"},
    {.name = "contract",
     .type = FieldType::reference,
     .help = "contract that it is for (contrato)",
     .target = "contract"},
    {.name = "due", .type = FieldType::date, .given = Given::required, .help = "due date (vencimento)"},
    {.name = "amount", .type = FieldType::money, .given = Given::required, .help = "amount (valor): 99.90"},
    {.name = "description", .help = "text for the subscriber (histórico)", .maximum = 500, .in_list = false},
    {.name = "gateway", .help = "who collects it (gateway, banco)", .in_list = false},
    {.name = "bank_number", .help = "the bank's number (nosso número)", .maximum = 40, .in_list = false},
    {.name = "payable_line", .help = "line to type (linha digitável)", .maximum = 80, .in_list = false},
    {.name = "pix_code", .help = "Pix copy and paste (Pix copia e cola)", .maximum = 1000, .in_list = false},
    {.name = "link", .help = "where it can be seen and paid", .maximum = 500, .in_list = false},
    {.name = "external_id", .help = "its id in another system", .maximum = 100, .in_list = false},
    {.name = "paid",
     .type = FieldType::money,
     .given = Given::managed,
     .help = "amount paid so far (valor pago)",
     .default_value = "0.00",
     .changed_by = "`charge pay`"},
    {.name = "paid_on",
     .type = FieldType::date,
     .given = Given::managed,
     .help = "day of the last payment (data de pagamento)",
     .changed_by = "`charge pay`"},
    {.name = "settled_at",
     .type = FieldType::instant,
     .given = Given::managed,
     .help = "when the last of it was paid (data da baixa)",
     .in_list = false,
     .changed_by = "`charge pay`"},
    {.name = "month",
     .type = FieldType::date,
     .given = Given::managed,
     .help = "month of a recurring charge (mensalidade)",
     .in_list = false,
     .changed_by = "`charge generate`"},
    {.name = "original_due",
     .type = FieldType::date,
     .given = Given::managed,
     .help = "due date before it was put off",
     .in_list = false,
     .changed_by = "`charge postpone`"},
    {.name = "closed",
     .type = FieldType::choice,
     .given = Given::managed,
     .help = "why nothing is owed on it though it was not paid",
     .choices = "cancelled renegotiated",
     .in_list = false,
     .changed_by = "`charge cancel` or `charge renegotiate`"},
    {.name = "closed_at",
     .type = FieldType::instant,
     .given = Given::managed,
     .help = "since when",
     .in_list = false,
     .changed_by = "`charge cancel` or `charge renegotiate`"},
    {.name = "closed_reason",
     .given = Given::managed,
     .help = "the reason given",
     .maximum = 500,
     .in_list = false,
     .changed_by = "`charge cancel` or `charge renegotiate`"},
    {.name = "renegotiation",
     .type = FieldType::integer,
     .given = Given::managed,
     .help = "agreement that closed it or that it came from (acordo)",
     .in_list = false,
     .changed_by = "`charge renegotiate`"},
};

void check(Record& record)
{
    const auto& amount = record["amount"];
    if (!amount.empty() && amount.front().find_first_not_of("0.") == std::string::npos)
        throw Refusal(ErrorCode::invalid, "amount", amount.front() + " is nothing to pay, give more than 0.00");
}

}  // namespace

constinit const RecordType charge_type{.name = "charge",
                                       .table = "charge",
                                       .key = "",
                                       .help = "What a client owes and when (cobrança, boleto)",
                                       .fields = fields,
                                       .check = check};

}  // namespace provisioning
