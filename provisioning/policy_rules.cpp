// provisioning/policy_rules.cpp
#include "provisioning/policy_rules.hpp"

#include <algorithm>

namespace provisioning {
namespace {

using Outcome = Explained::Outcome;

const LoginTerms nothing_special;

constexpr Outcome refused_if(bool applies) noexcept { return applies ? Outcome::refused : Outcome::passed; }

Outcome credentials_absent(const Facts& f) noexcept { return refused_if(f.query.proof == Proof::absent); }
Outcome login_unknown(const Facts& f) noexcept { return refused_if(f.login == nullptr); }

Outcome password_wrong(const Facts& f) noexcept
{
    const auto proof = f.query.proof;
    if (f.login == nullptr || proof == Proof::absent || proof == Proof::not_possible) return Outcome::not_reached;
    return refused_if(proof != Proof::proved);
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

Outcome realm_is_wrong(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    const auto [rule, realm] = realm_of(*f.login, f.plan);
    if (rule != RealmRule::require) return Outcome::passed;
    const auto dialled = dialled_name(f.query.login).realm;
    return refused_if(dialled.empty() || (!realm.empty() && !same_realm(realm, dialled)));
}

/// Validities are compared in seconds: in the clock's nanoseconds a far year would overflow.
std::chrono::sys_seconds second_of(const Facts& f) noexcept
{
    return std::chrono::floor<std::chrono::seconds>(f.query.now);
}

Outcome is_too_early(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    return refused_if(f.bindings().valid_from && second_of(f) < *f.bindings().valid_from);
}

Outcome is_too_late(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    return refused_if(f.bindings().valid_until && second_of(f) >= *f.bindings().valid_until);
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

Outcome hour_is_wrong(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    return refused_if(!open_for(schedule_of(f), f.query.now, f.query.utc_offset));
}

Outcome is_throttled(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    return refused_if(f.query.throttled);
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

Outcome contract_is_suspended(const Facts& f) noexcept
{
    if (f.contract == nullptr) return Outcome::not_reached;
    return refused_if(f.contract->status == ContractStatus::suspended && !trusted(f));
}

Outcome contract_is_gone(const Facts& f) noexcept
{
    if (f.login == nullptr) return Outcome::not_reached;
    if (f.contract == nullptr || f.client == nullptr || plan_is_missing(f)) return Outcome::refused;
    return contract_is<ContractStatus::cancelled>(f);
}

// The order of provisioning/reason.hpp. Credentials come first: a guesser learns nothing of the account.
constexpr Rule rules[] = {
    {Reason::no_credentials, credentials_absent},
    {Reason::unknown_login, login_unknown},
    {Reason::bad_password, password_wrong},
    {Reason::method_not_possible, method_is_not_possible},
    {Reason::login_disabled, login_is_disabled},
    {Reason::wrong_kind, kind_is_wrong},
    {Reason::wrong_realm, realm_is_wrong},
    {Reason::not_yet_valid, is_too_early},
    {Reason::expired, is_too_late},
    {Reason::client_inactive, client_is_inactive},
    {Reason::contract_not_active, contract_is<ContractStatus::pre_activation>},
    {Reason::contract_suspended, contract_is_suspended},
    {Reason::contract_cancelled, contract_is_gone},
    {Reason::wrong_nas, nas_is_wrong},
    {Reason::wrong_port, port_is_wrong},
    {Reason::wrong_mac, mac_is_wrong},
    {Reason::outside_schedule, hour_is_wrong},
    {Reason::throttled, is_throttled},
    {Reason::session_limit, sessions_are_too_many},
};

} // namespace

const LoginTerms& Facts::terms() const noexcept
{
    return login != nullptr && login->terms ? *login->terms : nothing_special;
}

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

std::span<const Rule> access_rules() noexcept { return rules; }

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

RealmBinding realm_of(const LoginEntry& login, const PlanEntry* plan) noexcept
{
    RealmBinding binding;
    if (login.terms) binding = {login.terms->bindings.realm_rule, login.terms->bindings.realm};
    if (plan == nullptr) return binding;
    if (binding.rule == RealmRule::none) binding.rule = plan->bindings.realm_rule;
    if (binding.realm.empty()) binding.realm = plan->bindings.realm;
    return binding;
}

const Schedule& schedule_of(const Facts& f) noexcept
{
    const auto& own = f.bindings().schedule;
    return own.windows.empty() && f.plan != nullptr ? f.plan->bindings.schedule : own;
}

std::uint32_t limit_of(const Facts& f) noexcept
{
    if (f.login->simultaneous) return *f.login->simultaneous;
    return f.plan == nullptr ? 1 : f.plan->simultaneous;
}

bool trusted(const Facts& f) noexcept
{
    if (f.contract == nullptr || !f.contract->trust_until) return false;
    const bool for_debt = f.contract->status == ContractStatus::active || f.contract->suspension_kind == "debt";
    return for_debt && second_of(f) < *f.contract->trust_until;
}

// What is not there cannot be seen to be paid for: a missing contract, client or plan closes the door as well.
bool plan_is_missing(const Facts& f) noexcept { return f.login->plan_id != 0 && f.plan == nullptr; }

} // namespace provisioning
