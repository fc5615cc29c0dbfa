// provisioning/records/payment.cpp - money that came in for a charge.
#include "provisioning/records/field.hpp"

namespace provisioning {
namespace {

constexpr std::string_view pay = "`charge pay`", reverse = "`charge reverse`";

constexpr Field fields[] = {
    {.name = "client",
     .type = FieldType::reference,
     .given = Given::managed,
     .help = "who paid: id or document (cliente)",
     .target = "client",
     .changed_by = pay},
    {.name = "charge",
     .type = FieldType::reference,
     .given = Given::managed,
     .help = "what was paid (cobrança)",
     .target = "charge",
     .changed_by = pay},
    {.name = "on", .type = FieldType::date, .given = Given::managed, .help = "day of the payment", .changed_by = pay},
    {.name = "amount", .type = FieldType::money, .given = Given::managed, .help = "amount (valor)", .changed_by = pay},
    {.name = "form",
     .type = FieldType::choice,
     .given = Given::managed,
     .help = "how it was paid (forma)",
     .default_value = "other",
     .choices = "boleto pix cash card transfer debit cheque other",
     .changed_by = pay},
    {.name = "external_id",
     .given = Given::managed,
     .help = "its id in another system",
     .maximum = 100,
     .in_list = false,
     .changed_by = pay},
    {.name = "note", .given = Given::managed, .help = "note (observação)", .in_list = false, .changed_by = pay},
    {.name = "reversed_at",
     .type = FieldType::instant,
     .given = Given::managed,
     .help = "when it was taken back (estorno)",
     .changed_by = reverse},
    {.name = "reversal",
     .given = Given::managed,
     .help = "why it was taken back",
     .in_list = false,
     .changed_by = reverse},
};

}  // namespace

constinit const RecordType payment_type{.name = "payment",
                                        .table = "payment",
                                        .key = "",
                                        .help = "Money that came in for a charge (pagamento)",
                                        .fields = fields};

}  // namespace provisioning
