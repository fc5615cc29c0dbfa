// provisioning/policy_rules.hpp - the rules of access one by one, for the policy alone. The order is that of
// provisioning/reason.hpp.
#pragma once

#include "provisioning/policy.hpp"

namespace provisioning {

/// What the rules look at. `login` and the others are null where they are not there.
struct Facts {
    const AccessQuery& query;
    const Directory& directory;
    const LoginEntry* login = nullptr;
    const ContractEntry* contract = nullptr;
    const ClientEntry* client = nullptr;
    const PlanEntry* plan = nullptr;

    const LoginTerms& terms() const noexcept;
    const Bindings& bindings() const noexcept { return terms().bindings; }
};
Facts gather(const AccessQuery& query, const Directory& directory) noexcept;

struct Rule {
    Reason reason;
    Explained::Outcome (*look)(const Facts&) noexcept;
};
std::span<const Rule> access_rules() noexcept;

/// The login's own rule, else its plan's; and the realm that goes with it.
struct RealmBinding {
    RealmRule rule = RealmRule::none;
    std::string_view realm;
};
RealmBinding realm_of(const LoginEntry& login, const PlanEntry* plan) noexcept;
/// Of the login, else of its plan.
const Schedule& schedule_of(const Facts& facts) noexcept;
/// Sessions at once: the login's own limit, else its plan's; 0: none. The login is there.
std::uint32_t limit_of(const Facts& facts) noexcept;
/// Who does not allow the method, in words; empty: nobody.
std::string_view method_forbidden_by(const Facts& facts) noexcept;
/// A trust bonus of the contract is running: debt does nothing to it.
bool trusted(const Facts& facts) noexcept;
/// The login has a plan that is not there.
bool plan_is_missing(const Facts& facts) noexcept;

/// The terms of a plan alone.
void add_plan(Decision& decision, const PlanEntry& plan) noexcept;
/// All terms of who is let in: into `garden` where it is not null, else by plan, login and allowance. The login may be
/// missing in a garden only.
void add_terms(Decision& decision, const Facts& facts, const GardenEntry* garden) noexcept;

/// What the rule that gives `reason` looked at, in words for the operator; never a secret.
std::string looked_at(Reason reason, const Facts& facts);

} // namespace provisioning
