// tests/unit/provisioning/policy_test.cpp - one row per reason, their order, and explain() against authorize() for
// every combination of what they look at.
#include "provisioning/policy.hpp"

#include "allocations.hpp"
#include "entries.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace provisioning;

namespace {

struct Case {
    Provider provider;
    NasEntry nas{.id = 1, .name = "bng1"};
    AccessQuery query{.login = "joao@isp", .kind = RequestKind::pppoe, .proof = Proof::proved};
    bool with_client = true, with_contract = true, with_plan = true;
};

void fill(Directory& directory, const Case& c)
{
    c.provider.put_into(directory);
    if (!c.with_client) directory.apply(Removed{EntryKind::client, c.provider.client.id});
    if (!c.with_contract) directory.apply(Removed{EntryKind::contract, c.provider.contract.id});
    if (!c.with_plan) directory.apply(Removed{EntryKind::plan, c.provider.plan.id});
}

Reason reason_of(const Case& c)
{
    Directory directory;
    fill(directory, c);
    return authorize(c.query, directory).reason;
}

std::string record_of(const Case& c, Reason reason)
{
    Directory directory;
    fill(directory, c);
    const auto all = explain(c.query, directory);
    return std::ranges::find(all, reason, &Explained::reason)->record;
}

void suspend(Case& c)
{
    c.provider.contract.status = ContractStatus::suspended;
    c.provider.contract.suspension_kind = "debt";
    c.provider.contract.suspension_reason = "2 boletos";
}

struct Row {
    std::string name;
    std::function<void(Case&)> change;
    Reason reason;
};

}  // namespace

TEST_CASE("a login is refused for the first reason that applies")
{
    using enum Reason;
    const Row rows[] = {
        {"nothing wrong", [](Case&) {}, none},
        {"no credentials", [](Case& c) { c.query.proof = Proof::absent; }, no_credentials},
        {"no credentials for an unknown login", [](Case& c) { c.query.proof = Proof::absent, c.query.login = "maria"; },
         no_credentials},
        {"a name that is not there", [](Case& c) { c.query.login = "maria"; }, unknown_login},
        {"a name in other case", [](Case& c) { c.query.login = "Joao@isp"; }, unknown_login},
        {"an empty name", [](Case& c) { c.query.login = ""; }, unknown_login},
        {"a wrong password", [](Case& c) { c.query.proof = Proof::wrong; }, bad_password},
        {"a wrong password on a disabled login tells nothing of it",
         [](Case& c) { c.query.proof = Proof::wrong, c.provider.login.enabled = false; }, bad_password},
        {"a method that the password cannot serve", [](Case& c) { c.query.proof = Proof::not_possible; },
         method_not_possible},
        {"a disabled login", [](Case& c) { c.provider.login.enabled = false; }, login_disabled},
        {"a login that is disabled AND suspended is refused for the first reason",
         [](Case& c) { c.provider.login.enabled = false, suspend(c); }, login_disabled},
        {"a hotspot's request for a PPPoE login", [](Case& c) { c.query.kind = RequestKind::hotspot; }, wrong_kind},
        {"an inactive client", [](Case& c) { c.provider.client.active = false; }, client_inactive},
        {"an inactive client with a suspended contract", [](Case& c) { c.provider.client.active = false, suspend(c); },
         client_inactive},
        {"a contract before its activation",
         [](Case& c) { c.provider.contract.status = ContractStatus::pre_activation; }, contract_not_active},
        {"a suspended contract", suspend, contract_suspended},
        {"a cancelled contract", [](Case& c) { c.provider.contract.status = ContractStatus::cancelled; },
         contract_cancelled},
        {"a contract that is not there", [](Case& c) { c.with_contract = false; }, contract_cancelled},
        {"a client that is not there", [](Case& c) { c.with_client = false; }, contract_cancelled},
        {"a suspended contract of a client that is not there", [](Case& c) { c.with_client = false, suspend(c); },
         contract_suspended},
        {"a plan that is not there", [](Case& c) { c.with_plan = false; }, contract_cancelled},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Case c;
        row.change(c);
        CHECK(reason_of(c) == row.reason);
    }
}

