// Who is online by accounting: reboots, older sessions of the same caller, silence, restarts of this program.
#include "tests/unit/core/engine_fixture.hpp"

using namespace tests;
using namespace std::chrono_literals;
using core::Service;
using provisioning::Closing;
using provisioning::Usage;
using provisioning::UsageKind;

namespace {

constexpr std::uint8_t start = 1, stop = 2, interim = 3, accounting_on = 7;
constexpr std::string_view mac_a = "AA:BB:CC:00:00:01", mac_b = "AA:BB:CC:00:00:02";

struct OnlineFixture : EngineFixture {
    core::Outcome report(std::uint8_t status, std::string_view id, const Bytes& more = {},
                         std::string_view login = joao)
    {
        auto outcome =
            send(accounting(number(attr::acct_status_type, status) + attribute(attr::acct_session_id, octets(id)) +
                            attribute(attr::user_name, octets(login)) + of_bras + more),
                 Service::acct, ++last_port);
        REQUIRE(outcome.usage);
        journal.insert(journal.end(), outcome.lost.begin(), outcome.lost.end());
        journal.push_back(*outcome.usage);
        return outcome;
    }
    core::Outcome reboot(std::uint32_t delay = 0)
    {
        auto outcome = send(
            accounting(number(attr::acct_status_type, accounting_on) + of_bras + number(attr::acct_delay_time, delay)),
            Service::acct, ++last_port);
        REQUIRE(outcome.usage);
        journal.push_back(*outcome.usage);
        return outcome;
    }
    void no_limit()
    {
        auto any = login();
        any.simultaneous = 0;
        apply(any);
    }
    std::vector<Usage> tick()
    {
        const auto closed = engine.close_stale(1000, now);
        journal.insert(journal.end(), closed.begin(), closed.end());
        return {closed.begin(), closed.end()};
    }
    std::vector<Usage> journal;
};

Bytes session_time(std::uint32_t seconds) { return number(attr::acct_session_time, seconds); }

} // namespace

TEST_CASE_FIXTURE(OnlineFixture, "N-11 F-26 an Accounting-On ends what began before it, also when it comes late")
{
    no_limit();
    report(start, "old", number(attr::nas_port, 1));
    pass(100s);
    report(start, "new", number(attr::nas_port, 2));
    pass(20s);
    const auto outcome = reboot(50);
    CHECK(outcome.usage->kind == UsageKind::nas_on);
    CHECK(outcome.lost.empty()); // the record itself closes them in the store
    CHECK(engine.sessions_online() == 1);
    CHECK(engine.online(1, now).open == 1);
    report(interim, "old", number(attr::nas_port, 1) + number(attr::acct_delay_time, 60)); // sent before it
    CHECK(engine.sessions_online() == 1);
    auto forged = accounting(number(attr::acct_status_type, accounting_on) + of_bras);
    forged[9] ^= 1;
    CHECK_FALSE(send(forged, Service::acct).usage);
    CHECK(engine.sessions_online() == 1);
}

TEST_CASE_FIXTURE(OnlineFixture, "N-11 an Accounting-On of another NAS changes nothing here")
{
    auto other = nas();
    other.id = 2;
    other.name = "bras2";
    other.address = *provisioning::parse_prefix("10.0.1.0/24");
    apply(other);
    report(start, "a");
    pass(10s);
    const auto on = accounting(number(attr::acct_status_type, accounting_on) + of_bras);
    auto from_other = datagram(on, Service::acct);
    from_other.path.remote = *provisioning::parse_address("10.0.1.5");
    CHECK(engine.on_datagram(from_other, now).usage->nas_id == 2);
    CHECK(engine.sessions_online() == 1);
}

TEST_CASE_FIXTURE(OnlineFixture, "N-06 an id used again after a reboot is another session, and the old one is over")
{
    report(start, "0001");
    report(interim, "0001", session_time(0));
    pass(3600s);
    const auto again = report(start, "0001");
    REQUIRE(again.lost.size() == 1);
    CHECK(again.lost[0].closing == Closing::superseded);
    CHECK(again.lost[0].session_key == again.usage->session_key);
    CHECK(again.lost[0].at < again.usage->at); // so that it is of the one before
    CHECK(engine.sessions_online() == 1);
    CHECK(report(start, "0001").lost.empty()); // repeated
}

