// provisioning/policy.cpp
#include "provisioning/policy.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

#include <algorithm>

namespace provisioning {
namespace {

using Outcome = Explained::Outcome;

using std::chrono::floor;
using std::chrono::seconds;

const LoginTerms nothing_special;

struct Facts {
    const AccessQuery& query;
    const Directory& directory;
    const LoginEntry* login = nullptr;
    const ContractEntry* contract = nullptr;
    const ClientEntry* client = nullptr;
    const PlanEntry* plan = nullptr;

    const LoginTerms& terms() const noexcept
    {
        return login != nullptr && login->terms ? *login->terms : nothing_special;
    }
    const Bindings& bindings() const noexcept { return terms().bindings; }
};

Facts gather(const AccessQuery& query, const Directory& directory) noexcept
{
    Facts facts{query, directory};
    facts.login = find_login_as_dialled(directory, query.login);
    if (facts.login == nullptr) return facts;
    facts.contract = directory.contract(*facts.login);
    facts.plan = directory.plan(*facts.login);
    if (facts.contract != nullptr) facts.client = directory.client(*facts.contract);
    return facts;
}

constexpr Outcome refused_if(bool applies) noexcept { return applies ? Outcome::refused : Outcome::passed; }

Outcome credentials_absent(const Facts& f) noexcept { return refused_if(f.query.proof == Proof::absent); }
Outcome login_unknown(const Facts& f) noexcept { return refused_if(f.login == nullptr); }

Outcome password_wrong(const Facts& f) noexcept
{
    const auto proof = f.query.proof;
    if (f.login == nullptr || proof == Proof::absent || proof == Proof::not_possible) return Outcome::not_reached;
    return refused_if(proof != Proof::proved);
}

/// Who does not allow the method, in words; empty: nobody.
std::string_view method_forbidden_by(const Facts& f) noexcept
{
    const auto method = f.query.method;
    if (f.query.proof == Proof::not_possible) return "the stored password cannot be checked by it";
    if (method == Method::none || method == Method::mixed || f.login == nullptr) return {};
    if (!methods_of(f.login->storage).has(method)) return "the stored password cannot be checked by it";
    if (f.plan != nullptr && !f.plan->methods.has(method)) return "the plan does not allow it";
    if (f.query.nas != nullptr && !f.query.nas->methods.has(method)) return "the NAS does not allow it";
    return {};
}

Outcome method_is_not_possible(const Facts& f) noexcept
{
    if (f.login == nullptr || f.query.proof == Proof::absent) return Outcome::not_reached;
    return refused_if(!method_forbidden_by(f).empty());
}

Outcome login_is_disabled(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    return refused_if(!f.login->enabled);
}

// A request that shows nothing of its service passes, but a login of kind ip is a record only.
Outcome kind_is_wrong(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    const auto shows = f.query.kind;
    switch (f.login->kind) {
    case LoginKind::pppoe:
        return refused_if(shows != RequestKind::unknown && shows != RequestKind::pppoe);
    case LoginKind::hotspot:
        return refused_if(shows != RequestKind::unknown && shows != RequestKind::hotspot);
    case LoginKind::mac:
        return refused_if(shows != RequestKind::unknown && shows != RequestKind::mac);
    case LoginKind::ip:
        return Outcome::refused;
    }
    return Outcome::refused;
}

/// The login's own rule, else its plan's; and the realm that goes with it.
struct RealmBinding {
    RealmRule rule = RealmRule::none;
    std::string_view realm;
};
RealmBinding realm_of(const LoginEntry& login, const PlanEntry* plan) noexcept
{
    RealmBinding binding;
    if (login.terms) binding = {login.terms->bindings.realm_rule, login.terms->bindings.realm};
    if (plan == nullptr) return binding;
    if (binding.rule == RealmRule::none) binding.rule = plan->bindings.realm_rule;
    if (binding.realm.empty()) binding.realm = plan->bindings.realm;
    return binding;
}

Outcome realm_is_wrong(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    const auto [rule, realm] = realm_of(*f.login, f.plan);
    if (rule != RealmRule::require) return Outcome::passed;
    const auto dialled = dialled_name(f.query.login).realm;
    return refused_if(dialled.empty() || (!realm.empty() && !same_realm(realm, dialled)));
}

Outcome is_too_early(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    return refused_if(f.bindings().valid_from && f.query.now < *f.bindings().valid_from);
}

Outcome is_too_late(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    return refused_if(f.bindings().valid_until && f.query.now >= *f.bindings().valid_until);
}

Outcome nas_is_wrong(const Facts& f) noexcept
{
    if (f.login == nullptr || f.query.nas == nullptr) return Outcome::not_reached;
    return refused_if(f.bindings().nas_id != 0 && f.bindings().nas_id != f.query.nas->id);
}

/// One of the three that name a port; not asked: it is not known what the request would show.
Outcome port_part_is_wrong(const std::string& pattern, const std::optional<std::string_view>& shown) noexcept
{
    if (!shown) return Outcome::not_reached;
    return refused_if(!pattern.empty() && (shown->empty() || !matches(pattern, *shown)));
}

Outcome port_is_wrong(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    const auto& b = f.bindings();
    const Outcome parts[] = {port_part_is_wrong(b.nas_port, f.query.nas_port),
                             port_part_is_wrong(b.circuit_id, f.query.circuit_id),
                             port_part_is_wrong(b.remote_id, f.query.remote_id)};
    if (std::ranges::count(parts, Outcome::refused) > 0) return Outcome::refused;
    return std::ranges::count(parts, Outcome::passed) > 0 ? Outcome::passed : Outcome::not_reached;
}

Outcome mac_is_wrong(const Facts& f) noexcept
{
    if (f.login == nullptr || !f.query.mac) return Outcome::not_reached;
    const auto& macs = f.bindings().macs;
    return refused_if(!macs.empty() && !is_one_of(macs, *f.query.mac));
}

const Schedule& schedule_of(const Facts& f) noexcept
{
    const auto& own = f.bindings().schedule;
    return own.windows.empty() && f.plan != nullptr ? f.plan->bindings.schedule : own;
}

Outcome hour_is_wrong(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    return refused_if(!open_for(schedule_of(f), f.query.now, f.query.utc_offset));
}

Outcome is_throttled(const Facts& f) noexcept { return refused_if(f.query.throttled); }

/// Sessions at once: the login's own limit, else its plan's; 0: none.
std::uint32_t limit_of(const Facts& f) noexcept
{
    if (f.login->simultaneous) return *f.login->simultaneous;
    return f.plan == nullptr ? 1 : f.plan->simultaneous;
}

Outcome sessions_are_too_many(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    const auto limit = limit_of(f);
    return refused_if(limit != 0 && f.query.sessions >= limit);
}

Outcome client_is_inactive(const Facts& f) noexcept
{
    if (f.client == nullptr) return Outcome::not_reached;
    return refused_if(!f.client->active);
}

template <ContractStatus status>
Outcome contract_is(const Facts& f) noexcept
{
    if (f.contract == nullptr) return Outcome::not_reached;
    return refused_if(f.contract->status == status);
}

// What is not there cannot be seen to be paid for: a missing contract, client or plan closes the door as well.
bool plan_is_missing(const Facts& f) noexcept { return f.login->plan_id != 0 && f.plan == nullptr; }

Outcome contract_is_gone(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    if (f.contract == nullptr || f.client == nullptr || plan_is_missing(f)) return Outcome::refused;
    return contract_is<ContractStatus::cancelled>(f);
}

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
           "; dialled " + (dialled.empty() ? "without" : "with " + shown(dialled)) + ')';
}

std::string two(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

/// "2026-12-31 23:59" in the provider's zone, as far as its offset now tells.
std::string local_text(const Facts& f, std::chrono::sys_seconds at)
{
    const auto local = at + f.query.utc_offset;
    const auto day = floor<std::chrono::days>(local);
    const std::chrono::year_month_day date{day};
    const auto minutes = floor<std::chrono::minutes>(local - day).count();
    return std::to_string(static_cast<int>(date.year())) + '-' + two(static_cast<unsigned>(date.month())) + '-' +
           two(static_cast<unsigned>(date.day())) + ' ' + two(minutes / 60) + ':' + two(minutes % 60);
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
        if (request) text += ", the request shows " + (request->empty() ? std::string{"none"} : shown(*request));
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
    if (f.query.mac)
        text += "; the request shows " + (f.query.mac->empty() ? std::string{"none"} : shown(*f.query.mac));
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

struct Rule {
    Reason reason;
    Outcome (*look)(const Facts&) noexcept;
    std::string (*record)(const Facts&);
};

// The order of provisioning/reason.hpp. Credentials come first: a guesser learns nothing of the account.
constexpr Rule rules[] = {
    {Reason::no_credentials, credentials_absent, request_record},
    {Reason::unknown_login, login_unknown, login_record},
    {Reason::bad_password, password_wrong, proof_record},
    {Reason::method_not_possible, method_is_not_possible, method_record},
    {Reason::login_disabled, login_is_disabled, login_record},
    {Reason::wrong_kind, kind_is_wrong, kind_record},
    {Reason::wrong_realm, realm_is_wrong, realm_record},
    {Reason::not_yet_valid, is_too_early, validity_record},
    {Reason::expired, is_too_late, validity_record},
    {Reason::client_inactive, client_is_inactive, client_record},
    {Reason::contract_not_active, contract_is<ContractStatus::pre_activation>, contract_record},
    {Reason::contract_suspended, contract_is<ContractStatus::suspended>, contract_record},
    {Reason::contract_cancelled, contract_is_gone, last_record},
    {Reason::wrong_nas, nas_is_wrong, nas_record},
    {Reason::wrong_port, port_is_wrong, port_record},
    {Reason::wrong_mac, mac_is_wrong, mac_record},
    {Reason::outside_schedule, hour_is_wrong, schedule_record},
    {Reason::throttled, is_throttled, throttle_record},
    {Reason::session_limit, sessions_are_too_many, sessions_record},
};

void add_plan(Decision& decision, const PlanEntry& plan) noexcept
{
    decision.download_bps = plan.download_bps;
    decision.upload_bps = plan.upload_bps;
    decision.burst_download_bps = plan.burst_download_bps;
    decision.burst_upload_bps = plan.burst_upload_bps;
    decision.burst_time_s = plan.burst_time_s;
    decision.framed_pool = plan.framed_pool;
    decision.ipv6_pool = plan.ipv6_pool;
    decision.delegated_ipv6_pool = plan.delegated_ipv6_pool;
    decision.filter = plan.filter;
    decision.address_list = plan.address_list;
    decision.session_timeout_s = plan.session_timeout_s;
    decision.idle_timeout_s = plan.idle_timeout_s;
    decision.interim_s = plan.interim_s;
    decision.plan_reply = plan.reply_octets;
}

/// What the login has of its own goes before the plan's; an address before a pool.
void add_login(Decision& decision, const LoginEntry& login, const LoginTerms& terms) noexcept
{
    decision.login_reply = login.reply_octets;
    if (!login.framed_pool.empty()) decision.framed_pool = login.framed_pool;
    decision.framed_ip = login.ip;
    if (login.ip) decision.framed_pool = {};
    decision.ipv6_prefix = terms.ipv6_prefix;
    if (terms.ipv6_prefix) decision.ipv6_pool = {};
    decision.delegated_ipv6_prefix = terms.delegated_ipv6_prefix;
    if (terms.delegated_ipv6_prefix) decision.delegated_ipv6_pool = {};
    decision.routes = terms.routes;
    if (!terms.filter.empty()) decision.filter = terms.filter;
    if (!terms.address_list.empty()) decision.address_list = terms.address_list;
}

/// The session ends when the validity or the schedule does.
void cut_to_time(Decision& decision, const Facts& f) noexcept
{
    const auto until = [&](std::chrono::system_clock::time_point end) {
        decision.valid_until = std::min(decision.valid_until, end);
        const auto left = std::max(seconds{1}, floor<seconds>(end - f.query.now));
        if (left.count() >= UINT32_MAX) return;
        const auto left_s = static_cast<std::uint32_t>(left.count());
        if (decision.session_timeout_s == 0 || left_s < decision.session_timeout_s) decision.session_timeout_s = left_s;
    };
    if (const auto& end = f.bindings().valid_until) until(*end);
    const auto& schedule = schedule_of(f);
    if (schedule.windows.empty()) return;
    const auto open = open_for(schedule, f.query.now, f.query.utc_offset);
    if (open && *open != std::chrono::hours::max()) until(f.query.now + *open);
}

void add_terms(Decision& decision, const Facts& f) noexcept
{
    if (f.plan != nullptr) add_plan(decision, *f.plan);
    add_login(decision, *f.login, f.terms());
    cut_to_time(decision, f);
    decision.simultaneous = limit_of(f);
    const bool learns = f.login->learn_mac.value_or(f.plan != nullptr && f.plan->learn_mac);
    decision.learn_mac = learns && f.bindings().macs.empty() && f.query.mac && !f.query.mac->empty();
}

/// Whether a login may be dialled as `dialled`, which is its name with a realm.
bool takes_realm(const Directory& directory, const LoginEntry& login, const DialledName& dialled) noexcept
{
    const auto [rule, realm] = realm_of(login, directory.plan(login));
    return rule != RealmRule::none && (realm.empty() || same_realm(realm, dialled.realm));
}

}  // namespace

const LoginEntry* find_login_as_dialled(const Directory& directory, std::string_view name) noexcept
{
    if (const auto* exact = directory.find_login(name)) return exact;
    if (const auto form = mac_form(name)) {
        const auto* login = directory.find_login(std::string_view{form->data(), form->size()});
        if (login != nullptr && login->kind == LoginKind::mac) return login;
    }
    const auto dialled = dialled_name(name);
    if (dialled.realm.empty()) return nullptr;
    const auto* login = directory.find_login(dialled.user);
    return login != nullptr && takes_realm(directory, *login, dialled) ? login : nullptr;
}

Decision terms_of_plan(const PlanEntry& plan) noexcept
{
    Decision decision;
    decision.plan = &plan;
    decision.simultaneous = plan.simultaneous;
    add_plan(decision, plan);
    return decision;
}

Decision authorize(const AccessQuery& query, const Directory& directory) noexcept
{
    const auto facts = gather(query, directory);
    Decision decision;
    decision.login = facts.login;
    decision.contract = facts.contract;
    decision.client = facts.client;
    decision.plan = facts.plan;
    for (const auto& rule : rules) {
        if (rule.look(facts) != Outcome::refused) continue;
        decision.reason = rule.reason;
        return decision;
    }
    add_terms(decision, facts);
    return decision;
}

std::vector<Explained> explain(const AccessQuery& query, const Directory& directory)
{
    const auto facts = gather(query, directory);
    std::vector<Explained> all;
    for (const auto& rule : rules) all.push_back({rule.reason, rule.look(facts), rule.record(facts)});
    return all;
}

}  // namespace provisioning
