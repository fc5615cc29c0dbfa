// From a login through its accounting to the request that changes or ends it; gardens and allowances on the way.
#include "daemon/core/reconcile/reconciler.hpp"
#include "tests/unit/core/engine_fixture.hpp"

using namespace tests;
using namespace std::chrono_literals;
using core::Service;

namespace {

struct FollowFixture : EngineFixture {
    static constexpr std::uint8_t accept = 2, start = 1, stop = 2, interim = 3;

    void put_garden(provisioning::GardenReason reason)
    {
        provisioning::GardenEntry garden;
        garden.id = 10 + static_cast<std::int64_t>(reason);
        garden.name = "jardim";
        garden.reason = reason;
        garden.address_list = "devedores";
        garden.keep_address = true;
        garden.download_bps = garden.upload_bps = 1'000'000; // to take a rate away a CoA has no words
        garden.interim_s = 60;
        apply(garden);
    }
    void suspend()
    {
        provisioning::ContractEntry contract;
        contract.id = 1;
        contract.client_id = 1;
        contract.status = provisioning::ContractStatus::suspended;
        contract.suspension_kind = "debt";
        apply(contract);
    }
    /// The Class of that Accept, as the NAS sends it back.
    static Bytes class_of(const core::Outcome& outcome)
    {
        const auto reply = copy(outcome.reply);
        return attribute(attr::class_, copy(view(reply).find(attr::class_).value()));
    }
    provisioning::Usage report(std::uint8_t status, const Bytes& more)
    {
        const auto outcome = ask(accounting_of(status, attribute(attr::nas_ip_address, {10, 0, 0, 5}) + more,
                                               static_cast<std::uint8_t>(++last_identifier)),
                                 Service::acct);
        REQUIRE(outcome.usage);
        return *outcome.usage;
    }
    std::size_t work()
    {
        std::size_t sent = 0;
        for (int i = 0; i < 5; ++i)
            engine.reconciler().work(now, [&](const core::Reconciler::Packet& packet) {
                ++sent;
                last = copy(packet.octets);
                to = packet.path;
            });
        return sent;
    }
    std::uint8_t last_identifier = 0;
    Bytes last;
    core::Path to;
};

} // namespace

TEST_CASE_FIXTURE(FollowFixture, "R-05 accounting brings back what the Accept gave, and how the NAS calls itself")
{
    const auto class_ = class_of(ask(pap(joao, joao_password)));
    const auto usage = report(start, class_);
    CHECK(usage.nas_ip == "10.0.0.5");
    CHECK(usage.nas_identifier == "bras1");
    CHECK(usage.login_id == 7);
    REQUIRE(usage.fingerprint);
    CHECK(work() == 0);
    const auto following = engine.reconciler().following(engine.key_of(usage.session_key), now);
    REQUIRE(following);
    CHECK(following->state == core::Following::State::in_force);
    report(stop, class_);
    CHECK_FALSE(engine.reconciler().following(engine.key_of(usage.session_key), now));
}

TEST_CASE_FIXTURE(FollowFixture, "O-01 a suspended session is ended at the address its accounting came from")
{
    const auto class_ = class_of(ask(pap(joao, joao_password)));
    report(start, class_);
    CHECK(work() == 0);
    suspend();
    CHECK(work() == 1);
    CHECK(last[0] == static_cast<std::uint8_t>(radius::Code::disconnect_request));
    CHECK(to.remote == *provisioning::parse_address("10.0.0.5"));
    CHECK(to.remote_port == 3799);
}

TEST_CASE_FIXTURE(FollowFixture, "a debtor is let into the garden, and one who is online is told by CoA")
{
    const auto class_ = class_of(ask(pap(joao, joao_password)));
    report(start, class_);
    work();
    suspend();
    put_garden(provisioning::GardenReason::debt);
    CHECK(work() == 1);
    CHECK(last[0] == static_cast<std::uint8_t>(radius::Code::coa_request));
    const auto outcome = ask(pap(joao, joao_password));
    CHECK(code_of(outcome) == accept);
    CHECK(outcome.event.garden);
    CHECK(outcome.event.reason == Reason::contract_suspended);
    CHECK(count(Counter::auth_gardens) == 1);
    CHECK(report(start, class_of(outcome)).interim_s == 60);
}

TEST_CASE_FIXTURE(FollowFixture,
                  "an unknown login is let into its garden without a slot, and leaves it with its record")
{
    put_garden(provisioning::GardenReason::unknown);
    const auto outcome = ask(pap("maria", "qualquer"));
    CHECK(code_of(outcome) == accept);
    CHECK(outcome.event.reason == Reason::unknown_login);
    CHECK(engine.sessions_online() == 0);
    const auto usage = report(start, class_of(outcome));
    CHECK_FALSE(usage.login_id);
    CHECK(usage.interim_s == 60);
}

TEST_CASE_FIXTURE(FollowFixture, "O-11 a request of others is never taken, at any port of ours")
{
    const auto class_ = class_of(ask(pap(joao, joao_password)));
    report(start, class_);
    suspend();
    work();
    for (const auto service : {Service::auth, Service::acct, Service::coa}) {
        CAPTURE(static_cast<int>(service));
        CHECK(ask(last, service).reply.empty());
    }
    CHECK(count(Counter::coa_unexpected) == 1);
    CHECK(count(Counter::auth_unknown_type) == 1);
    CHECK(count(Counter::acct_unknown_type) == 1);
    CHECK(engine.sessions_online() == 1);
}

TEST_CASE_FIXTURE(FollowFixture, "who has used up the allowance is slowed down at once")
{
    provisioning::PlanEntry plan = *engine.directory()->plan(*engine.directory()->find_login(7));
    plan.allowance = {.octets = 1'000'000, .download_bps = 1'000'000, .upload_bps = 1'000'000};
    apply(plan);
    const auto class_ = class_of(ask(pap(joao, joao_password)));
    report(start, class_);
    CHECK(work() == 0);
    CHECK(engine.used(7, now) == 0);
    pass(60s);
    report(interim, class_ + number(attr::acct_session_time, 60) + number(attr::acct_output_octets, 1'000'000));
    CHECK(engine.used(7, now) == 1'000'000);
    const auto notes = engine.allowance_notes();
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].used_up);
    CHECK(work() == 1);
    CHECK(last[0] == static_cast<std::uint8_t>(radius::Code::coa_request));
}

TEST_CASE_FIXTURE(FollowFixture, "a session that the records knew before follows as one that was heard")
{
    core::KnownSession known;
    known.session_key = "s:00000000000000000000000000000001";
    known.login = joao;
    known.login_id = 7;
    known.nas_id = 1;
    known.nas_ip = "10.0.0.9";
    known.acct_session_id = "81a0";
    engine.remember(std::span{&known, 1}, now);
    CHECK(work() == 0);
    suspend();
    CHECK(work() == 1);
    CHECK(to.remote == *provisioning::parse_address("10.0.0.9"));
}
