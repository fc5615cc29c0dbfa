// provisioning/policy.cpp
#include "provisioning/policy.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

namespace provisioning {
namespace {

using Outcome = Explained::Outcome;

struct Facts {
    const AccessQuery& query;
    const LoginEntry* login = nullptr;
    const ContractEntry* contract = nullptr;
    const ClientEntry* client = nullptr;
    const PlanEntry* plan = nullptr;
};

Facts gather(const AccessQuery& query, const Directory& directory) noexcept
{
    Facts facts{query};
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

Outcome method_is_not_possible(const Facts& f) noexcept
{
    if (f.login == nullptr || f.query.proof == Proof::absent) return Outcome::not_reached;
    return refused_if(f.query.proof == Proof::not_possible);
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
    {Reason::method_not_possible, method_is_not_possible, proof_record},
    {Reason::login_disabled, login_is_disabled, login_record},
    {Reason::wrong_kind, kind_is_wrong, kind_record},
    {Reason::client_inactive, client_is_inactive, client_record},
    {Reason::contract_not_active, contract_is<ContractStatus::pre_activation>, contract_record},
    {Reason::contract_suspended, contract_is<ContractStatus::suspended>, contract_record},
    {Reason::contract_cancelled, contract_is_gone, last_record},
};

void add_terms(Decision& decision) noexcept
{
    const auto& login = *decision.login;
    decision.login_reply = login.reply_octets;
    decision.framed_ip = login.ip;
    if (!login.ip) decision.framed_pool = login.framed_pool;
    if (decision.plan == nullptr) return;
    const auto& plan = *decision.plan;
    decision.download_bps = plan.download_bps;
    decision.upload_bps = plan.upload_bps;
    if (!login.ip && login.framed_pool.empty()) decision.framed_pool = plan.framed_pool;
    decision.session_timeout_s = plan.session_timeout_s;
    decision.interim_s = plan.interim_s;
    decision.plan_reply = plan.reply_octets;
}

}  // namespace

const LoginEntry* find_login_as_dialled(const Directory& directory, std::string_view name) noexcept
{
    if (const auto* exact = directory.find_login(name)) return exact;
    const auto form = mac_form(name);
    if (!form) return nullptr;
    const auto* login = directory.find_login(std::string_view{form->data(), form->size()});
    return login != nullptr && login->kind == LoginKind::mac ? login : nullptr;
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
    add_terms(decision);
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
