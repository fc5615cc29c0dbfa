// tests/unit/provisioning/access_rules_test.cpp - each rule of access alone, of the login and of its plan; what remains
// of the time.
#include "allocations.hpp"
#include "entries.hpp"
#include "provisioning/policy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace provisioning;
using namespace std::chrono_literals;

namespace {

using Instant = std::chrono::system_clock::time_point;
using std::chrono::sys_seconds;

// Monday 2026-11-23, 12:00 in UTC.
constexpr sys_seconds noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h;

MacText mac_text(std::string_view text)
{
    MacText mac{};
    std::ranges::copy(text, mac.begin());
    return mac;
}

Schedule hours(std::string_view typed) { return parse_schedule(typed).schedule; }

struct Case {
    Provider provider;
    NasEntry nas{.id = 1, .name = "bng1"};
    AccessQuery query{.login = "joao@isp", .kind = RequestKind::pppoe, .proof = Proof::proved, .now = noon};

    Decision decided()
    {
        Directory directory;
        provider.put_into(directory);
        const auto decision = authorize(query, directory);
        CHECK(allocations_of([&] { (void)authorize(query, directory); }) == 0);
        return Decision{.reason = decision.reason,
                        .session_timeout_s = decision.session_timeout_s,
                        .simultaneous = decision.simultaneous,
                        .learn_mac = decision.learn_mac,
                        .valid_until = decision.valid_until};
    }
};

struct Row {
    std::string name;
    std::function<void(Case&)> change;
    Reason reason;
};

template <std::size_t size>
void check_rows(const Row (&rows)[size])
{
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Case c;
        row.change(c);
        CHECK(std::string{name(c.decided().reason)} == std::string{name(row.reason)});
    }
}

MethodSet only(Method method)
{
    MethodSet set;
    set.add(method);
    return set;
}

} // namespace

TEST_CASE("a login is bound to its place: NAS, port, circuit and remote, MAC")
{
    using enum Reason;
    const auto bind_mac = [](Case& c) {
        c.provider.bindings().macs = {mac_text("AA:BB:CC:DD:EE:FF"), mac_text("00:11:22:33:44:55")};
    };
    const Row rows[] = {
        {"its NAS", [](Case& c) { c.provider.bindings().nas_id = 1, c.query.nas = &c.nas; }, none},
        {"another NAS", [](Case& c) { c.provider.bindings().nas_id = 2, c.query.nas = &c.nas; }, wrong_nas},
        {"a NAS that is not asked about", [](Case& c) { c.provider.bindings().nas_id = 2; }, none},
        {"bound to no NAS", [](Case& c) { c.query.nas = &c.nas; }, none},
        {"its port", [](Case& c) { c.provider.bindings().nas_port = "*:100", c.query.nas_port = "eth1:100"; }, none},
        {"another port", [](Case& c) { c.provider.bindings().nas_port = "*:100", c.query.nas_port = "eth1:101"; },
         wrong_port},
        {"a request without a port", [](Case& c) { c.provider.bindings().nas_port = "*", c.query.nas_port = ""; },
         wrong_port},
        {"a port that is not asked about", [](Case& c) { c.provider.bindings().nas_port = "*:100"; }, none},
        {"its circuit",
         [](Case& c) { c.provider.bindings().circuit_id = "olt 1/2/*", c.query.circuit_id = "olt 1/2/3"; }, none},
        {"another circuit",
         [](Case& c) { c.provider.bindings().circuit_id = "olt 1/2/*", c.query.circuit_id = "olt 1/3/3"; }, wrong_port},
        {"a request without a circuit",
         [](Case& c) { c.provider.bindings().circuit_id = "olt 1/2/*", c.query.circuit_id = ""; }, wrong_port},
        {"its remote", [](Case& c) { c.provider.bindings().remote_id = "ONU7", c.query.remote_id = "ONU7"; }, none},
        {"another remote", [](Case& c) { c.provider.bindings().remote_id = "ONU7", c.query.remote_id = "ONU8"; },
         wrong_port},
        {"its port, but another remote",
         [](Case& c) {
             c.provider.bindings().nas_port = "*:100", c.query.nas_port = "eth1:100";
             c.provider.bindings().remote_id = "ONU7", c.query.remote_id = "ONU8";
         },
         wrong_port},
        {"its MAC", [&](Case& c) { bind_mac(c), c.query.mac = "aabb.ccdd.eeff"; }, none},
        {"its other MAC", [&](Case& c) { bind_mac(c), c.query.mac = "00-11-22-33-44-55"; }, none},
        {"another MAC", [&](Case& c) { bind_mac(c), c.query.mac = "aabb.ccdd.eefe"; }, wrong_mac},
        {"bound to a MAC, and the request shows none", [&](Case& c) { bind_mac(c), c.query.mac = ""; }, wrong_mac},
        {"bound to a MAC, and the request shows a name", [&](Case& c) { bind_mac(c), c.query.mac = "joao"; },
         wrong_mac},
        {"a MAC that is not asked about", bind_mac, none},
        {"bound to no MAC, and the request shows none", [](Case& c) { c.query.mac = ""; }, none},
    };
    check_rows(rows);
}

