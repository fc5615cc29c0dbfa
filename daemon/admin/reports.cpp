// daemon/admin/reports.cpp - decisions, sessions, history, search.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/store/journal.hpp"

namespace admin {
namespace {

namespace store = provisioning::store;

constexpr std::int64_t most_found = 100;

std::string timezone(const Call& call) { return call.context.config.get().timezone; }

}  // namespace

boost::json::value auth_list(Call& call)
{
    call.context.decisions.flush();
    const store::AuthQuery query{.login = call.arguments.text("login"),
                                 .nas = call.arguments.text("nas"),
                                 .since = call.arguments.text("since"),
                                 .limit = call.arguments.number("limit"),
                                 .offset = call.arguments.number("offset")};
    return to_json(call.command.columns, store::list_auth(call.session(), query, timezone(call)));
}

boost::json::value session_list(Call& call)
{
    const store::SessionQuery query{.login = call.arguments.text("login"),
                                    .nas = call.arguments.text("nas"),
                                    .ip = call.arguments.text("ip"),
                                    .closed_too = call.arguments.on("closed"),
                                    .limit = call.arguments.number("limit"),
                                    .offset = call.arguments.number("offset")};
    return to_json(call.command.columns, store::list_sessions(call.session(), query, timezone(call)));
}

boost::json::value history_list(Call& call)
{
    const store::HistoryQuery query{.client = call.arguments.text("client"),
                                    .login = call.arguments.text("login"),
                                    .actor = call.arguments.text("actor"),
                                    .since = call.arguments.text("since"),
                                    .limit = call.arguments.number("limit"),
                                    .offset = call.arguments.number("offset")};
    return to_json(call.command.columns, store::list_history(call.session(), query, timezone(call)));
}

boost::json::value find_text(Call& call)
{
    return to_json(call.command.columns, store::find(call.session(), call.arguments.text("text"), most_found));
}

}  // namespace admin
