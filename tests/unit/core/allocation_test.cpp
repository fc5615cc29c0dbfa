// The hot path allocates nothing in the steady state: operator new is counted, and what OpenSSL takes.
#include "tests/unit/core/methods_fixture.hpp"
#include "tests/unit/provisioning/allocations.hpp"

using namespace tests;

namespace {

struct AllocationFixture : MethodsFixture {
    AllocationFixture()
    {
        if (!openssl_is_counted()) MESSAGE("OpenSSL allocated before it could be told to count");
    }
    /// From a port of its own, at a time at which no failure is the tenth in a minute.
    core::Outcome dial(const Bytes& request)
    {
        pass(std::chrono::seconds{7});
        return send(request, core::Service::auth, ++last_port);
    }
    std::size_t cost_of(const Bytes& request, std::uint8_t code)
    {
        core::Outcome outcome;
        const auto cost = allocations_of([&] { outcome = dial(request); });
        CHECK(code_of(outcome) == code);
        return cost;
    }
    const Bytes mac = from("AA:BB:CC:00:00:01");
    static constexpr int steady = 300; ///< by then every table has its first entries
};

}  // namespace

TEST_CASE_FIXTURE(AllocationFixture, "an Access-Request allocates nothing, whatever its method and its outcome")
{
    struct Row {
        const char* name;
        Bytes request;
        std::uint8_t code;
    };
    const Row rows[] = {
        {"pap", pap(joao, joao_password, mac), access_accept},
        {"pap, signed", with_signature(pap(joao, joao_password, mac)), access_accept},
        {"pap, wrong", pap(joao, "outra", mac), access_reject},
        {"pap, nobody", pap("maria", "outra", mac), access_reject},
        {"chap", peer.chap(joao, joao_password, mac), access_accept},
        {"chap, wrong", peer.chap(joao, "outra", mac), access_reject},
        {"ms-chap", peer.ms_chap_v1(joao, joao_password, mac), access_accept},
        {"ms-chap, wrong", peer.ms_chap_v1(joao, "outra", mac), access_reject},
        {"ms-chap v2", peer.ms_chap_v2(joao, joao_password, mac), access_accept},
        {"ms-chap v2, wrong", peer.ms_chap_v2(joao, "outra", mac), access_reject},
        {"ms-chap v2, another caller", peer.ms_chap_v2(joao, joao_password, from("AA:BB:CC:00:00:02")), access_reject},
        {"no credentials", with_signature(access_request(attribute(attr::user_name, octets(joao)))), access_reject},
    };
    for (const auto& row : rows)
        for (int i = 0; i < steady; ++i) dial(row.request);
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(cost_of(row.request, row.code) == 0);
        core::Outcome again;
        const auto duplicate = allocations_of([&] { again = send(row.request, core::Service::auth, last_port); });
        CHECK(code_of(again) == row.code);
        CHECK(duplicate == 0);
    }
}

TEST_CASE_FIXTURE(AllocationFixture, "nor does any storage, a hash that is remembered included")
{
    for (const auto storage : provisioning::all_storages) {
        CAPTURE(provisioning::name(storage));
        store(storage);
        CHECK(code_of(ask(pap(joao, joao_password, mac))) == access_accept);
        CHECK(code_of(ask(pap(joao, "outra", mac))) == access_reject);
        CHECK(cost_of(pap(joao, joao_password, mac), access_accept) == 0);
        CHECK(cost_of(pap(joao, "outra", mac), access_reject) == 0);
    }
}

TEST_CASE_FIXTURE(AllocationFixture, "nor do both rounds of EAP-MD5, right, wrong and of nobody")
{
    struct Row {
        const char* name;
        std::string_view login, password;
        std::uint8_t code;
    };
    const Row rows[] = {
        {"right", joao, joao_password, access_accept},
        {"wrong", joao, "outra", access_reject},
        {"nobody", "maria", "x", access_reject},
    };
    for (int i = 0; i <= steady; ++i)
        for (const auto& row : rows) {
            CAPTURE(row.name);
            const auto identity = with_signature(Peer::eap_identity(row.login));
            core::Outcome challenged;
            const auto first = allocations_of([&] { challenged = dial(identity); });
            REQUIRE(code_of(challenged) == access_challenge);
            const auto response = with_signature(peer.eap_response(row.login, row.password, copy(challenged.reply)));
            const auto second = cost_of(response, row.code);
            if (i < steady) continue;
            CHECK(first == 0);
            CHECK(second == 0);
        }
}

TEST_CASE_FIXTURE(AllocationFixture, "nor do packets that are discarded, and rejects that wait")
{
    const Bytes forged = with_signature(pap(joao, joao_password), octets("other"));
    const Bytes malformed(19);
    dial(forged); // the NAS is now known
    for (int i = 0; i < steady; ++i) CHECK(cost_of(forged, 0) + cost_of(malformed, 0) == 0);
    auto slow = nas();
    slow.reject_delay = std::chrono::seconds{5};
    apply(slow);
    const auto request = pap(joao, "outra");
    for (int i = 0; i < steady; ++i) {
        CHECK(cost_of(request, 0) == 0);
        std::optional<core::LateReply> late;
        now.steady += std::chrono::seconds{5};
        CHECK(allocations_of([&] { late = engine.due(now); }) == 0);
        CHECK(late.has_value());
    }
}