namespace {

struct Fault {
    Reason reason;
    void (*make)(Case&);
};

constexpr MacText own_mac = {'A', 'A', ':', 'B', 'B', ':', 'C', 'C', ':', 'D', 'D', ':', 'E', 'E', ':', 'F', 'F'};
constexpr std::chrono::sys_seconds epoch{};

// What each reason is given for, in an order in which no fault undoes another.
const Fault faults[] = {
    {Reason::no_credentials, [](Case& c) { c.query.proof = Proof::absent; }},
    {Reason::unknown_login, [](Case& c) { c.query.login = "maria"; }},
    {Reason::bad_password, [](Case& c) { c.query.proof = Proof::wrong; }},
    {Reason::method_not_possible,
     [](Case& c) { c.query.method = Method::chap, c.provider.login.storage = Storage::crypt; }},
    {Reason::login_disabled, [](Case& c) { c.provider.login.enabled = false; }},
    {Reason::wrong_kind, [](Case& c) { c.query.kind = RequestKind::hotspot; }},
    {Reason::wrong_realm,
     [](Case& c) { c.provider.bindings().realm_rule = RealmRule::require, c.provider.bindings().realm = "other"; }},
    {Reason::not_yet_valid, [](Case& c) { c.provider.bindings().valid_from = epoch + std::chrono::hours{1}; }},
    {Reason::expired, [](Case& c) { c.provider.bindings().valid_until = epoch; }},
    {Reason::client_inactive, [](Case& c) { c.provider.client.active = false; }},
    {Reason::contract_not_active, [](Case& c) { c.provider.contract.status = ContractStatus::pre_activation; }},
    {Reason::contract_suspended, suspend},
    {Reason::contract_cancelled, [](Case& c) { c.with_plan = false; }},
    {Reason::wrong_nas, [](Case& c) { c.provider.bindings().nas_id = 2, c.query.nas = &c.nas; }},
    {Reason::wrong_port, [](Case& c) { c.provider.bindings().circuit_id = "olt 1/*", c.query.circuit_id = ""; }},
    {Reason::wrong_mac, [](Case& c) { c.provider.bindings().macs = {own_mac}, c.query.mac = "aabb.ccdd.ee00"; }},
    {Reason::outside_schedule,
     [](Case& c) { c.provider.bindings().schedule = parse_schedule("fri 08:00-18:00").schedule; }},
    {Reason::throttled, [](Case& c) { c.query.throttled = true; }},
    {Reason::session_limit, [](Case& c) { c.query.sessions = 1; }},
};

} // namespace

TEST_CASE("every reason that is found before the terms is given for its own fault")
{
    // 1970-01-01 is a Thursday, so Friday's hours are shut.
    CHECK(std::size(faults) == static_cast<std::size_t>(Reason::session_limit));
    for (const auto& fault : faults) {
        CAPTURE(std::string{name(fault.reason)});
        Case c;
        fault.make(c);
        CHECK(std::string{name(reason_of(c))} == std::string{name(fault.reason)});
    }
}

TEST_CASE("of any two faults, the one that stands first in the table is told")
{
    for (const auto& one : faults) {
        for (const auto& other : faults) {
            CAPTURE(std::string{name(one.reason)});
            CAPTURE(std::string{name(other.reason)});
            Case c;
            // The one that stands first is made last: where both set the same value, it is its own.
            (one.reason < other.reason ? other : one).make(c);
            (one.reason < other.reason ? one : other).make(c);
            CHECK(std::string{name(reason_of(c))} == std::string{name(std::min(one.reason, other.reason))});
        }
    }
}

TEST_CASE("with every fault at once the table is walked from its start as one after another is mended")
{
    for (std::size_t mended = 0; mended <= std::size(faults); ++mended) {
        Case c;
        for (std::size_t i = std::size(faults); i > mended; --i) faults[i - 1].make(c);
        const auto expected = mended == std::size(faults) ? Reason::none : faults[mended].reason;
        CHECK(std::string{name(reason_of(c))} == std::string{name(expected)});
    }
}

TEST_CASE("a request of the wrong kind is refused; one that shows nothing passes, but for a login of kind ip")
{
    struct KindRow {
        LoginKind login;
        bool unknown, pppoe, hotspot, mac;  // accepted with what the request shows
    };
    const KindRow rows[] = {
        {LoginKind::pppoe, true, true, false, false},
        {LoginKind::hotspot, true, false, true, false},
        {LoginKind::mac, true, false, false, true},
        {LoginKind::ip, false, false, false, false},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{name(row.login)});
        const auto accepted = [&](RequestKind kind) {
            Case c;
            c.provider.login.kind = row.login;
            c.query.kind = kind;
            return reason_of(c) == Reason::none;
        };
        CHECK(accepted(RequestKind::unknown) == row.unknown);
        CHECK(accepted(RequestKind::pppoe) == row.pppoe);
        CHECK(accepted(RequestKind::hotspot) == row.hotspot);
        CHECK(accepted(RequestKind::mac) == row.mac);
    }
}

namespace {

// Calls `visit` with every combination of what the rules look at.
template <class Visit>
void each_case(Visit visit)
{
    for (const auto login : {"joao@isp", "maria"})
        for (const auto kind : {RequestKind::unknown, RequestKind::pppoe, RequestKind::hotspot, RequestKind::mac})
            for (const auto proof : {Proof::absent, Proof::wrong, Proof::not_possible, Proof::proved})
                for (const auto login_kind : {LoginKind::pppoe, LoginKind::hotspot, LoginKind::mac, LoginKind::ip})
                    for (const auto status : {ContractStatus::pre_activation, ContractStatus::active,
                                              ContractStatus::suspended, ContractStatus::cancelled})
                        for (unsigned bits = 0; bits < 32; ++bits) {
                            Case c;
                            c.query = {.login = login, .kind = kind, .proof = proof};
                            c.provider.login.kind = login_kind;
                            c.provider.contract.status = status;
                            c.provider.login.enabled = (bits & 1) != 0;
                            c.provider.client.active = (bits & 2) != 0;
                            c.with_client = (bits & 4) != 0;
                            c.with_contract = (bits & 8) != 0;
                            c.with_plan = (bits & 16) != 0;
                            visit(c);
                        }
}

}  // namespace

