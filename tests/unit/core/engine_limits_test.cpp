// What is learned, limited, delayed and remembered between requests.
#include "tests/unit/core/peer.hpp"

using namespace tests;
using namespace std::chrono_literals;

namespace {

constexpr std::uint8_t accept = 2, reject = 3;

struct LimitsFixture : EngineFixture {
    /// Accounting of the session whose Accept that was.
    core::Outcome report(std::uint8_t status, const Bytes& accepted, std::string_view mac)
    {
        const auto class_ = copy(*view(accepted).find(attr::class_));
        return send(accounting_of(status, attribute(attr::class_, class_) + from(mac), ++identifier),
                    core::Service::acct, ++last_port);
    }
    std::uint8_t identifier = 0;
};

constexpr std::string_view mac_a = "AA:BB:CC:00:00:01", mac_b = "AA:BB:CC:00:00:02";
constexpr std::uint8_t start = 1, stop = 2, interim = 3;

}  // namespace

TEST_CASE_FIXTURE(LimitsFixture,
                  "L-04 from the 10th failure in 60 s on, no look at the password; never by the name alone")
{
    for (int i = 0; i < 10; ++i) CHECK(ask(pap(joao, "outra", from(mac_a))).event.reason == Reason::bad_password);
    const auto limited = ask(pap(joao, joao_password, from(mac_a)));
    CHECK(code_of(limited) == reject);
    CHECK(limited.event.reason == Reason::throttled);
    const auto known_by_name = ask(pap(joao, joao_password, from(mac_b)));
    CHECK(code_of(known_by_name) == accept);  // the customer is not locked out by a neighbour
    pass(61s);
    CHECK(code_of(ask(pap(joao, joao_password, from(mac_a)))) == accept);  // afresh
    CHECK(count(Counter::auth_throttled) == 1);
}

TEST_CASE_FIXTURE(LimitsFixture,
                  "L-04 a new password starts afresh; a caller that shows nothing of itself is not throttled")
{
    for (int i = 0; i < 11; ++i) ask(pap(joao, "outra", from(mac_a)));
    CHECK(ask(pap(joao, "nova", from(mac_a))).event.reason == Reason::throttled);
    auto changed = login();
    changed.sealed_password = sealer.seal(octets("nova"), core::login_password_context(7));
    apply(changed);
    CHECK(code_of(ask(pap(joao, "nova", from(mac_a)))) == accept);
    for (int i = 0; i < 20; ++i) CHECK(ask(pap(joao, "outra")).event.reason == Reason::bad_password);
}

TEST_CASE_FIXTURE(LimitsFixture, "L-04 a device that tries one name after the other is stopped by its MAC")
{
    for (int i = 0; i < 30; ++i)
        CHECK(ask(pap("nobody" + std::to_string(i), "x", from(mac_a))).event.reason == Reason::unknown_login);
    CHECK(ask(pap("somebody", "x", from(mac_a))).event.reason == Reason::throttled);
    CHECK(ask(pap("somebody", "x", from(mac_b))).event.reason == Reason::unknown_login);
}

TEST_CASE_FIXTURE(LimitsFixture, "A-15 of two requests from different callers a moment apart one gets in")
{
    CHECK(code_of(ask(pap(joao, joao_password, from(mac_a)))) == accept);
    now.steady += 1ms;
    const auto second = ask(pap(joao, joao_password, from(mac_b)));
    CHECK(second.event.reason == Reason::session_limit);
    pass(61s);  // the first never started
    CHECK(code_of(ask(pap(joao, joao_password, from(mac_b)))) == accept);
}

TEST_CASE_FIXTURE(LimitsFixture,
                  "A-16 a redial takes the ghost of before the power cut over, and closes it in the records")
{
    const auto first = copy(ask(pap(joao, joao_password, from(mac_a))).reply);
    CHECK(report(start, first, mac_a).lost.empty());
    CHECK(report(interim, first, mac_a).usage != nullptr);
    CHECK(ask(pap(joao, joao_password, from(mac_b))).event.reason == Reason::session_limit);
    pass(120s);
    const auto second = copy(ask(pap(joao, joao_password, from("aabb.cc00.0001"))).reply);
    REQUIRE(second[0] == accept);
    const auto started = report(start, second, mac_a);
    REQUIRE(started.lost.size() == 1);
    const auto& closed = started.lost[0];
    CHECK(closed.kind == provisioning::UsageKind::closed);
    CHECK(closed.closing == provisioning::Closing::lost_carrier);
    CHECK(closed.login_id == 7);
    CHECK(closed.login == joao);
    CHECK(closed.nas_id == 1);
    CHECK(closed.session_key != started.usage->session_key);
    CHECK(closed.at == std::chrono::time_point_cast<std::chrono::milliseconds>(now.system));
    CHECK(closed.began == closed.at - 120s);
    CHECK(report(stop, second, mac_a).usage != nullptr);
    CHECK(code_of(ask(pap(joao, joao_password, from(mac_b)))) == accept);
}

