// tests/unit/provisioning/explain_test.cpp - what the rules of place and time say that they looked at.
#include "entries.hpp"
#include "provisioning/policy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace provisioning;
using namespace std::chrono_literals;

namespace {

// Monday 2026-11-23, 15:00 in UTC, noon in Sao Paulo.
constexpr std::chrono::sys_seconds now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 15h;

struct Case {
    Provider provider;
    NasEntry nas{.id = 1, .name = "bng1"}, other_nas{.id = 2, .name = "bng2"};
    AccessQuery query{
        .login = "joao@isp", .kind = RequestKind::pppoe, .proof = Proof::proved, .now = now, .utc_offset = -3h};
};

struct Row {
    Reason reason;
    std::function<void(Case&)> change;
    std::string record;
};

} // namespace

TEST_CASE("explain shows what the request has and what the login is bound to")
{
    using enum Reason;
    const auto macs = [](Case& c) {
        c.provider.bindings().macs = {
            {'A', 'A', ':', 'B', 'B', ':', 'C', 'C', ':', 'D', 'D', ':', 'E', 'E', ':', 'F', 'F'}};
    };
    const Row rows[] = {
        {method_not_possible, [](Case& c) { c.query.method = Method::chap, c.provider.login.storage = Storage::md5; },
         "login joao@isp (stored as md5; asked by chap: the stored password cannot be checked by it)"},
        {method_not_possible, [](Case& c) { c.query.method = Method::chap, c.provider.plan.methods = {}; },
         "login joao@isp (stored as encrypted; asked by chap: the plan does not allow it)"},
        {method_not_possible, [](Case& c) { c.query.method = Method::chap, c.nas.methods = {}, c.query.nas = &c.nas; },
         "login joao@isp (stored as encrypted; asked by chap: the NAS does not allow it)"},
        {method_not_possible, [](Case&) {}, "login joao@isp (stored as encrypted)"},
        {wrong_realm, [](Case&) {}, "login joao@isp (no rule for its realm)"},
        {wrong_realm, [](Case& c) { c.provider.plan.bindings.realm_rule = RealmRule::require; },
         "login joao@isp (require any realm; dialled with isp)"},
        {wrong_realm,
         [](Case& c) {
             c.provider.login.name = c.query.login = "joao";
             c.provider.bindings().realm_rule = RealmRule::strip, c.provider.bindings().realm = "isp";
         },
         "login joao (strip isp; dialled without)"},
        {not_yet_valid, [](Case&) {}, "login joao@isp (valid without end)"},
        {expired,
         [](Case& c) { c.provider.bindings().valid_from = now - 1min, c.provider.bindings().valid_until = now + 24h; },
         "login joao@isp (valid from 2026-11-23 11:59 until 2026-11-24 12:00)"},
        {expired,
         [](Case& c) { c.provider.bindings().valid_until = std::chrono::sys_days{std::chrono::year{9999} / 1 / 2}; },
         "login joao@isp (valid until 9999-01-01 21:00)"},
        {wrong_nas, [](Case&) {}, "login joao@isp (bound to no nas)"},
        {wrong_nas, [](Case& c) { c.provider.bindings().nas_id = 2, c.query.nas = &c.nas; },
         "login joao@isp (bound to nas bng2; the request comes from bng1)"},
        {wrong_nas, [](Case& c) { c.provider.bindings().nas_id = 9; }, "login joao@isp (bound to nas 9)"},
        {wrong_port, [](Case&) {}, "login joao@isp (bound to no port)"},
        {wrong_port,
         [](Case& c) {
             c.provider.bindings().nas_port = "*:100", c.query.nas_port = "eth1 x:101";
             c.provider.bindings().circuit_id = "olt*", c.query.circuit_id = "";
             c.provider.bindings().remote_id = "ONU7";
         },
         "login joao@isp (NAS-Port-Id *:100, the request shows \"eth1 x:101\"; Agent-Circuit-Id olt*, the request "
         "shows "
         "none; Agent-Remote-Id ONU7)"},
        {wrong_mac, [](Case&) {}, "login joao@isp (bound to no MAC)"},
        {wrong_mac, macs, "login joao@isp (bound to AA:BB:CC:DD:EE:FF)"},
        {wrong_mac, [&](Case& c) { macs(c), c.query.mac = ""; },
         "login joao@isp (bound to AA:BB:CC:DD:EE:FF; the request shows none)"},
        {outside_schedule, [](Case&) {}, "plan fibra-300 (at all times)"},
        {outside_schedule, [](Case& c) { c.provider.plan.bindings.schedule = parse_schedule("mon-fri 8-18").schedule; },
         "plan fibra-300 (mon-fri 08:00-18:00; now 2026-11-23 12:00)"},
        {outside_schedule, [](Case& c) { c.provider.bindings().schedule = parse_schedule("sat 8-12").schedule; },
         "login joao@isp (sat 08:00-12:00; now 2026-11-23 12:00)"},
        {throttled, [](Case&) {}, "this caller (not too many wrong passwords)"},
        {throttled, [](Case& c) { c.query.throttled = true; },
         "this caller (too many wrong passwords in the last minute)"},
        {session_limit, [](Case& c) { c.query.sessions = 2; }, "login joao@isp (2 sessions that stay, of 1 allowed)"},
        {session_limit, [](Case& c) { c.provider.plan.simultaneous = 0; },
         "login joao@isp (0 sessions that stay, of any number allowed)"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.record);
        Case c;
        row.change(c);
        Directory directory;
        c.provider.put_into(directory);
        c.other_nas.address = *parse_prefix("10.0.0.2");
        directory.apply(NasEntry{c.other_nas});
        const auto all = explain(c.query, directory);
        CHECK(std::ranges::find(all, row.reason, &Explained::reason)->record == row.record);
    }
}

