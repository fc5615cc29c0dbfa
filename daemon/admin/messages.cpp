// daemon/admin/messages.cpp - message list, show, retry, preview.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/provider_day.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/store/messages.hpp"

namespace admin {
namespace {

namespace json = boost::json;
namespace store = provisioning::store;
using provisioning::store::Row;

json::value one(const Call& call, const Row& row)
{
    return to_json(call.command.columns, std::vector<Row>{row}).front();
}

}  // namespace

boost::json::value message_list(Call& call)
{
    const store::MessageQuery query{.client = call.arguments.text("client"),
                                    .state = call.arguments.text("state"),
                                    .kind = call.arguments.text("kind"),
                                    .since = call.arguments.text("since"),
                                    .limit = call.arguments.number("limit"),
                                    .offset = call.arguments.number("offset")};
    return to_json(call.command.columns,
                   store::message_list(call.session(), query, call.context.config.get().timezone));
}

boost::json::value message_show(Call& call)
{
    return one(call, store::message_show(call.session(), call.arguments.number("message")));
}

boost::json::value message_retry(Call& call)
{
    return one(call, store::message_retry(call.session(), call.arguments.number("message"), call.actor));
}

boost::json::value message_preview(Call& call)
{
    const auto config = call.context.config.get();
    const auto kind = provisioning::notices::kind_of(call.arguments.text("kind")).value();
    const auto message = store::imagined_message(call.session(), kind, call.arguments.text("contract"),
                                                 call.arguments.text("language"), provider_day(config));
    const auto letter = write(io::template_of(config.notices, kind, message.language), message.facts, message.language);
    return json::object{
        {"language", message.language}, {"subject", letter.subject}, {"short", letter.brief}, {"text", letter.text}};
}

}  // namespace admin