TEST_CASE("explain agrees with authorize for every combination")
{
    std::size_t cases = 0, accepted = 0, disagreements = 0;
    each_case([&](const Case& c) {
        Directory directory;
        fill(directory, c);
        const auto decision = authorize(c.query, directory);
        const auto all = explain(c.query, directory);
        const auto first = std::ranges::find(all, Explained::Outcome::refused, &Explained::outcome);
        const auto explained = first == all.end() ? Reason::none : first->reason;
        const bool in_order = std::ranges::is_sorted(all, {}, &Explained::reason);
        const bool all_say_a_record = std::ranges::none_of(all, [](const auto& e) { return e.record.empty(); });
        if (explained != decision.reason || !in_order || !all_say_a_record) ++disagreements;
        if (decision.reason == Reason::none) ++accepted;
        ++cases;
    });
    CHECK(cases == 2 * 4 * 4 * 4 * 4 * 32);
    CHECK(disagreements == 0);
    // All of it right, and the kinds fit: pppoe, hotspot and mac each with their own and with nothing shown.
    CHECK(accepted == 6);
}

TEST_CASE("explain agrees with authorize for any set of faults")
{
    std::array<std::size_t, reason_count> given{};
    std::size_t disagreements = 0, taken = 0;
    unsigned random = 1;
    for (int n = 0; n < 20'000; ++n) {
        Case c;
        // Few faults at once, so that the last rules are reached too.
        for (std::size_t i = std::size(faults); i > 0; --i) {
            random = random * 1'664'525U + 1'013'904'223U;
            if ((random >> 16U) % 12 == 0) faults[i - 1].make(c);
        }
        Directory directory;
        fill(directory, c);
        Decision decision;
        taken += allocations_of([&] { decision = authorize(c.query, directory); });
        ++given[static_cast<std::size_t>(decision.reason)];
        const auto all = explain(c.query, directory);
        const auto first = std::ranges::find(all, Explained::Outcome::refused, &Explained::outcome);
        if ((first == all.end() ? Reason::none : first->reason) != decision.reason) ++disagreements;
        if (all.size() != std::size(faults)) ++disagreements;
    }
    CHECK(disagreements == 0);
    CHECK(taken == 0);
    for (std::size_t i = 0; i <= std::size(faults); ++i) {
        CAPTURE(i);
        CHECK(given[i] > 20);
    }
}

TEST_CASE("explain names the record that each rule looked at, and what is not there")
{
    Case c;
    CHECK(record_of(c, Reason::no_credentials) == "request (credentials proved)");
    CHECK(record_of(c, Reason::unknown_login) == "login joao@isp (enabled)");
    CHECK(record_of(c, Reason::bad_password) == "login joao@isp, request (credentials proved)");
    CHECK(record_of(c, Reason::wrong_kind) == "login joao@isp (pppoe; the request shows pppoe)");
    CHECK(record_of(c, Reason::client_inactive) == "client 7 Ana (active)");
    CHECK(record_of(c, Reason::contract_suspended) == "contract 42 (active)");
    suspend(c);
    CHECK(record_of(c, Reason::contract_suspended) == "contract 42 (suspended: debt, 2 boletos)");
    c.with_client = false;
    CHECK(record_of(c, Reason::contract_cancelled) == "client 7 (not there)");
    c.with_contract = false;
    CHECK(record_of(c, Reason::contract_cancelled) == "contract 42 (not there)");
    Case no_plan;
    no_plan.with_plan = false;
    CHECK(record_of(no_plan, Reason::contract_cancelled) == "plan 3 (not there)");
    c.query.login = "maria";
    CHECK(record_of(c, Reason::login_disabled) == "login maria (not there)");
    c.query.login = "mar\nia";
    CHECK(record_of(c, Reason::unknown_login) == "login with control characters (not there)");
}

TEST_CASE("rules that have no record to look at are not reached")
{
    Case c;
    c.query.login = "maria";
    Directory directory;
    fill(directory, c);
    for (const auto& rule : explain(c.query, directory)) {
        CAPTURE(std::string{name(rule.reason)});
        const auto expected = rule.reason == Reason::no_credentials  ? Explained::Outcome::passed
                              : rule.reason == Reason::unknown_login ? Explained::Outcome::refused
                                                                     : Explained::Outcome::not_reached;
        CHECK(rule.outcome == expected);
    }
}

TEST_CASE("authorize takes nothing from the heap, whatever it decides")
{
    std::size_t taken = 0;
    each_case([&](const Case& c) {
        Directory directory;
        fill(directory, c);
        taken += allocations_of([&] { (void)authorize(c.query, directory); });
    });
    CHECK(taken == 0);
}
