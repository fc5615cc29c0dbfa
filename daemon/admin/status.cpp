// daemon/admin/status.cpp - what the loop knows by itself: never waits for the database.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/nas_json.hpp"
#include "daemon/admin/table/json.hpp"
#include "daemon/admin/today.hpp"

#include <boost/json.hpp>

namespace admin {
namespace {

namespace json = boost::json;

// ready: answers from a directory that follows the database; degraded: from what it has in memory.
std::string_view state_of(const core::Engine& engine, const io::Follower::State& database) noexcept
{
    constexpr double longest_lag_s = 5;
    if (engine.directory() == nullptr) return "starting";
    return database.state == "up" && database.lag_s < longest_lag_s ? "ready" : "degraded";
}

json::object counters_json(const core::Counters& counters)
{
    json::object object;
    for (std::size_t i = 0; i < core::counter_names.size(); ++i) object[core::counter_names[i]] = counters.values()[i];
    return object;
}

json::object directory_json(const provisioning::Directory& directory)
{
    const auto sizes = directory.sizes();
    return {{"nas", sizes.nas},
            {"plans", sizes.plans},
            {"clients", sizes.clients},
            {"contracts", sizes.contracts},
            {"logins", sizes.logins}};
}

}  // namespace

boost::json::object nas_counters_json(const core::NasCounters* counters, std::string_view timezone)
{
    const auto c = counters == nullptr ? core::NasCounters{} : *counters;
    json::object object{{"requests", c.requests},     {"accepts", c.accepts},
                        {"rejects", c.rejects},       {"accounting", c.accounting},
                        {"duplicates", c.duplicates}, {"bad_authenticators", c.bad_authenticators},
                        {"dropped", c.dropped},       {"last_seen", nullptr}};
    if (c.last_seen_unix_s != 0)
        object["last_seen"] = instant_in(timezone, std::chrono::sys_seconds{std::chrono::seconds{c.last_seen_unix_s}});
    return object;
}

boost::json::value status(Call& call)
{
    const auto& context = call.context;
    const auto config = context.config.get();
    const auto database = context.follower.state();
    json::object nas;
    json::value directory = nullptr;
    if (const auto* loaded = context.engine.directory()) {
        loaded->each_nas([&](const provisioning::NasEntry& entry) {
            nas[entry.name] = nas_counters_json(context.engine.nas_counters(entry.id), config.timezone);
        });
        directory = directory_json(*loaded);
    }
    return json::object{
        {"state", state_of(context.engine, database)},
        {"version", PORTEIRO_VERSION},
        {"database",
         json::object{{"state", database.state},
                      {"feed_lag_s", database.lag_s},
                      // for psql; an external one may hold a password, and its owner knows it
                      {"connection", config.database == "embedded" ? context.database.connection : "external"}}},
        {"directory", std::move(directory)},
        {"counters", counters_json(context.engine.counters())},
        {"nas", std::move(nas)}};
}

boost::json::value nas_unknown(Call& call)
{
    json::array rows;
    for (const auto& source : call.context.engine.unknown_sources())
        rows.emplace_back(
            json::object{{"address", provisioning::to_text(source.address)}, {"packets", source.packets}});
    return rows;
}

boost::json::value command_table(Call&) { return commands_as_json(); }

} // namespace admin