TEST_CASE("a method is served where the password, the plan and the NAS allow it")
{
    using enum Reason;
    const Row rows[] = {
        {"all of them", [](Case& c) { c.query.method = Method::chap, c.query.nas = &c.nas; }, none},
        {"not the password", [](Case& c) { c.query.method = Method::chap, c.provider.login.storage = Storage::md5; },
         method_not_possible},
        {"not the plan", [](Case& c) { c.query.method = Method::chap, c.provider.plan.methods = only(Method::pap); },
         method_not_possible},
        {"not the NAS",
         [](Case& c) { c.query.method = Method::chap, c.nas.methods = only(Method::pap), c.query.nas = &c.nas; },
         method_not_possible},
        {"a wrong password is told before the method",
         [](Case& c) {
             c.query.method = Method::chap, c.query.proof = Proof::wrong, c.provider.plan.methods = only(Method::pap);
         },
         bad_password},
        {"none asked about", [](Case& c) { c.provider.plan.methods = only(Method::pap); }, none},
    };
    check_rows(rows);
}

TEST_CASE("a realm is required, or taken off, by the login's rule or its plan's")
{
    struct RealmRow {
        std::string name, stored, dialled;
        RealmRule login_rule;
        std::string login_realm;
        RealmRule plan_rule;
        std::string plan_realm;
        Reason reason;
    };
    using enum RealmRule;
    constexpr auto accepted = Reason::none;
    const RealmRow rows[] = {
        {"no rule: as it is stored", "joao", "joao", none, "", none, "", accepted},
        {"no rule: another name with a realm", "joao", "joao@isp.example", none, "", none, "", Reason::unknown_login},
        {"no rule: the realm belongs to the name", "joao@isp.example", "joao@isp.example", none, "", none, "",
         accepted},
        {"strip: any realm", "joao", "joao@anything", strip, "", none, "", accepted},
        {"strip: without a realm", "joao", "joao", strip, "", none, "", accepted},
        {"strip: its realm, whatever its case", "joao", "joao@ISP.example", strip, "isp.example", none, "", accepted},
        {"strip: before the name", "joao", "isp.example\\joao", strip, "isp.example", none, "", accepted},
        {"strip: another realm", "joao", "joao@other", strip, "isp.example", none, "", Reason::unknown_login},
        {"strip of the plan", "joao", "joao@isp.example", none, "", strip, "isp.example", accepted},
        {"strip of the login, realm of the plan", "joao", "joao@isp.example", strip, "", none, "isp.example", accepted},
        {"strip of the plan, realm of the login", "joao", "joao@b", none, "b", strip, "a", accepted},
        {"require: with it", "joao", "joao@isp.example", require, "isp.example", none, "", accepted},
        {"require: without", "joao", "joao", require, "isp.example", none, "", Reason::wrong_realm},
        {"require: stored with it", "joao@isp.example", "joao@isp.example", require, "isp.example", none, "", accepted},
        {"require: stored with another", "joao@other", "joao@other", require, "isp.example", none, "",
         Reason::wrong_realm},
        {"require: another", "joao", "joao@other", require, "isp.example", none, "", Reason::unknown_login},
        {"require: any", "joao", "joao@other", require, "", none, "", accepted},
        {"require of the plan: without", "joao", "joao", none, "", require, "isp.example", Reason::wrong_realm},
        {"strip of the login goes before require of the plan", "joao", "joao", strip, "", require, "isp.example",
         accepted},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Case c;
        c.provider.login.name = row.stored;
        c.provider.bindings().realm_rule = row.login_rule;
        c.provider.bindings().realm = row.login_realm;
        c.provider.plan.bindings.realm_rule = row.plan_rule;
        c.provider.plan.bindings.realm = row.plan_realm;
        c.query.login = row.dialled;
        CHECK(std::string{name(c.decided().reason)} == std::string{name(row.reason)});
    }
}

