// provisioning/records/notice.cpp - that a client was told of something: the evidence that a cut for debt asks for.
#include "provisioning/records/field.hpp"

namespace provisioning {
namespace {

constexpr std::string_view sending = "`message list` to see it";

constexpr Field fields[] = {
    {.name = "client",
     .type = FieldType::reference,
     .given = Given::required,
     .help = "who was told: id or document (cliente)",
     .target = "client"},
    {.name = "contract",
     .type = FieldType::reference,
     .help = "contract that it is about; none: all of the client's",
     .target = "contract"},
    {.name = "charge",
     .type = FieldType::reference_list,
     .help = "charges that it names; repeatable; none: all that were due on its day",
     .target = "charge"},
    {.name = "kind",
     .type = FieldType::choice,
     .help = "what it says; a cut for debt needs pending or will_be_suspended",
     .default_value = "pending",
     .choices = "issued due_soon pending will_be_suspended suspended released"},
    {.name = "on",
     .type = FieldType::date,
     .given = Given::required,
     .help = "the day on which the client had it (data do aviso)"},
    {.name = "channel",
     .type = FieldType::choice,
     .given = Given::required,
     .help = "how it went (canal)",
     .choices = "letter email sms whatsapp phone portal external"},
    {.name = "address", .help = "where to: an e-mail, a number, an address; the tracking code", .maximum = 500},
    {.name = "note", .help = "note (observação)", .maximum = 2000, .in_list = false},
    {.name = "result",
     .given = Given::managed,
     .help = "what the mail server or the command said to it",
     .maximum = 300,
     .in_list = false,
     .changed_by = sending},
    {.name = "text_hash",
     .given = Given::managed,
     .help = "SHA-256 of the text that was sent; `message list` has the text",
     .in_list = false,
     .changed_by = sending},
};

}  // namespace

constinit const RecordType notice_type{.name = "notice",
                                       .table = "notice",
                                       .key = "",
                                       .help = "That a client was told of a debt (aviso, notificação)",
                                       .fields = fields};

}  // namespace provisioning
