// The hot path allocates nothing in the steady state: operator new is counted, and what OpenSSL takes.
#include "tests/unit/core/peer.hpp"
#include "tests/unit/provisioning/allocations.hpp"

using namespace tests;

TEST_CASE_FIXTURE(EngineFixture,
                  "an Access-Request allocates nothing: PAP, CHAP, MS-CHAPv2, and a redial that takes over")
{
    if (!openssl_is_counted()) MESSAGE("OpenSSL allocated before it could be told to count");
    Peer peer;
    const auto mac = attribute(attr::calling_station_id, octets("AA:BB:CC:00:00:01"));
    struct Row {
        const char* name;
        Bytes request;
        std::uint8_t code;
    };
    const Row rows[] = {
        {"pap", pap(joao, joao_password, mac), 2},
        {"pap, signed", with_signature(pap(joao, joao_password, mac)), 2},
        {"pap, wrong", pap(joao, "outra", mac), 3},
        {"chap", peer.chap(joao, joao_password, mac), 2},
        {"ms-chap v2", peer.ms_chap_v2(joao, joao_password, mac), 2},
        {"ms-chap v2, wrong", peer.ms_chap_v2(joao, "outra", mac), 3},
    };
    std::uint16_t port = 0;
    const auto dial = [&](const Bytes& request) {
        now.steady += std::chrono::seconds{7};  // no failure is the tenth in a minute
        return send(request, core::Service::auth, ++port);
    };
    for (const auto& row : rows)  // the steady state: every table has its first entries
        for (int i = 0; i < 300; ++i) dial(row.request);
    for (const auto& row : rows) {
        CAPTURE(row.name);
        core::Outcome outcome;
        const auto count = allocations_of([&] { outcome = dial(row.request); });
        CHECK(code_of(outcome) == row.code);
        CHECK(count == 0);
    }
}