TEST_CASE("validity and schedule open and close, and the session ends with them")
{
    struct TimeRow {
        std::string name;
        std::function<void(Case&)> change;
        Reason reason;
        std::uint32_t timeout_s;
        Instant until;
    };
    using enum Reason;
    constexpr std::uint32_t day_s = 86'400; // the plan's
    constexpr auto never = Instant::max();
    const auto from = [](Case& c, sys_seconds at) { c.provider.bindings().valid_from = at; };
    const auto until = [](Case& c, sys_seconds at) { c.provider.bindings().valid_until = at; };
    constexpr sys_seconds far = std::chrono::sys_days{std::chrono::year{9999} / 12 / 31};
    const TimeRow rows[] = {
        {"no end", [](Case&) {}, none, day_s, never},
        {"no end and no longest session", [](Case& c) { c.provider.plan.session_timeout_s = 0; }, none, 0, never},
        {"valid from this very second", [&](Case& c) { from(c, noon); }, none, day_s, never},
        {"valid from the next second", [&](Case& c) { from(c, noon + 1s); }, not_yet_valid, 0, never},
        {"valid from a year that the clock does not reach", [&](Case& c) { from(c, far); }, not_yet_valid, 0, never},
        {"valid until this very second", [&](Case& c) { until(c, noon); }, expired, 0, never},
        {"valid until the next second", [&](Case& c) { until(c, noon + 1s); }, none, 1, noon + 1s},
        {"valid for an hour", [&](Case& c) { until(c, noon + 1h); }, none, 3600, noon + 1h},
        {"valid for an hour, of which a part has gone", [&](Case& c) { until(c, noon + 1h), c.query.now += 1ms; }, none,
         3599, noon + 1h},
        {"valid for less than a second", [&](Case& c) { until(c, noon + 1s), c.query.now += 999ms; }, none, 1,
         noon + 1s},
        {"valid for longer than the longest session", [&](Case& c) { until(c, noon + 48h); }, none, day_s, noon + 48h},
        {"valid for an hour, without a longest session",
         [&](Case& c) { until(c, noon + 1h), c.provider.plan.session_timeout_s = 0; }, none, 3600, noon + 1h},
        {"valid until a year that the clock does not reach", [&](Case& c) { until(c, far); }, none, day_s, never},
        {"valid until then, without a longest session",
         [&](Case& c) { until(c, far), c.provider.plan.session_timeout_s = 0; }, none, 0, never},
        {"within its hours", [](Case& c) { c.provider.bindings().schedule = hours("mon 08:00-18:00"); }, none, 6 * 3600,
         noon + 6h},
        {"outside its hours", [](Case& c) { c.provider.bindings().schedule = hours("tue 08:00-18:00"); },
         outside_schedule, 0, never},
        {"within its plan's hours", [](Case& c) { c.provider.plan.bindings.schedule = hours("mon 08:00-18:00"); }, none,
         6 * 3600, noon + 6h},
        {"outside its plan's hours", [](Case& c) { c.provider.plan.bindings.schedule = hours("tue 08:00-18:00"); },
         outside_schedule, 0, never},
        {"its own hours go before its plan's",
         [](Case& c) {
             c.provider.bindings().schedule = hours("mon 11:00-13:00");
             c.provider.plan.bindings.schedule = hours("tue 08:00-18:00");
         },
         none, 3600, noon + 1h},
        {"the hours are those of the provider's zone",
         [](Case& c) { c.provider.bindings().schedule = hours("mon 08:00-10:00"), c.query.utc_offset = -3h; }, none,
         3600, noon + 1h},
        {"noon in UTC is nine in the provider's zone",
         [](Case& c) { c.provider.bindings().schedule = hours("mon 12:00-13:00"), c.query.utc_offset = -3h; },
         outside_schedule, 0, never},
        {"at all hours", [](Case& c) { c.provider.bindings().schedule = hours("daily 00:00-24:00"); }, none, day_s,
         never},
        {"hours that end before the validity",
         [&](Case& c) { until(c, noon + 7h), c.provider.bindings().schedule = hours("mon 08:00-18:00"); }, none,
         6 * 3600, noon + 6h},
        {"a validity that ends before the hours",
         [&](Case& c) { until(c, noon + 5h), c.provider.bindings().schedule = hours("mon 08:00-18:00"); }, none,
         5 * 3600, noon + 5h},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Case c;
        row.change(c);
        const auto decision = c.decided();
        CHECK(std::string{name(decision.reason)} == std::string{name(row.reason)});
        CHECK(decision.session_timeout_s == row.timeout_s);
        CHECK(decision.valid_until == row.until);
    }
}

