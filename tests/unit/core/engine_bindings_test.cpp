// What a login is bound to, as requests show it: MAC, NAS, port, the access line's ids (RFC 4679 s3.3), hours,
// validity.
#include "tests/unit/core/methods_fixture.hpp"

using namespace tests;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t adsl_forum = 3561;
constexpr std::uint8_t circuit = 1, remote = 2;

struct BindingsFixture : MethodsFixture {
    void bind(const provisioning::Bindings& bindings)
    {
        auto entry = login();
        entry.simultaneous = 0;
        entry.terms = std::make_shared<provisioning::LoginTerms>(provisioning::LoginTerms{.bindings = bindings});
        apply(entry);
    }
    Reason reason(const Bytes& more) { return ask(pap(joao, joao_password, more)).event.reason; }
};

}  // namespace

TEST_CASE_FIXTURE(BindingsFixture, "a login bound to MACs takes them in every notation, and no other caller")
{
    bind({.macs = {*provisioning::mac_of_station("AA:BB:CC:00:00:01"), *provisioning::mac_of_station("AABBCC000002")}});
    for (const std::string_view mac : {"AA:BB:CC:00:00:01", "aa-bb-cc-00-00-01", "aabb.cc00.0001", "aabbcc000001",
                                       "AA-BB-CC-00-00-02", "AA-BB-CC-00-00-02:Casa"})
        CHECK(reason(from(mac)) != Reason::wrong_mac);
    CHECK(reason(from("AA:BB:CC:00:00:03")) == Reason::wrong_mac);
    CHECK(reason({}) == Reason::wrong_mac);
}

TEST_CASE_FIXTURE(BindingsFixture, "a login bound to a line is refused from any other")
{
    const auto port = [](std::string_view text) { return attribute(attr::nas_port_id, octets(text)); };
    const auto line = [](std::uint8_t type, std::string_view text) { return vendor(adsl_forum, type, octets(text)); };
    struct Row {
        const char* name;
        provisioning::Bindings bindings;
        Bytes right, wrong;
    };
    const Row rows[] = {
        {"NAS-Port-Id", {.nas_port = "*:vlan=101"}, port("olt1 1/2:vlan=101"), port("olt1 1/2:vlan=102")},
        {"Agent-Circuit-Id", {.circuit_id = "OLT1/1/2/3"}, line(circuit, "OLT1/1/2/3"), line(remote, "OLT1/1/2/3")},
        {"Agent-Remote-Id", {.remote_id = "ont-*"}, line(remote, "ont-9"), line(circuit, "ont-9")},
        {"the NAS", {.nas_id = 1}, {}, {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        bind(row.bindings);
        CHECK(reason(row.right) == Reason::none);
        if (row.bindings.nas_id != 0) continue;
        CHECK(reason(row.wrong) == Reason::wrong_port);
        CHECK(reason({}) == Reason::wrong_port);
    }
    bind({.nas_id = 2});
    CHECK(reason({}) == Reason::wrong_nas);
}

TEST_CASE_FIXTURE(BindingsFixture, "a session ends with the validity, and the end is refused to the second")
{
    const auto until = std::chrono::time_point_cast<std::chrono::seconds>(now.system) + 90s;
    bind({.valid_until = until});
    const auto accepted = copy(ask(pap(joao, joao_password)).reply);
    REQUIRE(accepted[0] == access_accept);
    CHECK(radius::as_integer(*view(accepted).find(attr::session_timeout)) == 90U);
    pass(90s);
    CHECK(reason({}) == Reason::expired);
    bind({.valid_from = std::chrono::time_point_cast<std::chrono::seconds>(now.system) + 1s});
    CHECK(reason({}) == Reason::not_yet_valid);
    pass(1s);
    CHECK(reason({}) == Reason::none);
}

TEST_CASE("hours are those of the provider's zone, and the session ends with them")
{
    int asked = 0;
    EngineFixture fixture;
    const auto zone = [&](std::chrono::system_clock::time_point now) {
        ++asked;
        const auto at = std::chrono::floor<std::chrono::seconds>(now);
        return provisioning::ZoneOffset{.offset = -3h, .from = at, .until = at + 24h};
    };
    core::Engine engine{fixture.sealer, [](std::span<std::uint8_t>) {}, zone};
    auto directory = std::make_unique<provisioning::Directory>();
    directory->apply(EngineFixture::nas());
    directory->apply(provisioning::ClientEntry{.id = 1, .name = "Joao", .active = true});
    directory->apply(provisioning::ContractEntry{.id = 1, .client_id = 1});
    auto bound = fixture.login();
    bound.plan_id = 0;
    provisioning::LoginTerms terms;
    terms.bindings.schedule = provisioning::parse_schedule("daily 04:00-06:00").schedule;
    bound.terms = std::make_shared<provisioning::LoginTerms>(terms);
    directory->apply(bound);
    engine.take(std::move(directory));

    const auto ask = [&](std::uint16_t port) {
        const auto request = fixture.pap(joao, joao_password);
        auto outcome = engine.on_datagram(EngineFixture::datagram(request, core::Service::auth, port), fixture.now);
        return std::pair{outcome.event.reason, copy(outcome.reply)};
    };
    // 1'800'000'000 is 2027-01-15 08:00 UTC, and 05:00 three hours to the west.
    const auto [reason, accepted] = ask(1);
    CHECK(reason == Reason::none);
    CHECK(radius::as_integer(*view(accepted).find(attr::session_timeout)) == 3600U);
    fixture.pass(1h);
    CHECK(ask(2).first == Reason::outside_schedule);
    CHECK(asked == 1); // as long as the offset holds
}
