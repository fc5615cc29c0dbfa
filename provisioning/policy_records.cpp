// provisioning/policy_records.cpp - what each rule of access looked at, in words.
#include "provisioning/policy_rules.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

namespace provisioning {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

std::string numbered(std::string_view noun, std::int64_t id) { return std::string{noun} + ' ' + std::to_string(id); }

std::string request_record(const Facts& f)
{
    switch (f.query.proof) {
    case Proof::absent:
        return "request (no credentials)";
    case Proof::wrong:
        return "request (credentials wrong)";
    case Proof::not_possible:
        return "request (a method that this login cannot be checked by)";
    case Proof::proved:
        return "request (credentials proved)";
    }
    return "request";
}

/// What a request shows, which may be any octets.
std::string seen(std::string_view text)
{
    if (text.empty()) return "none";
    return clean_text(text) ? shown(text) : "text with control characters";
}

std::string login_name(const Facts& f)
{
    if (f.login != nullptr) return "login " + f.login->name;
    return "login " + (clean_text(f.query.login) ? shown(f.query.login) : std::string{"with control characters"});
}

std::string login_record(const Facts& f)
{
    if (f.login == nullptr) return login_name(f) + " (not there)";
    return login_name(f) + (f.login->enabled ? " (enabled)" : " (disabled)");
}

std::string proof_record(const Facts& f) { return login_name(f) + ", " + request_record(f); }

std::string kind_record(const Facts& f)
{
    if (f.login == nullptr) return login_record(f);
    constexpr std::string_view shows[] = {"nothing of its kind", "pppoe", "hotspot", "mac"};
    return login_name(f) + " (" + std::string{name(f.login->kind)} + "; the request shows " +
           std::string{shows[static_cast<std::size_t>(f.query.kind)]} + ')';
}

std::string method_record(const Facts& f)
{
    std::string text = login_name(f);
    if (f.login == nullptr) return text + " (not there)";
    text += " (stored as " + std::string{name(f.login->storage)};
    if (f.query.method != Method::none) text += "; asked by " + std::string{name(f.query.method)};
    if (const auto why = method_forbidden_by(f); !why.empty()) text += ": " + std::string{why};
    return text + ')';
}

std::string realm_record(const Facts& f)
{
    if (f.login == nullptr) return login_record(f);
    const auto [rule, realm] = realm_of(*f.login, f.plan);
    if (rule == RealmRule::none) return login_name(f) + " (no rule for its realm)";
    const auto dialled = dialled_name(f.query.login).realm;
    return login_name(f) + " (" + std::string{name(rule)} + ' ' + (realm.empty() ? "any realm" : std::string{realm}) +
           "; dialled " + (dialled.empty() ? "without" : "with " + seen(dialled)) + ')';
}

std::string two(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

/// "2026-12-31 23:59" in the provider's zone, as far as its offset now tells.
std::string local_text(const Facts& f, std::chrono::sys_seconds at)
{
    const auto local = at + f.query.utc_offset;
    const auto day = floor<std::chrono::days>(local);
    const auto minutes = floor<std::chrono::minutes>(local - day).count();
    return text_of(day) + ' ' + two(minutes / 60) + ':' + two(minutes % 60);
}

std::string validity_record(const Facts& f)
{
    if (f.login == nullptr) return login_record(f);
    const auto& b = f.bindings();
    if (!b.valid_from && !b.valid_until) return login_name(f) + " (valid without end)";
    std::string text = login_name(f) + " (valid";
    if (b.valid_from) text += " from " + local_text(f, *b.valid_from);
    if (b.valid_until) text += " until " + local_text(f, *b.valid_until);
    return text + ')';
}

std::string nas_record(const Facts& f)
{
    if (f.login == nullptr) return login_record(f);
    const auto id = f.bindings().nas_id;
    if (id == 0) return login_name(f) + " (bound to no nas)";
    const auto* bound = f.directory.find_nas(id);
    std::string text = login_name(f) + " (bound to nas " + (bound == nullptr ? std::to_string(id) : bound->name);
    if (f.query.nas != nullptr) text += "; the request comes from " + f.query.nas->name;
    return text + ')';
}

std::string port_record(const Facts& f)
{
    if (f.login == nullptr) return login_record(f);
    const auto& b = f.bindings();
    std::string text;
    const auto add = [&text](std::string_view what, const std::string& pattern,
                             const std::optional<std::string_view>& request) {
        if (pattern.empty()) return;
        text += (text.empty() ? "" : "; ") + std::string{what} + ' ' + pattern;
        if (request) text += ", the request shows " + seen(*request);
    };
    add("NAS-Port-Id", b.nas_port, f.query.nas_port);
    add("Agent-Circuit-Id", b.circuit_id, f.query.circuit_id);
    add("Agent-Remote-Id", b.remote_id, f.query.remote_id);
    return login_name(f) + (text.empty() ? " (bound to no port)" : " (" + text + ')');
}

std::string mac_record(const Facts& f)
{
    if (f.login == nullptr) return login_record(f);
    std::string text = login_name(f);
    const auto& macs = f.bindings().macs;
    if (macs.empty()) return text + " (bound to no MAC)";
    text += " (bound to";
    for (const auto& mac : macs) text += ' ' + std::string{mac.data(), mac.size()};
    if (f.query.mac) text += "; the request shows " + seen(*f.query.mac);
    return text + ')';
}

std::string schedule_record(const Facts& f)
{
    if (f.login == nullptr) return login_record(f);
    const bool own = !f.bindings().schedule.windows.empty();
    const auto who = own || f.plan == nullptr ? login_name(f) : "plan " + f.plan->name;
    if (schedule_of(f).windows.empty()) return who + " (at all times)";
    return who + " (" + schedule_text(schedule_of(f)) + "; now " + local_text(f, floor<seconds>(f.query.now)) + ')';
}

std::string throttle_record(const Facts& f)
{
    return f.query.throttled ? "this caller (too many wrong passwords in the last minute)"
                             : "this caller (not too many wrong passwords)";
}

std::string sessions_record(const Facts& f)
{
    if (f.login == nullptr) return login_record(f);
    const auto limit = limit_of(f);
    return login_name(f) + " (" + std::to_string(f.query.sessions) + " sessions that stay, of " +
           (limit == 0 ? "any number" : std::to_string(limit)) + " allowed)";
}

std::string contract_record(const Facts& f)
{
    if (f.login == nullptr) return login_record(f);
    if (f.contract == nullptr) return numbered("contract", f.login->contract_id) + " (not there)";
    std::string text = numbered("contract", f.contract->id) + " (" + std::string{name(f.contract->status)};
    if (!f.contract->suspension_kind.empty()) text += ": " + f.contract->suspension_kind;
    if (!f.contract->suspension_reason.empty()) text += ", " + f.contract->suspension_reason;
    if (f.contract->reduced) text += ", reduced for debt";
    if (trusted(f)) text += "; trusted until " + local_text(f, *f.contract->trust_until);
    return text + ')';
}

std::string client_record(const Facts& f)
{
    if (f.contract == nullptr) return contract_record(f);
    if (f.client == nullptr) return numbered("client", f.contract->client_id) + " (not there)";
    return numbered("client", f.client->id) + ' ' + f.client->name + (f.client->active ? " (active)" : " (inactive)");
}

std::string last_record(const Facts& f)
{
    if (f.contract == nullptr) return contract_record(f);
    if (f.contract->status == ContractStatus::cancelled) return contract_record(f);
    if (f.client == nullptr) return client_record(f);
    if (plan_is_missing(f)) return numbered("plan", f.login->plan_id) + " (not there)";
    return contract_record(f);
}

} // namespace

std::string looked_at(Reason reason, const Facts& facts)
{
    switch (reason) {
    case Reason::no_credentials:
        return request_record(facts);
    case Reason::unknown_login:
    case Reason::login_disabled:
        return login_record(facts);
    case Reason::bad_password:
        return proof_record(facts);
    case Reason::method_not_possible:
        return method_record(facts);
    case Reason::wrong_kind:
        return kind_record(facts);
    case Reason::wrong_realm:
        return realm_record(facts);
    case Reason::not_yet_valid:
    case Reason::expired:
        return validity_record(facts);
    case Reason::client_inactive:
        return client_record(facts);
    case Reason::contract_not_active:
    case Reason::contract_suspended:
        return contract_record(facts);
    case Reason::contract_cancelled:
        return last_record(facts);
    case Reason::wrong_nas:
        return nas_record(facts);
    case Reason::wrong_port:
        return port_record(facts);
    case Reason::wrong_mac:
        return mac_record(facts);
    case Reason::outside_schedule:
        return schedule_record(facts);
    case Reason::throttled:
        return throttle_record(facts);
    case Reason::session_limit:
        return sessions_record(facts);
    case Reason::none:
    case Reason::pool_empty:
    case Reason::reply_too_long:
        break; // no rule of access: what comes after it
    }
    return {};
}

} // namespace provisioning