TEST_CASE_FIXTURE(OnlineFixture, "a Start of the same caller beyond the limit, or at the same port, supersedes")
{
    report(start, "a", from(mac_a));
    pass(10s);
    const auto by_mac = report(start, "b", from(mac_a));
    REQUIRE(by_mac.lost.size() == 1);
    CHECK(by_mac.lost[0].kind == UsageKind::closed);
    CHECK(by_mac.lost[0].closing == Closing::superseded);
    CHECK(by_mac.lost[0].session_key == "n:1|a|joao@isp.example|AA:BB:CC:00:00:01");
    CHECK(by_mac.lost[0].at == by_mac.usage->arrived);
    CHECK(by_mac.lost[0].login_id == 7);
    CHECK(by_mac.lost[0].nas_id == 1);
    CHECK(report(start, "c", from(mac_b)).lost.empty()); // somebody else's is too many, but not over
    no_limit();
    CHECK(report(start, "d", from(mac_b)).lost.empty());
    report(start, "e", from(mac_a) + number(attr::nas_port, 9));
    pass(1s);
    CHECK(report(start, "f", from(mac_b) + number(attr::nas_port, 9)).lost.size() == 1);
    CHECK(engine.sessions_online() == 4);
}

TEST_CASE_FIXTURE(OnlineFixture, "two sessions of a login that show neither MAC nor port are not one caller's")
{
    report(start, "a");
    CHECK(report(start, "b").lost.empty());
    CHECK(engine.sessions_online() == 2);
    CHECK(report(start, "c", {}, "nobody").lost.empty()); // sessions of unknown logins are kept too
    CHECK(engine.sessions_online() == 3);
}

TEST_CASE_FIXTURE(OnlineFixture, "A-16 what an Accept took over is lost carrier, and is superseded by nothing besides")
{
    report(start, "a", from(mac_a));
    pass(30s);
    const auto accepted = copy(ask(pap(joao, joao_password, from(mac_a))).reply);
    const auto class_ = attribute(attr::class_, copy(*view(accepted).find(attr::class_)));
    const auto started = report(start, "b", from(mac_a) + class_);
    REQUIRE(started.lost.size() == 1);
    CHECK(started.lost[0].closing == Closing::lost_carrier);
    CHECK(started.lost[0].at == started.usage->arrived);
}

TEST_CASE_FIXTURE(OnlineFixture,
                  "F-25 after a reboot without Accounting-On every login gets in, and its ghost is closed once")
{
    constexpr int logins = 300;
    for (int i = 0; i < logins; ++i) {
        auto one = login();
        one.id = 1000 + i;
        one.name = "c" + std::to_string(i);
        one.sealed_password = sealer.seal(octets(joao_password), core::login_password_context(one.id));
        apply(one);
    }
    std::vector<std::string> first(logins);
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < logins; ++i) {
            const auto name = "c" + std::to_string(i);
            const auto port = number(attr::nas_port, static_cast<std::uint32_t>(i));
            const auto accepted = copy(ask(pap(name, joao_password, port)).reply);
            REQUIRE(accepted[0] == 2);
            const auto class_ = attribute(attr::class_, copy(*view(accepted).find(attr::class_)));
            const auto started = report(start, "x" + std::to_string(i), class_ + port, name);
            REQUIRE(started.lost.size() == static_cast<std::size_t>(round));
            if (round == 1) CHECK(started.lost[0].session_key == first[static_cast<std::size_t>(i)]);
            first[static_cast<std::size_t>(i)] = started.usage->session_key;
        }
        pass(100s);
    }
    CHECK(engine.sessions_online() == logins);
}

