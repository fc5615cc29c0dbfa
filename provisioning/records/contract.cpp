// provisioning/records/contract.cpp - a client's plans, when they are paid for, and whether access is open.
#include "provisioning/records/field.hpp"
#include "provisioning/rules/text.hpp"

#include <algorithm>

namespace provisioning {
namespace {

constexpr std::string_view suspension_commands = "`contract suspend` or `contract release`";

constexpr Field fields[] = {
    {.name = "client",
     .type = FieldType::reference,
     .given = Given::required,
     .help = "whose contract it is: id or document (cliente)",
     .target = "client"},
    {.name = "plan",
     .type = FieldType::reference_list,
     .given = Given::required,
     .help = "plan or plans (plano); repeatable",
     .target = "plan"},
    {.name = "due_day",
     .type = FieldType::integer,
     .given = Given::required,
     .help = "due day of the month (dia de vencimento), 1-31",
     .minimum = 1,
     .maximum = 31,
     .unit = "a day"},
    {.name = "status",
     .type = FieldType::choice,
     .help = "pre-activation or active; the others by their commands (situação)",
     .default_value = "active",
     .choices = "pre-activation active suspended cancelled"},
    {.name = "auto_suspend",
     .type = FieldType::tristate,
     .help = "suspend by itself for debt (suspensão automática)",
     .default_value = "default",
     .in_list = false},
    {.name = "pending_days",
     .type = FieldType::integer,
     .help = "days after the due date until pending (dias para pendência), 0-365",
     .minimum = 0,
     .maximum = 365,
     .in_list = false,
     .unit = "days"},
    {.name = "block_days",
     .type = FieldType::integer,
     .help = "days after the due date until suspended (dias para bloqueio), 0-365",
     .minimum = 0,
     .maximum = 365,
     .in_list = false,
     .unit = "days"},
    {.name = "ladder",
     .type = FieldType::choice,
     .help = "stages of a debt: as the setting ladder.profile says, or its own (régua)",
     .default_value = "default",
     .choices = "default rgc2023 rgc2014 custom",
     .in_list = false},
    {.name = "discount",
     .type = FieldType::money,
     .help = "taken off each recurring charge (desconto)",
     .in_list = false},
    {.name = "surcharge",
     .type = FieldType::money,
     .help = "put on each recurring charge (acréscimo)",
     .in_list = false},
    {.name = "activated_on",
     .type = FieldType::date,
     .help = "first day that is charged; none: whole months only (data de ativação)",
     .in_list = false},
    {.name = "suspension_kind",
     .type = FieldType::choice,
     .given = Given::managed,
     .help = "cause of the suspension; billing releases only debt (causa)",
     .choices = "debt request fraud court",
     .changed_by = suspension_commands},
    {.name = "suspension_reason",
     .given = Given::managed,
     .help = "why it was suspended (motivo da suspensão)",
     .in_list = false,
     .changed_by = suspension_commands},
    {.name = "suspended_at",
     .type = FieldType::instant,
     .given = Given::managed,
     .help = "since when it is suspended",
     .in_list = false,
     .changed_by = suspension_commands},
    {.name = "reduced_at",
     .type = FieldType::instant,
     .given = Given::managed,
     .help = "since when its speed is reduced for debt",
     .in_list = false,
     .changed_by = "`billing run`"},
    {.name = "reduced_reason",
     .given = Given::managed,
     .help = "why it was reduced",
     .in_list = false,
     .changed_by = "`billing run`"},
    {.name = "termination_due",
     .type = FieldType::date,
     .given = Given::managed,
     .help = "since when a person may end it for debt (rescisão)",
     .in_list = false,
     .changed_by = "`billing run`"},
    {.name = "trust_until",
     .type = FieldType::instant,
     .given = Given::managed,
     .help = "until then it has access in spite of debt (desbloqueio de confiança)",
     .in_list = false,
     .changed_by = "`contract trust`"},
    {.name = "cancelled_at",
     .type = FieldType::instant,
     .given = Given::managed,
     .help = "since when it is cancelled",
     .in_list = false,
     .changed_by = "`contract cancel`"},
    {.name = "cancel_reason",
     .given = Given::managed,
     .help = "why it was cancelled (motivo do cancelamento)",
     .in_list = false,
     .changed_by = "`contract cancel`"},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
};

[[noreturn]] void refuse(std::string_view field, std::string message)
{
    throw Refusal(ErrorCode::invalid, std::string{field}, std::move(message));
}

// Suspension and cancellation have a cause and a date, so they have commands; the status alone does not say them.
void check_change(const Record& typed, const Record& current)
{
    const auto after = first_value(typed, "status");
    const auto before = first_value(current, "status");
    if (after.empty() || after == before) return;
    if (after == "suspended") refuse("status", "suspended is not typed here, use `contract suspend`");
    if (after == "cancelled") refuse("status", "cancelled is not typed here, use `contract cancel`");
    if (before == "suspended") refuse("status", "the contract is suspended, use `contract release`");
    if (before == "cancelled") refuse("status", "the contract is cancelled and stays so, add a new one");
}

void check(Record& record)
{
    if (const auto plans = record.find("plan"); plans != record.end()) {
        for (auto at = plans->second.begin(); at != plans->second.end(); ++at) {
            if (std::find(std::next(at), plans->second.end(), *at) != plans->second.end())
                refuse("plan", shown(*at) + " is given twice, give each plan once");
        }
    }
    const auto pending = first_value(record, "pending_days");
    const auto block = first_value(record, "block_days");
    if (pending.empty() || block.empty()) return;
    if (std::stoi(std::string{block}) < std::stoi(std::string{pending})) {
        refuse("block_days", std::string{block} + " is before pending_days (" + std::string{pending} + "), give " +
                                 std::string{pending} + " or more");
    }
}

}  // namespace

constinit const RecordType contract_type{.name = "contract",
                                         .table = "contract",
                                         .key = "",
                                         .help = "A client's plans, due day and status (contrato)",
                                         .fields = fields,
                                         .check = check,
                                         .check_change = check_change};

}  // namespace provisioning
