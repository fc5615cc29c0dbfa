// Answers that come later, and what happens meanwhile: rejects with a delay, hashes that are checked elsewhere.
#include "tests/unit/core/methods_fixture.hpp"

using namespace tests;
using namespace std::chrono_literals;

namespace {

constexpr std::uint8_t accept = access_accept, reject = access_reject;

}  // namespace

TEST_CASE_FIXTURE(MethodsFixture, "D-06 L-07 a delayed reject is sent once, at its time; its duplicate is dropped")
{
    auto slow = nas();
    slow.reject_delay = 800ms;
    apply(slow);
    const auto request = pap(joao, "outra");
    const auto first = send(request);
    CHECK(first.reply.empty());
    CHECK(first.event.reason == Reason::bad_password);
    REQUIRE(engine.next_due());
    CHECK(*engine.next_due() == now.steady + 800ms);
    CHECK_FALSE(engine.due(now));
    now.steady += 300ms;
    CHECK(send(request).reply.empty());
    CHECK(count(Counter::auth_dup) == 1);
    now.steady += 500ms;
    const auto late = engine.due(now);
    REQUIRE(late);
    CHECK(late->reply[0] == reject);
    CHECK(late->path.remote_port == 40'000);
    const auto sent = copy(late->reply);
    CHECK_FALSE(engine.due(now));
    CHECK_FALSE(engine.next_due());
    CHECK(copy(send(request).reply) == sent);  // from now on it is in the cache
    CHECK(count(Counter::auth_rejects) == 1);
    CHECK(code_of(ask(pap(joao, joao_password))) == accept);  // an accept never waits
}

TEST_CASE_FIXTURE(MethodsFixture, "L-07 the delay is the NAS's own, and none is the default")
{
    CHECK(nas().reject_delay == 0ms);
    CHECK(code_of(ask(pap(joao, "outra"))) == reject);
    auto slow = nas();
    slow.id = 2;
    slow.name = "hotspot";
    slow.address = *provisioning::parse_prefix("10.0.0.5/32");
    slow.reject_delay = 1s;
    apply(slow);
    CHECK(ask(pap(joao, "outra")).reply.empty());
    const auto request = pap(joao, "outra");
    auto other = datagram(request, core::Service::auth, ++last_port);
    other.path.remote = *provisioning::parse_address("10.0.0.6");
    CHECK(code_of(engine.on_datagram(other, now)) == reject);
}

TEST_CASE_FIXTURE(MethodsFixture, "D-03 D-06 a delayed reject that another request has replaced is never sent")
{
    auto slow = nas();
    slow.reject_delay = 1s;
    apply(slow);
    CHECK(send(pap(joao, "outra")).reply.empty());
    CHECK(code_of(send(pap(joao, joao_password))) == accept);
    CHECK(ask(pap(joao, "outra")).reply.empty()); // another port's, due at the same time
    now.steady += 1s;
    const auto late = engine.due(now);
    REQUIRE(late);
    CHECK(late->path.remote_port == last_port);
    CHECK_FALSE(engine.due(now));
    CHECK_FALSE(engine.next_due());
}

TEST_CASE_FIXTURE(MethodsFixture, "D-06 a delayed reject goes out at last however late the loop is, once")
{
    auto slow = nas();
    slow.reject_delay = 1s;
    apply(slow);
    for (int i = 0; i < 100; ++i) CHECK(ask(pap(joao, "outra")).reply.empty());
    now.steady += 14s;
    int sent = 0;
    while (engine.due(now)) ++sent;
    CHECK(sent == 100);
}

TEST_CASE_FIXTURE(MethodsFixture, "D-03 a hash that was checked for a request since replaced answers nothing")
{
    store(provisioning::Storage::crypt);
    const auto first = send(pap(joao, joao_password));
    REQUIRE(first.hash);
    const auto second = send(pap(joao, "outra")); // under the same identifier
    REQUIRE(second.hash);
    CHECK_FALSE(engine.hash_checked(first.ticket, true, now));
    CHECK(engine.sessions_online() == 0);
    const auto late = engine.hash_checked(second.ticket, false, now);
    REQUIRE(late);
    CHECK(code_of(late->outcome) == reject);
    CHECK(code_of(ask(pap(joao, joao_password))) == accept); // yet it is remembered
    CHECK_FALSE(send(pap(joao, joao_password), core::Service::auth, 9).hash);
}

TEST_CASE_FIXTURE(MethodsFixture, "a hash that takes longer than the NAS waits answers nothing")
{
    store(provisioning::Storage::crypt);
    const auto first = send(pap(joao, joao_password));
    REQUIRE(first.hash);
    now.steady += 16s;
    send(pap("maria", "x"), core::Service::auth, 9);
    CHECK_FALSE(engine.hash_checked(first.ticket, true, now));
}

TEST_CASE_FIXTURE(MethodsFixture, "a hash that was changed while it was checked is checked again")
{
    store(provisioning::Storage::crypt);
    const auto first = send(pap(joao, joao_password));
    REQUIRE(first.hash);
    store(provisioning::Storage::crypt); // another salt
    const auto again = engine.hash_checked(first.ticket, true, now);
    REQUIRE(again);
    CHECK(again->outcome.reply.empty());
    REQUIRE(again->outcome.hash);
    const auto late = engine.hash_checked(again->outcome.ticket, true, now);
    REQUIRE(late);
    CHECK(code_of(late->outcome) == accept);
}

TEST_CASE_FIXTURE(MethodsFixture,
                  "L-04 D-07 wrong passwords of a slow hash are limited; at the bound new work is refused")
{
    store(provisioning::Storage::crypt);
    std::vector<core::Ticket> waiting;
    for (int i = 0; i < 1024; ++i) {
        auto outcome = send(pap(joao, std::to_string(i), from("AA:BB:CC:00:00:01")), core::Service::auth, ++last_port);
        REQUIRE(outcome.hash);
        waiting.push_back(outcome.ticket);
    }
    const auto refused = ask(pap(joao, "outra"));
    CHECK(refused.reply.empty());
    CHECK_FALSE(refused.hash);
    CHECK(refused.event.kind == core::Event::Kind::no_room);
    CHECK(count(Counter::auth_dropped) == 1);
    for (std::size_t i = 0; i < waiting.size(); ++i) { // what is in work is answered
        const auto late = engine.hash_checked(waiting[i], false, now);
        REQUIRE(late);
        CHECK(late->outcome.event.reason == (i < 10 ? Reason::bad_password : Reason::throttled));
    }
    CHECK(send(pap(joao, "outra"), core::Service::auth, ++last_port).hash); // there is room again
}