TEST_CASE_FIXTURE(OnlineFixture, "N-12 a silent session is stale, closed as lost in time, and revived by an Interim")
{
    engine.configure({.messages = {}, .upgrade_to = {}, .close_stale_after = 600s});
    CHECK(tick().empty());
    const auto accepted = copy(ask(pap(joao, joao_password, from(mac_a))).reply);
    const auto class_ = attribute(attr::class_, copy(*view(accepted).find(attr::class_)));
    const auto started = *report(start, "a", from(mac_a) + class_).usage;
    pass(960s);
    CHECK(engine.online(1, now).stale == 0);
    pass(1s);
    CHECK(engine.online(1, now).stale == 1);
    CHECK(engine.online(1, now).open == 1);
    pass(598s);
    CHECK(tick().empty());
    pass(1s);
    const auto closed = tick();
    REQUIRE(closed.size() == 1);
    CHECK(closed[0].kind == UsageKind::closed);
    CHECK(closed[0].closing == Closing::lost);
    CHECK(closed[0].at == started.arrived + 960s);
    CHECK(closed[0].arrived == std::chrono::time_point_cast<std::chrono::milliseconds>(now.system));
    CHECK(closed[0].session_key == started.session_key);
    CHECK(closed[0].began == started.began);
    CHECK(closed[0].nas_id == 1);
    CHECK(closed[0].login_id == 7);
    CHECK(closed[0].login == joao);
    CHECK(engine.sessions_online() == 0);
    CHECK(tick().empty());
    report(interim, "a", from(mac_a) + class_);
    CHECK(engine.online(1, now).open == 1);
    CHECK(engine.online(1, now).stale == 0);
}

TEST_CASE_FIXTURE(OnlineFixture, "N-12 a NAS of which nothing is heard in time is silent, until it is heard")
{
    tick();
    report(start, "a", from(mac_a));
    no_limit();
    pass(500s);
    report(start, "b", from(mac_b));
    CHECK(engine.silences(now).empty());
    pass(960s);
    CHECK(engine.silences(now).empty());
    CHECK_FALSE(engine.online(1, now).silent);
    pass(1s);
    const auto fell = engine.silences(now);
    REQUIRE(fell.size() == 1);
    CHECK(fell[0].nas->name == "bras1");
    CHECK(fell[0].online.silent);
    CHECK(fell[0].online.open == 2);
    CHECK(fell[0].online.stale == 2);
    CHECK(engine.silences(now).empty());
    pass(3600s);
    CHECK(tick().size() == 2);
    CHECK(engine.silences(now).empty()); // that its sessions are closed at last is no word of it
    CHECK(engine.online(1, now).silent);
    pass(1s);
    CHECK(code_of(ask(with_signature(pap(joao, joao_password)))) == 2);
    const auto back = engine.silences(now);
    REQUIRE(back.size() == 1);
    CHECK_FALSE(back[0].online.silent);
}

TEST_CASE_FIXTURE(OnlineFixture,
                  "a NAS that still asks for logins is not silent, nor one whose sessions send no updates")
{
    tick();
    report(start, "a", from(mac_a));
    report(start, "b", {}, "nobody"); // no plan, no interval
    pass(900s);
    ask(with_signature(pap(joao, joao_password, from(mac_b))));
    ask(with_signature(pap("maria", "x")));
    CHECK(engine.nas_counters(1)->rejects == 2);
    pass(61s);
    CHECK(engine.online(1, now).stale == 1);
    const bool heard_in_time = !engine.online(1, now).silent;
    CHECK(heard_in_time);
}

