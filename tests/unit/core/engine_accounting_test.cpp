#include "tests/unit/core/engine_fixture.hpp"

using namespace tests;
using core::Service;
using provisioning::UsageKind;

namespace {

constexpr std::uint8_t start = 1, stop = 2, interim = 3, response = 5;

}  // namespace

TEST_CASE_FIXTURE(EngineFixture, "an Accounting-Request is answered when its record is safe, and not before")
{
    const auto request = accounting_of(start, attribute(attr::proxy_state, {9}));
    const auto outcome = send(request, Service::acct);
    CHECK(outcome.reply.empty());
    REQUIRE(outcome.usage);
    CHECK(outcome.usage->login == joao);
    CHECK(outcome.usage->login_id == 7);
    CHECK(send(request, Service::acct).reply.empty());  // D-02
    CHECK(count(Counter::acct_dup) == 1);
    const auto late = engine.stored(outcome.ticket, now);
    REQUIRE(late);
    const auto answered = copy(late->reply);
    CHECK(answered[0] == response);
    CHECK(radius::response_authenticator_verifies(digester, view(answered), view(request).authenticator(), secret));
    CHECK(copy(*view(answered).find(attr::proxy_state)) == Bytes{9});
    CHECK_FALSE(view(answered).find(attr::message_authenticator));           // M-08
    CHECK(copy(send(request, Service::acct).reply) == answered);             // D-01
}

TEST_CASE_FIXTURE(EngineFixture, "what could not be stored is not acknowledged, and its repetition is taken as new")
{
    const auto request = accounting_of(start);
    const auto outcome = send(request, Service::acct);
    engine.not_stored(outcome.ticket);
    CHECK(count(Counter::acct_dropped) == 1);
    const auto again = send(request, Service::acct);
    REQUIRE(again.usage);
    CHECK(engine.stored(again.ticket, now));
    CHECK_FALSE(engine.stored(outcome.ticket, now));
}

TEST_CASE_FIXTURE(EngineFixture, "C-06 a wrong Request Authenticator is silence and stores nothing")
{
    auto request = accounting_of(start);
    request[5] ^= 1;
    const auto outcome = send(request, Service::acct);
    CHECK(outcome.reply.empty());
    CHECK_FALSE(outcome.usage);
    CHECK(count(Counter::acct_bad_authenticator) == 1);
}

TEST_CASE_FIXTURE(EngineFixture,
                  "octets and gigawords are joined, named as the subscriber sees them, the delay taken off")
{
    const auto outcome = send(
        accounting_of(stop, number(attr::acct_input_octets, 5) + number(attr::acct_input_gigawords, 1) +
                                number(attr::acct_output_octets, 0xffffffff) +
                                number(attr::acct_output_gigawords, 0xffffffff) + number(attr::acct_delay_time, 30) +
                                number(attr::acct_session_time, 600) + number(attr::acct_terminate_cause, 2) +
                                attribute(attr::framed_ip_address, {100, 64, 0, 9}) +
                                attribute(attr::calling_station_id, octets("aa-bb-cc-00-11-22"))),
        Service::acct);
    REQUIRE(outcome.usage);
    const auto& usage = *outcome.usage;
    CHECK(usage.kind == UsageKind::stop);
    CHECK(usage.upload_octets == (1ULL << 32) + 5);
    CHECK(usage.download_octets == 0xffffffffffffffffULL);
    CHECK(usage.session_time_s == 600);
    CHECK(usage.terminate_cause == 2U);
    CHECK(usage.framed_ip == "100.64.0.9");
    CHECK(usage.mac == "AA:BB:CC:00:11:22");
    CHECK(std::chrono::system_clock::time_point{usage.at} == now.system - std::chrono::seconds{30});
}

TEST_CASE_FIXTURE(EngineFixture,
                  "D-08 a retransmission with another Acct-Delay-Time is no duplicate, but the same record")
{
    const auto first = send(accounting_of(stop, number(attr::acct_delay_time, 0)), Service::acct);
    REQUIRE(first.usage);
    const auto key = first.usage->session_key;
    const auto at = first.usage->at;
    pass(std::chrono::seconds{5});
    const auto again = send(accounting_of(stop, number(attr::acct_delay_time, 5), 8), Service::acct);
    REQUIRE(again.usage);
    CHECK(count(Counter::acct_dup) == 0);
    CHECK(again.ticket != first.ticket);
    CHECK(again.usage->kind == UsageKind::stop);
    CHECK(again.usage->session_key == key);
    CHECK(again.usage->at == at);
}

TEST_CASE_FIXTURE(EngineFixture,
                  "P-15 a Vendor-Specific of an unknown vendor is kept octet for octet, credentials never")
{
    const auto unknown = attribute(attr::vendor_specific, {0, 1, 2, 3, 77, 5, 0xde, 0xad, 0xbe});
    const auto outcome =
        send(accounting_of(interim, attribute(attr::user_password, Bytes(16, 'p')) + unknown), Service::acct);
    REQUIRE(outcome.usage);
    const auto& kept = outcome.usage->attributes;
    CHECK(std::search(kept.begin(), kept.end(), unknown.begin(), unknown.end()) != kept.end());
    const Bytes password(16, 'p');
    CHECK(std::search(kept.begin(), kept.end(), password.begin(), password.end()) == kept.end());
}

TEST_CASE_FIXTURE(EngineFixture,
                  "a session is known by the Class of its accept; without it by NAS, id, name and caller")
{
    const auto answered = copy(send(pap(joao, joao_password)).reply);
    const auto minted = copy(*view(answered).find(attr::class_));
    const auto first = send(accounting_of(start, attribute(attr::class_, minted)), Service::acct).usage->session_key;
    const auto second =
        send(accounting_of(interim, attribute(attr::class_, {1, 2}) + attribute(attr::class_, minted), 8),
             Service::acct)
            .usage->session_key;
    CHECK(first == second);
    auto forged = minted;
    forged.back() ^= 1;
    const auto other =
        send(accounting_of(interim, attribute(attr::class_, forged), 9), Service::acct).usage->session_key;
    CHECK(other != first);
    const auto port_1 = send(accounting_of(start, number(attr::nas_port, 1), 10), Service::acct).usage->session_key;
    const auto port_2 = send(accounting_of(start, number(attr::nas_port, 2), 11), Service::acct).usage->session_key;
    CHECK(port_1 != port_2);
}

TEST_CASE_FIXTURE(EngineFixture, "thousands of mutated packets are answered or refused without harm")
{
    std::uint32_t seed = 1;
    auto random = [&] { return seed = seed * 1664525 + 1013904223; };
    const Bytes good[] = {
        with_signature(pap(joao, joao_password, attribute(attr::vendor_specific, {0, 0, 0x3a, 0x8c, 8, 4, 'a', 'b'}))),
        accounting_of(interim)};
    for (int i = 0; i < 20'000; ++i) {
        auto packet = good[i % 2];
        for (auto flips = random() % 4 + 1; flips > 0; --flips)
            packet[(random() >> 8) % packet.size()] = static_cast<std::uint8_t>(random() >> 16);
        packet.resize((random() >> 8) % 3 == 0 ? (random() >> 8) % (packet.size() + 1) : packet.size());
        const auto outcome =
            send(packet, i % 2 == 0 ? Service::auth : Service::acct, static_cast<std::uint16_t>(random() >> 16));
        if (outcome.usage) engine.not_stored(outcome.ticket);
        now.steady += std::chrono::milliseconds{1};
    }
}
