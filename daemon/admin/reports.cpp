// daemon/admin/reports.cpp - decisions, history, search.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/today.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/store/journal.hpp"

#include <algorithm>

namespace admin {
namespace {

namespace store = provisioning::store;

constexpr std::int64_t most_found = 100;

std::string timezone(const Call& call) { return call.context.config.get().timezone; }

store::AuthQuery auth_query(const Call& call)
{
    store::AuthQuery query;
    query.login = call.arguments.text("login");
    query.nas = call.arguments.text("nas");
    query.mac = call.arguments.text("mac");
    return query;
}

boost::json::array decisions(Call& call, const store::AuthQuery& query)
{
    call.context.decisions.flush();
    auto rows = to_json(call.command.columns, store::list_auth(call.session(), query, timezone(call)));
    for (auto& row : rows) row.as_object()["sentence"] = sentence_of(row.as_object());
    return rows;
}

}  // namespace

boost::json::value auth_list(Call& call)
{
    auto query = auth_query(call);
    query.since = call.arguments.text("since");
    query.reason = call.arguments.text("reason");
    query.result = call.arguments.text("result");
    query.limit = call.arguments.number("limit");
    query.offset = call.arguments.number("offset");
    return decisions(call, query);
}

boost::json::value auth_watch(Call& call)
{
    constexpr std::int64_t at_first = 10, at_once = 500;
    auto query = auth_query(call);
    if (call.arguments.on("rejected")) query.result = "reject";
    if (call.arguments.has("after")) query.after = call.arguments.number("after");
    query.limit = query.after ? at_once : at_first;
    // What is long past is no news, and a quiet filter must not read 30 days twice a second.
    query.since = instant_in("UTC", std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) -
                                        std::chrono::hours{1});
    auto rows = decisions(call, query);
    if (!query.after) std::ranges::reverse(rows);
    return rows;
}

boost::json::value auth_top(Call& call)
{
    call.context.decisions.flush();
    return to_json(call.command.columns,
                   store::top_auth(call.session(), call.arguments.text("by"), call.arguments.text("since"),
                                   call.arguments.number("limit"), timezone(call)));
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
    call.context.drain.flush(std::chrono::seconds{2});
    return to_json(call.command.columns, store::find(call.session(), call.arguments.text("text"), most_found));
}

}  // namespace admin
