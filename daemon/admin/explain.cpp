// daemon/admin/explain.cpp - why a login is accepted or refused, by the code that answers packets; what was decided
// last; and its session. The rules need no database: they are told also while it is away.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/nas_json.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/policy.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/store/journal.hpp"

#include <charconv>

namespace admin {
namespace {

namespace json = boost::json;
namespace store = provisioning::store;
using provisioning::Decision;
using provisioning::ErrorCode;
using provisioning::Explained;
using provisioning::Refusal;

constexpr std::int64_t last_decisions = 5;

std::string_view name(Explained::Outcome outcome) noexcept
{
    switch (outcome) {
    case Explained::Outcome::passed:
        return "passed";
    case Explained::Outcome::refused:
        return "refused";
    case Explained::Outcome::not_reached:
        return "not_reached";
    }
    return "";
}

json::value text_or_null(std::string_view text) { return text.empty() ? json::value(nullptr) : json::value(text); }
json::value number_or_null(std::uint64_t number) { return number == 0 ? json::value(nullptr) : json::value(number); }

json::object terms_of(const Decision& decision)
{
    const auto ip =
        decision.framed_ip ? provisioning::to_text(provisioning::ipv4_address(*decision.framed_ip)) : std::string{};
    return {{"plan", decision.plan == nullptr ? json::value(nullptr) : json::value(decision.plan->name)},
            {"download", decision.download_bps},
            {"upload", decision.upload_bps},
            {"ip", text_or_null(ip)},
            {"framed_pool", text_or_null(decision.framed_pool)},
            {"session_timeout", number_or_null(decision.session_timeout_s)},
            {"interim", number_or_null(decision.interim_s)},
            {"reply_octets", decision.plan_reply.size() + decision.login_reply.size()}};
}

provisioning::RequestKind kind_asked_of(provisioning::LoginKind kind) noexcept
{
    switch (kind) {
    case provisioning::LoginKind::pppoe:
        return provisioning::RequestKind::pppoe;
    case provisioning::LoginKind::hotspot:
        return provisioning::RequestKind::hotspot;
    case provisioning::LoginKind::mac:
        return provisioning::RequestKind::mac;
    case provisioning::LoginKind::ip:
        break;
    }
    return provisioning::RequestKind::unknown;
}

json::array rules_of(const provisioning::AccessQuery& query, const provisioning::Directory& directory)
{
    json::array rules;
    for (const auto& rule : provisioning::explain(query, directory)) {
        rules.emplace_back(json::object{
            {"rule", provisioning::name(rule.reason)}, {"outcome", name(rule.outcome)}, {"record", rule.record}});
    }
    return rules;
}

json::value nas_of(const Context& context, const provisioning::Directory& directory, const std::string& wanted)
{
    if (wanted.empty()) return nullptr;
    const auto* nas = directory.find_nas(wanted);
    if (nas == nullptr)
        throw Refusal(ErrorCode::not_found, "nas",
                      "there is no nas " + provisioning::shown(wanted) + ", see `porteiro nas list`");
    auto object = nas_counters_json(context.engine.nas_counters(nas->id), context.config.get().timezone);
    object["name"] = nas->name;
    object["address"] = provisioning::to_text(nas->address);
    return object;
}

// By name as it is dialled, or by id.
const provisioning::LoginEntry* find_login(const provisioning::Directory& directory, const std::string& what)
{
    if (const auto* entry = provisioning::find_login_as_dialled(directory, what)) return entry;
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(what.data(), what.data() + what.size(), id);
    return error == std::errc{} && end == what.data() + what.size() ? directory.find_login(id) : nullptr;
}

// Runs on the loop: all that needs the directory.
json::object decide(const Context& context, const std::string& what, const std::string& nas)
{
    const auto* directory = context.engine.directory();
    if (directory == nullptr) throw store::Unavailable("the records have not been read yet");
    const auto* entry = find_login(*directory, what);
    const auto& login = entry == nullptr ? what : entry->name;
    const provisioning::AccessQuery query{.login = login,
                                          .kind = entry == nullptr ? provisioning::RequestKind::unknown
                                                                   : kind_asked_of(entry->kind),
                                          .proof = provisioning::Proof::proved,
                                          .now = std::chrono::system_clock::now()};
    const auto decision = provisioning::authorize(query, *directory);
    const bool accepted = decision.reason == provisioning::Reason::none;
    json::object result{{"login", login},
                        {"verdict", accepted ? "accept" : "reject"},
                        {"reason", text_or_null(provisioning::name(decision.reason))},
                        {"sentence", text_or_null(provisioning::text(decision.reason).operator_)}};
    result["rules"] = rules_of(query, *directory);
    result["terms"] = accepted ? json::value(terms_of(decision)) : json::value(nullptr);
    result["nas"] = nas_of(context, *directory, nas);
    return result;
}

std::span<const Column> columns(std::string_view command) { return find_command(command)->columns; }

// What hangs is not asked: the rules are what counts, and whoever asks is on the telephone.
bool database_answers(const Context& context)
{
    constexpr double longest_lag_s = 3;
    const auto database = context.follower.state();
    return database.state == "up" && database.lag_s < longest_lag_s;
}

void add_the_past(Call& call, json::object& result, const std::string& login, const std::string& nas)
{
    const auto timezone = call.context.config.get().timezone;
    call.context.decisions.flush();
    const store::AuthQuery decisions{.login = login, .nas = nas, .since = {}, .limit = last_decisions, .offset = 0};
    result["last"] = to_json(columns("auth list"), store::list_auth(call.session(), decisions, timezone));
    const store::SessionQuery online{.login = login, .nas = {}, .ip = {}, .closed_too = false, .limit = 1, .offset = 0};
    auto sessions = to_json(columns("session list"), store::list_sessions(call.session(), online, timezone));
    if (!sessions.empty()) result["session"] = std::move(sessions.front());
}

}  // namespace

boost::json::value login_explain(Call& call)
{
    const auto login = call.arguments.text("login");
    const auto nas = call.arguments.text("nas");
    auto& context = call.context;
    auto result = io::on_loop(context.loop, [&context, login, nas] { return decide(context, login, nas); });
    result["last"] = nullptr;
    result["session"] = nullptr;
    try {
        if (!database_answers(context)) throw store::Unavailable("it does not answer");
        add_the_past(call, result, std::string{std::string_view{result["login"].as_string()}}, nas);
    } catch (const store::Unavailable&) {
        result["warnings"] =
            json::array{"the database does not answer: the last decisions and the session are not known"};
    }
    return result;
}

}  // namespace admin