TEST_CASE("a request's own text cannot write to the operator's screen")
{
    Case c;
    c.provider.bindings().nas_port = "x";
    c.query.nas_port = "\x1b[2J";
    c.provider.bindings().circuit_id = "x";
    c.query.circuit_id = std::string_view{"a\0b", 3};
    c.provider.bindings().macs = {MacText{}};
    c.query.mac = "\r\n";
    c.provider.bindings().realm_rule = RealmRule::strip;
    c.provider.login.name = "joao";
    c.query.login = "joao@\x07";
    Directory directory;
    c.provider.put_into(directory);
    for (const auto& one : explain(c.query, directory)) {
        CAPTURE(std::string{name(one.reason)});
        if (one.reason == Reason::wrong_mac) continue; // this test's own MAC is of NULs
        CHECK(std::ranges::none_of(one.record, [](char c) { return static_cast<unsigned char>(c) < ' '; }));
    }
}

TEST_CASE("explain shows the rule for which a garden is there as refused, and those after it as they are")
{
    Case c;
    c.provider.contract.status = ContractStatus::suspended;
    c.provider.contract.suspension_kind = "debt";
    c.query.nas = &c.nas;
    c.query.sessions = 1;
    Directory directory;
    c.provider.put_into(directory);
    directory.apply(GardenEntry{.id = 1, .name = "debtors", .reason = GardenReason::debt, .framed_pool = "debt"});
    const auto outcome = [&](Reason reason) {
        const auto all = explain(c.query, directory);
        return std::ranges::find(all, reason, &Explained::reason)->outcome;
    };
    CHECK(outcome(Reason::contract_suspended) == Explained::Outcome::refused);
    CHECK(outcome(Reason::wrong_nas) == Explained::Outcome::passed);
    CHECK(outcome(Reason::session_limit) == Explained::Outcome::refused);
    CHECK(authorize(c.query, directory).reason == Reason::session_limit);
    c.query.sessions = 0;
    CHECK(outcome(Reason::session_limit) == Explained::Outcome::passed);
    CHECK(authorize(c.query, directory).refused == Reason::contract_suspended);
}
