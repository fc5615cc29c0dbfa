// daemon/admin/following_views.cpp - how sessions that are online follow their records, and what was done for it.
#include "daemon/admin/following.hpp"
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/today.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/rules/values.hpp"
#include "provisioning/store/enforcement.hpp"
#include "radius/request.hpp"

#include <boost/json.hpp>

namespace admin {
namespace {

namespace json = boost::json;
namespace store = provisioning::store;

constexpr std::int64_t last_attempts = 10; // below a session

core::Now now() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }

std::string timezone(const Call& call) { return call.context.config.get().timezone; }

json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

void put(json::object& object, const core::Following& following)
{
    object["following"] = name(following.state);
    object["wanted"] = following.wanted;
    object["has"] = following.has;
    object["why"] = text_or_null(following.why);
    object["next_in_s"] = following.next_in ? json::value(following.next_in->count()) : json::value(nullptr);
}

/// As a router sent it, which may be in any character set.
json::value as_received(const std::string& text)
{
    return provisioning::clean_text(text) ? text_or_null(text) : json::value(nullptr);
}

json::array rows_of(std::span<const Column> columns, const std::vector<store::Row>& rows)
{
    auto array = to_json(columns, rows);
    for (auto& row : array) {
        auto& object = row.as_object();
        const auto* cause = object.at("error_cause").if_int64();
        add_cause(object, cause ? std::optional{static_cast<std::uint32_t>(*cause)} : std::nullopt);
    }
    return array;
}

} // namespace

boost::json::value session_pending(Call& call)
{
    auto& engine = call.context.engine;
    const auto nas = call.arguments.text("nas");
    const auto nas_id = nas.empty() ? 0 : nas_called(engine, nas).id;
    const auto most = static_cast<std::size_t>(call.arguments.number("limit"));
    json::array rows;
    engine.reconciler().each_unsettled(
        nas_id, most, now(), [&](const core::Reconciler::Online& session, const core::Following& following) {
            const auto* at = engine.directory() ? engine.directory()->find_nas(session.nas_id) : nullptr;
            json::object row{{"login", as_received(session.user_name)},
                             {"nas", at ? json::value(at->name) : json::value(nullptr)},
                             {"acct_session_id", as_received(session.acct_session_id)}};
            put(row, following);
            row["requests"] = following.attempts;
            row["started_at"] = instant_in(timezone(call), std::chrono::floor<std::chrono::seconds>(session.began));
            rows.emplace_back(std::move(row));
        });
    return rows;
}

boost::json::value session_attempts(Call& call)
{
    store::AttemptQuery query;
    query.login = call.arguments.text("login");
    query.nas = call.arguments.text("nas");
    query.since = call.arguments.text("since");
    query.result = call.arguments.text("result");
    query.limit = call.arguments.number("limit");
    query.offset = call.arguments.number("offset");
    return rows_of(call.command.columns, store::list_attempts(call.session(), query, timezone(call)));
}

boost::json::array attempts_of(Call& call, std::int64_t session_id)
{
    store::AttemptQuery query;
    query.session_id = session_id;
    query.limit = last_attempts;
    return rows_of(find_command("session attempts")->columns,
                   store::list_attempts(call.session(), query, timezone(call)));
}

void add_following(Call& call, const std::string& session_key, boost::json::object& session)
{
    for (const char* name : {"following", "wanted", "has", "why", "next_in_s"}) session[name] = nullptr;
    if (session_key.empty()) return;
    auto& engine = call.context.engine;
    const auto following = io::on_loop(call.context.loop, [&engine, session_key] {
        return engine.reconciler().following(engine.key_of(session_key), now());
    });
    if (following) put(session, *following);
}

} // namespace admin
