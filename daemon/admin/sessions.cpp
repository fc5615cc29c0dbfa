// daemon/admin/sessions.cpp - sessions, usage, and who had an address.
#include "daemon/admin/following.hpp"
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/store/sessions.hpp"

#include <algorithm>

namespace admin {
namespace {

namespace store = provisioning::store;

std::string timezone(const Call& call) { return call.context.config.get().timezone; }

/// What was acknowledged is seen; while the database is slow, what it has is.
store::Session& up_to_date(Call& call)
{
    call.context.drain.flush(std::chrono::seconds{2});
    return call.session();
}

boost::json::array rows_of(const Call& call, const std::vector<store::Row>& rows)
{
    return to_json(call.command.columns, rows);
}

constexpr Column block_columns[] = {{.name = "address"},
                                    {.name = "first_port", .type = FieldType::integer},
                                    {.name = "last_port", .type = FieldType::integer},
                                    {.name = "from_at", .type = FieldType::instant},
                                    {.name = "until_at", .type = FieldType::instant}};

}  // namespace

boost::json::value session_list(Call& call)
{
    store::SessionQuery query;
    query.login = call.arguments.text("login");
    query.nas = call.arguments.text("nas");
    query.ip = call.arguments.text("ip");
    query.mac = call.arguments.text("mac");
    query.plan = call.arguments.text("plan");
    query.city = call.arguments.text("city");
    query.state = call.arguments.text("state");
    query.since = call.arguments.text("since");
    query.closed_too = call.arguments.on("closed");
    query.sort = call.arguments.text("sort");
    query.limit = call.arguments.number("limit");
    query.offset = call.arguments.number("offset");
    return rows_of(call, store::list_sessions(up_to_date(call), query, timezone(call)));
}

boost::json::value session_show(Call& call)
{
    auto& session = up_to_date(call);
    const auto id = asked_session(call);
    const auto row = store::show_session(session, id, timezone(call));
    auto rows = rows_of(call, {row});
    auto result = std::move(rows.front().as_object());
    // What identifies it to the daemon while it is open; for nobody else.
    const auto key = std::ranges::find(row, "session_key", &store::Row::value_type::first);
    add_following(call, key == row.end() ? std::string{} : key->second.value_or(""), result);
    result["port_blocks"] = to_json(block_columns, store::session_port_blocks(session, id, timezone(call)));
    result["attempts"] = attempts_of(call, id);
    return result;
}

boost::json::value session_history(Call& call)
{
    return rows_of(call, store::session_history(up_to_date(call), call.arguments.text("login"),
                                                call.arguments.text("since"), call.arguments.number("limit"),
                                                call.arguments.number("offset"), timezone(call)));
}

boost::json::value session_count(Call& call)
{
    return rows_of(call, store::count_sessions(up_to_date(call), call.arguments.text("by"),
                                               call.arguments.text("compare"), timezone(call)));
}

boost::json::value session_drops(Call& call)
{
    return rows_of(call, store::session_drops(up_to_date(call), call.arguments.text("since"), call.arguments.text("by"),
                                              call.arguments.number("limit"), timezone(call)));
}

boost::json::value session_refused(Call& call)
{
    return rows_of(call, store::refused_usage(up_to_date(call), call.arguments.number("limit"),
                                              call.arguments.number("offset"), timezone(call)));
}

boost::json::value usage_show(Call& call)
{
    return rows_of(call, store::usage_of(up_to_date(call), call.arguments.text("login"), call.arguments.text("by"),
                                         call.arguments.text("from"), call.arguments.text("to"), timezone(call)));
}

boost::json::value address_who(Call& call)
{
    store::AddressQuery query{.ip = call.arguments.text("ip"),
                              .at = call.arguments.text("at"),
                              .from = call.arguments.text("from"),
                              .to = call.arguments.text("to"),
                              .port = {},
                              .reason = call.arguments.text("reason")};
    if (call.arguments.has("port")) query.port = call.arguments.number("port");
    return rows_of(call, store::who_had(up_to_date(call), call.actor, query, timezone(call)));
}

}  // namespace admin
