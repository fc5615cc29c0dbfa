// daemon/admin/status.cpp - what the loop knows by itself: never waits for the database.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/nas_json.hpp"
#include "daemon/admin/table/json.hpp"
#include "daemon/admin/today.hpp"
#include "daemon/core/reconcile/reconciler.hpp"

#include <boost/json.hpp>

#include <cmath>
#include <cstdlib>

namespace admin {
namespace {

namespace json = boost::json;

// ready: answers from a directory that follows the database; degraded: from what it has in memory.
std::string_view state_of(const Context& context, const io::Follower::State& database)
{
    constexpr double longest_lag_s = 5;
    if (context.engine.directory() == nullptr) return "starting";
    if (context.journal.state().disk != io::Journal::Disk::ok) return "degraded";
    return database.state == "up" && database.lag_s < longest_lag_s ? "ready" : "degraded";
}

json::object counters_json(const Context& context)
{
    json::object object;
    const auto values = context.engine.counters().values();
    for (std::size_t i = 0; i < core::counter_names.size(); ++i) object[core::counter_names[i]] = values[i];
    object["drain.dead_letter"] = context.drain.state().dead_letters;
    return object;
}

double seconds_since(std::chrono::system_clock::time_point instant)
{
    return std::max(0.0, std::chrono::duration<double>(std::chrono::system_clock::now() - instant).count());
}

json::object directory_json(const Context& context, const provisioning::Directory& directory)
{
    const auto sizes = directory.sizes();
    json::object object{{"nas", sizes.nas},         {"plans", sizes.plans},
                        {"clients", sizes.clients}, {"contracts", sizes.contracts},
                        {"logins", sizes.logins},   {"source", context.snapshot_as_of ? "snapshot" : "database"}};
    if (context.snapshot_as_of) object["snapshot_age_s"] = std::floor(seconds_since(*context.snapshot_as_of));
    return object;
}

/// Is what NAS report safe, and how far is the database behind?
json::object journal_json(const Context& context)
{
    const auto journal = context.journal.state();
    const auto drain = context.drain.state();
    json::object object{{"state", journal.disk == io::Journal::Disk::ok     ? "ok"
                                  : journal.disk == io::Journal::Disk::full ? "full"
                                                                            : "failing"},
                        {"problem", nullptr},
                        {"depth", journal.depth},
                        {"oldest_age_s", journal.depth == 0 ? 0.0 : seconds_since(journal.oldest)},
                        {"octets", journal.octets},
                        {"quota_octets", journal.quota_octets},
                        {"written", journal.written},
                        {"damaged_octets", journal.damaged},
                        {"sync_us", journal.last_sync.count()},
                        {"drained", drain.drained},
                        {"drained_per_s", std::round(drain.records_per_second)},
                        {"replayed", drain.replayed}};
    if (!journal.problem.empty())
        object["problem"] = journal.problem;
    else if (!drain.problem.empty())
        object["problem"] = "waits for the database: " + drain.problem;
    return object;
}

}  // namespace

namespace {

/// One word for whoever looks at a list: is this concentrator all right?
std::string_view health_of(const core::NasCounters& c, bool silent, std::int64_t now) noexcept
{
    constexpr std::int64_t quiet_s = 900, recent_s = 300, skewed_s = 3600;
    const bool bad_lately = c.last_bad_unix_s != 0 && now - c.last_bad_unix_s < recent_s;
    if (bad_lately && c.last_bad_unix_s - c.last_seen_unix_s > 60) return "wrong_secret";
    if (c.last_seen_unix_s == 0) return "never_seen";
    if (silent || now - c.last_seen_unix_s > quiet_s) return "silent";
    if (c.clock_skew_s && std::abs(*c.clock_skew_s) > skewed_s) return "clock_off";
    return "ok";
}

json::object rejects_json(std::span<const std::uint64_t> by_reason)
{
    json::object object;
    for (const auto& text : provisioning::reasons())
        if (const auto count = by_reason[static_cast<std::size_t>(text.reason)]; count != 0) object[text.name] = count;
    return object;
}

}  // namespace

boost::json::object nas_counters_json(const core::Engine& engine, std::int64_t nas_id, std::string_view timezone)
{
    const auto* counters = engine.nas_counters(nas_id);
    const auto online = engine.online(nas_id, {std::chrono::steady_clock::now(), std::chrono::system_clock::now()});
    const auto c = counters == nullptr ? core::NasCounters{} : *counters;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    json::object object{
        {"health", health_of(c, online.silent, std::chrono::duration_cast<std::chrono::seconds>(now).count())},
        {"last_seen", nullptr},
        {"clock_skew_s", nullptr},
        {"sessions", online.open},
        {"stale_sessions", online.stale},
        {"requests", c.requests},
        {"accepts", c.accepts},
        {"challenges", c.challenges},
        {"rejects", c.rejects},
        {"rejects_by_reason", rejects_json(c.rejects_by_reason)},
        {"accounting", c.accounting},
        {"duplicates", c.duplicates},
        {"bad_authenticators", c.bad_authenticators},
        {"dropped", c.dropped}};
    if (c.last_seen_unix_s != 0)
        object["last_seen"] = instant_in(timezone, std::chrono::sys_seconds{std::chrono::seconds{c.last_seen_unix_s}});
    if (c.clock_skew_s) object["clock_skew_s"] = *c.clock_skew_s;
    return object;
}

void add_health(Call& call, boost::json::array& nas, bool whole)
{
    auto& context = call.context;
    std::vector<std::int64_t> ids;
    for (const auto& one : nas) ids.push_back(one.as_object().at("id").to_number<std::int64_t>());
    auto counted = io::on_loop(context.loop, [&context, ids] {
        json::array all;
        for (const auto id : ids)
            all.emplace_back(nas_counters_json(context.engine, id, context.config.get().timezone));
        return all;
    });
    for (std::size_t i = 0; i < nas.size(); ++i) {
        auto& object = nas[i].as_object();
        const auto& live = counted[i].as_object();
        if (whole)
            for (const auto& [name, value] : live) object[name] = value;
        else
            for (const auto* name : {"health", "last_seen"}) object[name] = live.at(name);
    }
}

namespace {

/// The way to a NAS for what it is told: `answers` false, or anything failed, is worth a look.
json::object coa_json(core::Engine& engine, std::int64_t nas_id)
{
    const auto line = engine.reconciler().line(nas_id);
    return {
        {"queued", line.queued},         {"in_flight", line.in_flight},       {"peak_in_flight", line.peak_in_flight},
        {"failed", line.failed},         {"answers", line.answers},           {"sent", line.sent},
        {"repeated", line.repeated},     {"acknowledged", line.acknowledged}, {"refused", line.refused},
        {"unanswered", line.unanswered}, {"bad_replies", line.bad_replies}};
}

/// How soon a payment opens access; the law gives a day.
json::object releases_json(const Context& context)
{
    const auto state = context.clerk.state();
    return {{"state", state.up ? "up" : "away"}, {"released", state.released}, {"slowest_s", state.slowest_s}};
}

/// Messages to clients; null where nothing is there to deliver them.
json::value messages_json(const Context& context, const config::Notices& notices)
{
    if (!io::carriers_of(notices).any()) return nullptr;
    const auto state = context.postman.state();
    json::object object{{"waiting", state.waiting}, {"sent", state.sent}, {"failed", state.failed}};
    object["problem"] = state.problem.empty() ? json::value(nullptr) : json::value(json::string(state.problem));
    return object;
}

json::object following_json(core::Engine& engine)
{
    constexpr std::int64_t every_nas = 0;
    const auto totals = engine.reconciler().totals(every_nas);
    return {{"in_force", totals.in_force}, {"pending", totals.pending}, {"failed", totals.failed}};
}

} // namespace

boost::json::value status(Call& call)
{
    const auto& context = call.context;
    const auto config = context.config.get();
    const auto database = context.follower.state();
    json::object nas;
    json::value directory = nullptr;
    if (const auto* loaded = context.engine.directory()) {
        loaded->each_nas([&](const provisioning::NasEntry& entry) {
            auto counters = nas_counters_json(context.engine, entry.id, config.timezone);
            counters["coa"] = coa_json(context.engine, entry.id);
            nas[entry.name] = std::move(counters);
        });
        directory = directory_json(context, *loaded);
    }
    return json::object{
        {"state", state_of(context, database)},
        {"version", PORTEIRO_VERSION},
        {"database",
         json::object{{"state", database.state},
                      {"feed_lag_s", database.lag_s},
                      // for psql; an external one may hold a password, and its owner knows it
                      {"connection", config.database == "embedded" ? context.database.connection : "external"}}},
        {"directory", std::move(directory)},
        {"ms_chap", context.engine.ms_chap_available()},
        {"sessions_online", context.engine.sessions_online()},
        {"following", following_json(context.engine)},
        {"journal", journal_json(context)},
        {"releases", releases_json(context)},
        {"messages", messages_json(context, config.notices)},
        {"counters", counters_json(context)},
        {"rejects_by_reason", rejects_json(context.engine.rejects_by_reason())},
        {"nas", std::move(nas)}};
}

boost::json::value nas_unknown(Call& call)
{
    json::array rows;
    const auto timezone = call.context.config.get().timezone;
    for (const auto& source : call.context.engine.unknown_sources()) {
        const auto last_seen = std::chrono::floor<std::chrono::seconds>(source.last_seen);
        rows.emplace_back(json::object{{"address", provisioning::to_text(source.address)},
                                       {"packets", source.packets},
                                       {"last_seen", instant_in(timezone, last_seen)}});
    }
    return rows;
}

boost::json::value command_table(Call&) { return commands_as_json(); }

} // namespace admin