TEST_CASE("sessions at the same time: the login's limit, else its plan's")
{
    struct LimitRow {
        std::string name;
        std::optional<std::uint32_t> of_login;
        std::uint32_t of_plan, sessions;
        bool accepted;
    };
    const LimitRow rows[] = {
        {"the first of one", {}, 1, 0, true},
        {"the second of one", {}, 1, 1, false},
        {"the second of two", {}, 2, 1, true},
        {"the third of two", {}, 2, 2, false},
        {"more than may be", {}, 2, 9, false},
        {"without a limit", {}, 0, 1'000, true},
        {"the login may more than its plan", 3, 1, 2, true},
        {"the login may less", 1, 3, 1, false},
        {"the login has no limit", 0, 1, 1'000, true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Case c;
        c.provider.login.simultaneous = row.of_login;
        c.provider.plan.simultaneous = row.of_plan;
        c.query.sessions = row.sessions;
        const auto decision = c.decided();
        CHECK(decision.reason == (row.accepted ? Reason::none : Reason::session_limit));
        if (row.accepted) CHECK(decision.simultaneous == row.of_login.value_or(row.of_plan));
    }
    Case no_plan;
    no_plan.provider.login.plan_id = 0;
    CHECK(no_plan.decided().simultaneous == 1);
}

TEST_CASE("the first MAC is learned where the login or its plan says so, and only once")
{
    struct LearnRow {
        std::string name;
        std::optional<bool> of_login;
        bool of_plan;
        std::string bound, shown;
        bool learns;
    };
    const LearnRow rows[] = {
        {"nobody says so", {}, false, "", "AA:BB:CC:DD:EE:FF", false},
        {"the plan", {}, true, "", "aabb.ccdd.eeff", true},
        {"the login", true, false, "", "AA:BB:CC:DD:EE:FF", true},
        {"the login goes before the plan", false, true, "", "AA:BB:CC:DD:EE:FF", false},
        {"it has one already", true, true, "AA:BB:CC:DD:EE:FF", "AA:BB:CC:DD:EE:FF", false},
        {"the request shows none", true, true, "", "", false},
        {"the request shows a name", true, true, "", "joao", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Case c;
        c.provider.login.learn_mac = row.of_login;
        c.provider.plan.learn_mac = row.of_plan;
        if (!row.bound.empty()) c.provider.bindings().macs = {mac_text(row.bound)};
        c.query.mac = row.shown;
        const auto decision = c.decided();
        CHECK(decision.reason == Reason::none);
        CHECK(decision.learn_mac == row.learns);
    }
}
