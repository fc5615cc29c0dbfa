// daemon/admin/explain.cpp - why a login is accepted or refused, by the code that answers packets; what was decided
// last; and its session. The rules need no database: they are told also while it is away.
#include "daemon/admin/allowance.hpp"
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/methods.hpp"
#include "daemon/admin/nas_json.hpp"
#include "daemon/admin/render.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/policy.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/store/journal.hpp"

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
            {"address_list", text_or_null(decision.address_list)},
            {"filter", text_or_null(decision.filter)},
            {"redirect", text_or_null(decision.redirect)},
            {"session_timeout", number_or_null(decision.session_timeout_s)},
            {"simultaneous", number_or_null(decision.simultaneous)},
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

const provisioning::NasEntry* find_nas(const provisioning::Directory& directory, const std::string& wanted)
{
    if (wanted.empty()) return nullptr;
    if (const auto* nas = directory.find_nas(wanted)) return nas;
    throw Refusal(ErrorCode::not_found, "nas",
                  "there is no nas " + provisioning::shown(wanted) + ", see `porteiro nas list`");
}

json::value nas_of(const Context& context, const provisioning::NasEntry* nas)
{
    if (nas == nullptr) return nullptr;
    auto object = nas_counters_json(context.engine, nas->id, context.config.get().timezone);
    object["name"] = nas->name;
    object["address"] = provisioning::to_text(nas->address);
    return object;
}

/// What is asked about, as it was typed.
struct Question {
    std::string login, nas, mac, nas_port, method;
    bool mac_given = false, nas_port_given = false;
};

Question question_of(const Call& call)
{
    const auto& arguments = call.arguments;
    return {.login = arguments.text("login"),
            .nas = arguments.text("nas"),
            .mac = arguments.text("mac"),
            .nas_port = arguments.text("nas_port"),
            .method = arguments.text("method"),
            .mac_given = arguments.has("mac"),
            .nas_port_given = arguments.has("nas_port")};
}

json::value password_of(const core::Engine& engine, const provisioning::LoginEntry* login)
{
    if (login == nullptr) return nullptr;
    return json::object{{"storage", provisioning::name(login->storage)},
                        {"methods", to_json(methods_here(engine, login->storage))}};
}

/// What an Accept would hold at that NAS; `reason` becomes reply_too_long when it is more than a packet takes.
json::value attributes_of(const Context& context, const provisioning::NasEntry* nas, const Decision& decision,
                          provisioning::Reason& reason)
{
    if (nas == nullptr || reason != provisioning::Reason::none) return nullptr;
    try {
        return rendered(context.dictionary, *nas, decision);
    } catch (const Refusal&) {
        reason = provisioning::Reason::reply_too_long;
        return nullptr;
    }
}

json::value garden_json(const provisioning::GardenEntry* garden)
{
    if (garden == nullptr) return nullptr;
    return json::object{{"name", garden->name}, {"reason", provisioning::name(garden->reason)}};
}

// Runs on the loop: all that needs the directory.
json::object decide(const Context& context, const Question& asked)
{
    const auto* directory = context.engine.directory();
    if (directory == nullptr) throw store::Unavailable("the records have not been read yet");
    const auto* entry = find_login(*directory, asked.login);
    const auto* nas = find_nas(*directory, asked.nas);
    const auto by_id = entry != nullptr && provisioning::find_login_as_dialled(*directory, asked.login) != entry;
    const auto& login = by_id ? entry->name : asked.login;
    const core::Now now{std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
    provisioning::AccessQuery query{.login = login,
                                    .kind = entry == nullptr ? provisioning::RequestKind::unknown
                                                             : kind_asked_of(entry->kind),
                                    .proof = provisioning::Proof::proved,
                                    .now = now.system};
    query.method = provisioning::method_of(asked.method).value_or(provisioning::Method::none);
    query.nas = nas;
    if (entry != nullptr && query.method != provisioning::Method::none &&
        !methods_here(context.engine, entry->storage).has(query.method))
        query.proof = provisioning::Proof::not_possible;
    if (asked.mac_given) query.mac = asked.mac;
    if (asked.nas_port_given) query.nas_port = asked.nas_port;
    if (entry != nullptr) {
        const auto standing = context.engine.standing(*entry, nas, asked.mac, asked.nas_port, now);
        query.utc_offset = standing.utc_offset;
        // Whose sessions they are shows only at a NAS by MAC or port; without, ask as the subscriber's own redial.
        if (nas != nullptr && (asked.mac_given || asked.nas_port_given)) query.sessions = standing.sessions;
        query.throttled = standing.throttled;
        query.used_octets = context.engine.used(entry->id, now).value_or(0);
    }
    const auto decision = provisioning::authorize(query, *directory);
    auto reason = decision.reason;
    const auto attributes = attributes_of(context, nas, decision, reason);
    const bool accepted = reason == provisioning::Reason::none;
    const auto* garden = accepted ? decision.garden : nullptr;
    const auto why = garden != nullptr ? decision.refused : reason;
    json::object result{{"login", login},
                        {"verdict", garden != nullptr ? "garden"
                                    : accepted        ? "accept"
                                                      : "reject"},
                        {"reason", text_or_null(provisioning::name(why))},
                        {"sentence", text_or_null(provisioning::text(why).operator_)},
                        {"garden", garden_json(garden)},
                        {"allowance", nullptr}};
    if (accepted && decision.allowance_used) result["allowance"] = allowance_json(context, *entry, now);
    result["rules"] = rules_of(query, *directory);
    result["password"] = password_of(context.engine, decision.login);
    result["terms"] = accepted ? json::value(terms_of(decision)) : json::value(nullptr);
    result["attributes"] = attributes;
    result["nas"] = nas_of(context, nas);
    return result;
}

/// The concentrator of the session that is online, where none was asked for.
void add_nas_of_session(const Context& context, json::object& result)
{
    const auto* session = result["session"].if_object();
    if (session == nullptr || !result["nas"].is_null() || !session->at("nas").is_string()) return;
    const std::string name{std::string_view{session->at("nas").as_string()}};
    result["nas"] = io::on_loop(context.loop, [&context, name] {
        const auto* directory = context.engine.directory();
        return nas_of(context, directory == nullptr ? nullptr : directory->find_nas(name));
    });
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
    store::AuthQuery decisions;
    decisions.login = login;
    decisions.nas = nas;
    decisions.limit = last_decisions;
    auto last = to_json(columns("auth list"), store::list_auth(call.session(), decisions, timezone));
    result["last_sentence"] = last.empty() ? json::value(nullptr) : sentence_of(last.front().as_object());
    result["last"] = std::move(last);
    call.context.drain.flush(std::chrono::seconds{2});
    store::SessionQuery online;
    online.login = login;
    online.limit = 1;
    auto sessions = to_json(columns("session list"), store::list_sessions(call.session(), online, timezone));
    if (!sessions.empty()) result["session"] = std::move(sessions.front());
}

} // namespace

boost::json::value login_explain(Call& call)
{
    const auto asked = question_of(call);
    auto& context = call.context;
    auto result = io::on_loop(context.loop, [&context, asked] { return decide(context, asked); });
    result["last"] = nullptr;
    result["last_sentence"] = nullptr;
    result["session"] = nullptr;
    try {
        if (!database_answers(context)) throw store::Unavailable("it does not answer");
        add_the_past(call, result, std::string{std::string_view{result["login"].as_string()}}, asked.nas);
        add_nas_of_session(context, result);
    } catch (const store::Unavailable&) {
        result["warnings"] =
            json::array{"the database does not answer: the last decisions and the session are not known"};
    }
    return result;
}

} // namespace admin