TEST_CASE_FIXTURE(OnlineFixture,
                  "the journal replayed after a restart gives the same table, and the same sense to what follows")
{
    no_limit();
    tick();
    const auto accepted = copy(ask(pap(joao, joao_password, from(mac_a))).reply);
    const auto class_ = attribute(attr::class_, copy(*view(accepted).find(attr::class_)));
    const auto octets_of_a = [](std::uint32_t seconds, std::uint32_t down) {
        return session_time(seconds) + number(attr::acct_output_octets, down);
    };
    report(start, "a", from(mac_a) + class_);
    report(start, "gone", from(mac_b) + number(attr::nas_port, 4));
    report(start, "lost", attribute(attr::nas_port_id, octets("eth0\\1")));
    pass(300s);
    report(interim, "a", from(mac_a) + class_ + octets_of_a(300, 4'000'000'000));
    report(stop, "gone", from(mac_b) + number(attr::nas_port, 4));
    report(start, "port", number(attr::nas_port, 5));
    pass(10s);
    report(start, "port2", number(attr::nas_port, 5)); // supersedes
    pass(290s);
    report(interim, "a", from(mac_a) + class_ + octets_of_a(600, 5));
    report(start, "ghost", {}, "nobody");
    pass(10s);

    core::Engine restarted{sealer, [](std::span<std::uint8_t> out) { std::ranges::fill(out, std::uint8_t{77}); }};
    auto directory = std::make_unique<provisioning::Directory>();
    directory->apply(nas());
    directory->apply(login());
    restarted.take(std::move(directory));
    const auto arrived = std::chrono::time_point_cast<std::chrono::milliseconds>(now.system);
    for (const auto& usage : journal)
        restarted.replay(usage, std::chrono::duration_cast<std::chrono::seconds>(arrived - usage.arrived), now);
    CHECK(engine.sessions_online() == 4);
    CHECK(restarted.sessions_online() == 4);
    const auto* joao_there = restarted.directory()->find_login(joao);
    const auto* joao_here = engine.directory()->find_login(joao);
    for (const std::string_view port : {"", "eth0\\1", "elsewhere"})
        for (const std::string_view mac : {std::string_view{}, mac_a, mac_b}) {
            CAPTURE(port);
            CAPTURE(mac);
            const auto here = engine.standing(*joao_here, engine.directory()->find_nas("bras1"), mac, port, now);
            const auto there =
                restarted.standing(*joao_there, restarted.directory()->find_nas("bras1"), mac, port, now);
            CHECK(here.sessions == there.sessions);
        }
    for (auto* one : {&engine, &restarted}) {
        auto packet = accounting_of(interim, from(mac_a) + class_ + octets_of_a(900, 4));
        const auto outcome = one->on_datagram(datagram(packet, Service::acct, 1), now);
        REQUIRE(outcome.usage);
        CHECK(outcome.usage->download_octets == (2ULL << 32) + 4);
        CHECK(outcome.usage->wrapped);
        CHECK(one->sessions_online() == 4);
    }
}

TEST_CASE_FIXTURE(OnlineFixture, "N-11 N-12 closings and reboots of the journal end their sessions again in a replay")
{
    engine.configure({.messages = {}, .upgrade_to = {}, .close_stale_after = 0s});
    no_limit();
    tick();
    report(start, "silent", number(attr::nas_port, 1));
    pass(961s);
    report(start, "old", number(attr::nas_port, 2));
    CHECK(tick().size() == 1);
    pass(10s);
    reboot();
    pass(1s);
    report(start, "new", number(attr::nas_port, 3));
    core::Engine restarted{sealer, [](std::span<std::uint8_t> out) { std::ranges::fill(out, std::uint8_t{77}); }};
    const auto arrived = std::chrono::time_point_cast<std::chrono::milliseconds>(now.system);
    for (const auto& usage : journal)
        restarted.replay(usage, std::chrono::duration_cast<std::chrono::seconds>(arrived - usage.arrived), now);
    CHECK(engine.sessions_online() == 1);
    CHECK(restarted.sessions_online() == 1);
    CHECK(restarted.online(1, now).open == 1);
}

TEST_CASE_FIXTURE(OnlineFixture,
                  "S-03 while no record can be kept, Status-Server is answered at the authentication port alone")
{
    const auto ask_status = [&](Service service) {
        auto status = packet(radius::Code::status_server, {});
        return !send(with_signature(status), service, ++last_port).reply.empty();
    };
    CHECK(ask_status(Service::acct));
    engine.accounting_possible(false);
    CHECK_FALSE(ask_status(Service::acct));
    CHECK(ask_status(Service::auth));
    engine.accounting_possible(true);
    CHECK(ask_status(Service::acct));
}
