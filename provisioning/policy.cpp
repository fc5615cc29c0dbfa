// provisioning/policy.cpp
#include "provisioning/policy.hpp"

#include "provisioning/policy_rules.hpp"
#include "provisioning/rules/values.hpp"

namespace provisioning {
namespace {

using Outcome = Explained::Outcome;

/// Whether a login may be dialled as `dialled`, which is its name with a realm.
bool takes_realm(const Directory& directory, const LoginEntry& login, const DialledName& dialled) noexcept
{
    const auto [rule, realm] = realm_of(login, directory.plan(login));
    return rule != RealmRule::none && (realm.empty() || same_realm(realm, dialled.realm));
}

/// Where who is refused for `reason` is let in all the same; null: nowhere.
const GardenEntry* garden_for(Reason reason, const Facts& f) noexcept
{
    if (f.query.nas == nullptr) return nullptr;
    const auto stands = [&](GardenReason why) { return f.directory.garden(why, *f.query.nas); };
    if (reason == Reason::unknown_login) return stands(GardenReason::unknown);
    if (reason == Reason::expired) return stands(GardenReason::expired);
    if (reason == Reason::contract_suspended && f.contract->suspension_kind == "debt")
        return stands(GardenReason::debt);
    return nullptr;
}

std::string rate_in_words(std::uint64_t bits_per_second)
{
    return bits_per_second == 0 ? "unlimited" : rate_text(bits_per_second);
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
    const GardenEntry* garden = nullptr; // of the first reason; a later one with a garden of its own changes nothing
    for (const auto& rule : access_rules()) {
        if (rule.look(facts) != Outcome::refused) continue;
        const auto* leads_to = garden_for(rule.reason, facts);
        if (leads_to == nullptr) {
            decision.reason = rule.reason;
            decision.refused = Reason::none;
            return decision;
        }
        if (garden != nullptr) continue;
        garden = leads_to;
        decision.refused = rule.reason;
    }
    add_terms(decision, facts, garden);
    return decision;
}

std::string in_words(const Decision& decision)
{
    if (decision.reason != Reason::none) return "reject: " + std::string{name(decision.reason)};
    if (decision.garden != nullptr) return "garden " + std::string{name(decision.garden->reason)};
    return rate_in_words(decision.download_bps) + '/' + rate_in_words(decision.upload_bps);
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
