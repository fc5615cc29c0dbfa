// daemon/admin/table/messages.cpp - messages to clients.
#include "daemon/admin/table/rows.hpp"

namespace admin {
namespace {

constexpr std::string_view kinds = "issued due_soon pending will_be_suspended suspended released";

std::vector<Column> columns_of_list()
{
    return {{.name = "message", .type = FieldType::integer},
            {.name = "queued_at", .type = FieldType::instant},
            {.name = "client_id", .type = FieldType::integer, .shown = Column::Shown::json_only},
            {.name = "client"},
            {.name = "contract", .type = FieldType::integer},
            {.name = "kind"},
            {.name = "channel"},
            {.name = "address"},
            {.name = "state"},
            {.name = "attempts", .type = FieldType::integer},
            {.name = "next_at", .type = FieldType::instant},
            {.name = "sent_at", .type = FieldType::instant},
            {.name = "result"}};
}

Argument message_id()
{
    return {.name = "message",
            .type = FieldType::integer,
            .place = Place::positional,
            .help = "number of the message, as `message list` shows it",
            .required = true,
            .minimum = 1,
            .maximum = INT64_MAX};
}

Command list()
{
    auto list = report("message", "list", "Messages to clients, newest first", Output::table);
    list.arguments = {{.name = "client", .type = FieldType::reference, .help = "of this client: id or document"},
                      {.name = "state",
                       .type = FieldType::choice,
                       .help = "in this state; dropped: it had become pointless",
                       .choices = "queued sending sent failed dropped"},
                      {.name = "kind", .type = FieldType::choice, .help = "of this kind", .choices = kinds},
                      since()};
    for (const auto& argument : paging("100")) list.arguments.push_back(argument);
    list.columns = columns_of_list();
    list.example = "porteiro message list --state failed";
    list.note = "The billing run queues them, as the settings notice.* say; one that was sent is a notice too.";
    return list;
}

Command show()
{
    auto show = report("message", "show", "One message, with its text", Output::message);
    show.arguments = {message_id()};
    show.columns = columns_of_list();
    for (const auto& column : std::vector<Column>{{.name = "charges"},
                                                  {.name = "notice", .type = FieldType::integer},
                                                  {.name = "text_hash"},
                                                  {.name = "subject"},
                                                  {.name = "text"}})
        show.columns.push_back(column);
    return show;
}

Command retry()
{
    auto retry = show();
    retry.verb = "retry";
    retry.summary = "Try a message that failed once more";
    retry.access = Access::billing;
    return retry;
}

Command preview()
{
    auto preview = report("message", "preview", "What a contract's client would be told today", Output::message);
    preview.arguments = {{.name = "kind",
                          .type = FieldType::choice,
                          .place = Place::positional,
                          .help = "kind of message",
                          .required = true,
                          .choices = kinds},
                         {.name = "contract",
                          .type = FieldType::reference,
                          .help = "id, login or the client's document (contrato)",
                          .required = true},
                         {.name = "language",
                          .type = FieldType::choice,
                          .help = "in this language; without it the client's",
                          .choices = "pt en"}};
    preview.columns = {{.name = "language"}, {.name = "subject"}, {.name = "short"}, {.name = "text"}};
    preview.example = "porteiro message preview pending --contract 42";
    preview.note = "By your own template where notices.templates has one.";
    return preview;
}

}  // namespace

std::vector<Command> message_rows() { return {list(), show(), retry(), preview()}; }

}  // namespace admin
