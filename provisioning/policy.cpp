// provisioning/policy.cpp
#include "provisioning/policy.hpp"

#include "provisioning/policy_rules.hpp"
#include "provisioning/rules/values.hpp"

#include <algorithm>

namespace provisioning {
namespace {

using Outcome = Explained::Outcome;

using std::chrono::seconds;

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
    using Instant = std::chrono::system_clock::time_point;
    const auto until = [&](std::chrono::sys_seconds end) {
        // The clock counts nanoseconds and ends in 2262, a validity may not.
        if (end < std::chrono::floor<seconds>(Instant::max()))
            decision.valid_until = std::min(decision.valid_until, Instant{end});
        const auto left = std::max(seconds{1}, end - std::chrono::ceil<seconds>(f.query.now));
        if (left.count() >= UINT32_MAX) return;
        const auto left_s = static_cast<std::uint32_t>(left.count());
        if (decision.session_timeout_s == 0 || left_s < decision.session_timeout_s) decision.session_timeout_s = left_s;
    };
    if (const auto& end = f.bindings().valid_until) until(*end);
    const auto open = open_for(schedule_of(f), f.query.now, f.query.utc_offset);
    if (open && *open != seconds::max()) until(std::chrono::floor<seconds>(f.query.now) + *open);
}

void add_terms(Decision& decision, const Facts& f) noexcept
{
    if (f.plan != nullptr) add_plan(decision, *f.plan);
    add_login(decision, *f.login, f.terms());
    cut_to_time(decision, f);
    decision.simultaneous = limit_of(f);
    const bool learns = f.login->learn_mac.value_or(f.plan != nullptr && f.plan->learn_mac);
    decision.learn_mac = learns && f.bindings().macs.empty() && f.query.mac && mac_of_station(*f.query.mac);
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
    for (const auto& rule : access_rules()) {
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
    for (const auto& rule : access_rules())
        all.push_back({rule.reason, rule.look(facts), looked_at(rule.reason, facts)});
    return all;
}

}  // namespace provisioning
