// tests/unit/provisioning/trust_test.cpp - reduced speed for debt, and access on trust.
#include "provisioning/policy.hpp"

#include <doctest/doctest.h>

using namespace provisioning;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::sys_seconds midnight{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28}};

struct Provider {
    PlanEntry plan = fibra();
    ContractEntry contract = contract_of_joao();
    Decision decide(std::chrono::sys_seconds now)
    {
        directory.apply(PlanEntry{plan});
        directory.apply(client_joao());
        directory.apply(ContractEntry{contract});
        directory.apply(login_joao());
        return authorize({.login = "joao", .proof = Proof::proved, .now = now}, directory);
    }
    static PlanEntry fibra()
    {
        PlanEntry entry;
        entry.id = 1;
        entry.download_bps = 300'000'000;
        entry.upload_bps = 150'000'000;
        entry.burst_download_bps = 400'000'000;
        entry.burst_time_s = 10;
        entry.reduced_download_bps = 1'000'000;
        return entry;
    }
    static ClientEntry client_joao() { return {.id = 1, .name = "João", .active = true}; }
    static ContractEntry contract_of_joao()
    {
        ContractEntry entry;
        entry.id = 1;
        entry.client_id = 1;
        return entry;
    }
    static LoginEntry login_joao()
    {
        LoginEntry entry;
        entry.id = 1;
        entry.name = "joao";
        entry.contract_id = 1;
        entry.plan_id = 1;
        return entry;
    }
    Directory directory;
};

}  // namespace

TEST_CASE("a contract reduced for debt has its plan's reduced rates, without a burst, and never faster ones")
{
    Provider provider;
    CHECK(in_words(provider.decide(midnight)) == "300M/150M");
    provider.contract.reduced = true;
    const auto reduced = provider.decide(midnight);
    CHECK(in_words(reduced) == "1M/150M");
    CHECK(reduced.burst_download_bps == 0);
    CHECK(reduced.burst_time_s == 0);
    provider.plan.reduced_upload_bps = 900'000'000;
    CHECK(in_words(provider.decide(midnight)) == "1M/150M");
    provider.plan.reduced_upload_bps = 512'000;
    CHECK(in_words(provider.decide(midnight)) == "1M/512k");
    provider.plan.download_bps = 0;  // no limit: reduced all the same
    CHECK(in_words(provider.decide(midnight)) == "1M/512k");
}

TEST_CASE("trust lets in who is suspended for debt, until it ends, and no longer than that")
{
    Provider provider;
    provider.contract.status = ContractStatus::suspended;
    provider.contract.suspension_kind = "debt";
    CHECK(provider.decide(midnight).reason == Reason::contract_suspended);
    provider.contract.trust_until = midnight;
    const auto trusted = provider.decide(midnight - 100s);
    CHECK(in_words(trusted) == "300M/150M");
    CHECK(trusted.session_timeout_s == 100);
    CHECK(trusted.valid_until == std::chrono::system_clock::time_point{midnight});
    CHECK(provider.decide(midnight - 1s).reason == Reason::none);
    CHECK(provider.decide(midnight).reason == Reason::contract_suspended);
    provider.contract.suspension_kind = "fraud";
    CHECK(provider.decide(midnight - 100s).reason == Reason::contract_suspended);
}

TEST_CASE("trust gives the full speed back to who is reduced, and the session does not end with it")
{
    Provider provider;
    provider.contract.reduced = true;
    provider.contract.trust_until = midnight;
    const auto trusted = provider.decide(midnight - 100s);
    CHECK(in_words(trusted) == "300M/150M");
    CHECK(trusted.session_timeout_s == 0);
    CHECK(trusted.valid_until == std::chrono::system_clock::time_point{midnight});
    CHECK(in_words(provider.decide(midnight)) == "1M/150M");
}

TEST_CASE("trust before a cut changes nothing of a session")
{
    Provider provider;
    provider.contract.trust_until = midnight;
    const auto decision = provider.decide(midnight - 100s);
    CHECK(in_words(decision) == "300M/150M");
    CHECK(decision.session_timeout_s == 0);
    CHECK(decision.valid_until == std::chrono::system_clock::time_point::max());
}
