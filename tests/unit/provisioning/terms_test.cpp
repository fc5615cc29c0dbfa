// tests/unit/provisioning/terms_test.cpp - what an accepted login gets, and which login a dialled name means.
#include "entries.hpp"
#include "provisioning/policy.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

namespace {

const AccessQuery good{.login = "joao@isp", .kind = RequestKind::pppoe, .proof = Proof::proved, .now = {}};

std::vector<std::uint8_t> copy_of(std::span<const std::uint8_t> octets) { return {octets.begin(), octets.end()}; }

}  // namespace

TEST_CASE("an accepted login gets its plan's terms")
{
    Directory directory;
    Provider{}.put_into(directory);
    const auto decision = authorize(good, directory);
    CHECK(decision.reason == Reason::none);
    CHECK(decision.download_bps == 300'000'000);
    CHECK(decision.upload_bps == 150'000'000);
    CHECK(decision.framed_pool == "clientes");
    CHECK_FALSE(decision.framed_ip);
    CHECK(decision.session_timeout_s == 86'400);
    CHECK(decision.interim_s == 300);
    CHECK(copy_of(decision.plan_reply) == std::vector<std::uint8_t>{1, 2, 3});
    CHECK(copy_of(decision.login_reply) == std::vector<std::uint8_t>{4, 5});
    CHECK(decision.login->id == 5);
    CHECK(decision.contract->id == 42);
    CHECK(decision.client->id == 7);
    CHECK(decision.plan->id == 3);
}

TEST_CASE("an address goes before a pool, the login's pool before the plan's")
{
    struct Row {
        std::string name;
        std::string login_pool, plan_pool;
        std::optional<std::array<std::uint8_t, 4>> ip;
        std::string pool;
    };
    const std::array<std::uint8_t, 4> address{100, 64, 0, 7};
    const Row rows[] = {
        {"neither", "", "", {}, ""},
        {"the plan's pool", "", "clientes", {}, "clientes"},
        {"the login's pool", "vip", "clientes", {}, "vip"},
        {"a fixed address", "", "clientes", address, ""},
        {"a fixed address and, by plain SQL, a pool", "vip", "clientes", address, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Provider provider;
        provider.login.framed_pool = row.login_pool;
        provider.login.ip = row.ip;
        provider.plan.framed_pool = row.plan_pool;
        Directory directory;
        provider.put_into(directory);
        const auto decision = authorize(good, directory);
        CHECK(decision.framed_pool == row.pool);
        CHECK(decision.framed_ip == row.ip);
    }
}

TEST_CASE("a refused login gets no terms, but its records are known")
{
    Provider provider;
    provider.contract.status = ContractStatus::suspended;
    Directory directory;
    provider.put_into(directory);
    const auto decision = authorize(good, directory);
    CHECK(decision.reason == Reason::contract_suspended);
    CHECK(decision.contract->id == 42);
    CHECK(decision.download_bps == 0);
    CHECK(decision.framed_pool.empty());
    CHECK(decision.login_reply.empty());
}

TEST_CASE("a login without a plan of its own is accepted with its own terms")
{
    Provider provider;
    provider.login.plan_id = 0;
    Directory directory;
    provider.put_into(directory);
    const auto decision = authorize(good, directory);
    CHECK(decision.reason == Reason::none);
    CHECK(decision.plan == nullptr);
    CHECK(decision.download_bps == 0);
}

TEST_CASE("a change of the plan reaches its logins without their being touched")
{
    Provider provider;
    Directory directory;
    provider.put_into(directory);
    provider.plan.download_bps = 500'000'000;
    directory.apply(PlanEntry{provider.plan});
    CHECK(authorize(good, directory).download_bps == 500'000'000);
}

TEST_CASE("a MAC login is meant by its address in any notation, another login only by its exact name")
{
    Directory directory;
    Provider provider;
    provider.login.kind = LoginKind::mac;
    provider.login.name = "AA:BB:CC:DD:EE:FF";
    provider.put_into(directory);
    provider.login.id = 6;
    provider.login.kind = LoginKind::pppoe;
    provider.login.name = "11:22:33:44:55:66";
    directory.apply(LoginEntry{provider.login});

    struct Row {
        std::string name;
        std::string dialled;
        std::int64_t id;  // 0: none
    };
    const Row rows[] = {
        {"as stored", "AA:BB:CC:DD:EE:FF", 5},
        {"lower case and dashes", "aa-bb-cc-dd-ee-ff", 5},
        {"bare", "aabbccddeeff", 5},
        {"Cisco's notation", "aabb.ccdd.eeff", 5},
        {"another MAC", "aabb.ccdd.eef0", 0},
        {"a PPPoE login that looks like a MAC, as stored", "11:22:33:44:55:66", 6},
        {"a PPPoE login that looks like a MAC, in another notation", "112233445566", 0},
        {"empty", "", 0},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto* found = find_login_as_dialled(directory, row.dialled);
        CHECK((found == nullptr ? 0 : found->id) == row.id);
    }
}
