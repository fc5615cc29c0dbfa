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