TEST_CASE_FIXTURE(LimitsFixture,
                  "A-15 N-12 what was open before a restart counts; what is silent for too long does not")
{
    const core::KnownSession before[] = {{.session_key = "c:000102030405060708090a0b0c0d0e0f",
                                          .login = std::string{joao},
                                          .login_id = 7,
                                          .nas_id = 1,
                                          .mac = std::string{mac_a},
                                          .nas_port_id = {},
                                          .nas_port = {},
                                          .open_for = 600s,
                                          .silent_for = 60s,
                                          .interim_s = 300}};
    engine.remember(before, now);
    CHECK(engine.sessions_online() == 1);
    CHECK(ask(pap(joao, joao_password, from(mac_b))).event.reason == Reason::session_limit);
    pass(3 * 300s + 60s - 60s + 1s);
    CHECK(code_of(ask(pap(joao, joao_password, from(mac_b)))) == accept);
}

TEST_CASE_FIXTURE(LimitsFixture, "a login that learns takes the MAC of its first accepted request")
{
    auto learner = login();
    learner.learn_mac = true;
    apply(learner);
    CHECK_FALSE(ask(pap(joao, "outra", from("aa-bb-cc-00-00-01"))).learned_mac);
    const auto outcome = ask(pap(joao, joao_password, from("aa-bb-cc-00-00-01")));
    REQUIRE(outcome.learned_mac);
    CHECK(std::string_view{outcome.learned_mac->mac.data(), 17} == mac_a);
    CHECK_FALSE(ask(pap(joao, joao_password)).learned_mac);
    apply(learner); // what was learned is cleared
    const auto hotspot = ask(pap(joao, joao_password, from("AA-BB-CC-00-00-01:Casa do Joao")));
    REQUIRE(hotspot.learned_mac);
    CHECK(std::string_view{hotspot.learned_mac->mac.data(), 17} == mac_a);
}

TEST_CASE_FIXTURE(LimitsFixture,
                  "rejects are counted by reason, in all and by NAS; Event-Timestamp shows a NAS's clock")
{
    ask(pap(joao, "outra"));
    ask(pap("maria", "x"));
    ask(pap("maria", "y"));
    const auto by_reason = engine.rejects_by_reason();
    CHECK(by_reason[static_cast<std::size_t>(Reason::unknown_login)] == 2);
    CHECK(by_reason[static_cast<std::size_t>(Reason::bad_password)] == 1);
    const auto* counted = engine.nas_counters(1);
    CHECK(counted->rejects_by_reason[static_cast<std::size_t>(Reason::unknown_login)] == 2);
    CHECK_FALSE(counted->clock_skew_s);
    const auto stamp = 1'800'000'000U - 90U;
    const Bytes value{static_cast<std::uint8_t>(stamp >> 24), static_cast<std::uint8_t>(stamp >> 16),
                      static_cast<std::uint8_t>(stamp >> 8), static_cast<std::uint8_t>(stamp)};
    ask(with_signature(pap(joao, joao_password, attribute(attr::event_timestamp, value))));
    CHECK(engine.nas_counters(1)->clock_skew_s == -90);
}

TEST_CASE_FIXTURE(LimitsFixture, "A-16 without a MAC the port tells whose session it is, whatever octets name it")
{
    const auto at = [](std::string_view port) { return attribute(attr::nas_port_id, octets(port)); };
    for (const std::string_view port : {"eth0\\1", "ge-0/0/1:100", "\xff"}) {
        CAPTURE(port);
        auto other = login();
        other.id = 100 + static_cast<std::int64_t>(port.size());
        other.name = "port" + std::to_string(port.size());
        other.sealed_password = sealer.seal(octets(joao_password), core::login_password_context(other.id));
        apply(other);
        const auto first = copy(ask(pap(other.name, joao_password, at(port))).reply);
        REQUIRE(first[0] == accept);
        const auto class_ = attribute(attr::class_, copy(*view(first).find(attr::class_)));
        CHECK(ask(accounting_of(start, class_ + at(port), ++identifier), core::Service::acct).usage != nullptr);
        CHECK(ask(pap(other.name, joao_password, at("elsewhere"))).event.reason == Reason::session_limit);
        pass(120s);
        CHECK(code_of(ask(pap(other.name, joao_password, at(port)))) == accept);
    }
}

TEST_CASE_FIXTURE(LimitsFixture, "A-15 a limit of two is two, none is none, and the login's goes before the plan's")
{
    const auto dial = [&](int device) {
        return ask(pap(joao, joao_password, from("AA:BB:CC:00:01:0" + std::to_string(device)))).event.reason;
    };
    auto two = login();
    two.simultaneous = 2;
    apply(two);
    CHECK(dial(1) == Reason::none);
    CHECK(dial(2) == Reason::none);
    CHECK(dial(3) == Reason::session_limit);
    CHECK(dial(2) == Reason::none); // its own slot
    auto any = login();
    any.simultaneous = 0;
    apply(any);
    for (int device = 3; device < 9; ++device) CHECK(dial(device) == Reason::none);
}
