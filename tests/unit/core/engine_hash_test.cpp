// Passwords kept as crypt(5) hashes, which are checked elsewhere, and weak hashes that are replaced.
#include "tests/unit/core/methods_fixture.hpp"

using namespace tests;
using provisioning::Storage;

TEST_CASE_FIXTURE(MethodsFixture,
                  "a slow hash is checked once, elsewhere; its duplicate waits, its result is remembered")
{
    store(Storage::crypt);
    const auto request = pap(joao, joao_password);
    auto first = send(request);
    REQUIRE(first.hash);
    CHECK(first.reply.empty());
    CHECK(first.event.kind == core::Event::Kind::none);
    CHECK(send(request).reply.empty());  // D-02: in work
    CHECK(count(Counter::auth_dup) == 1);
    const auto late = engine.hash_checked(first.ticket, true, now);
    REQUIRE(late);
    CHECK(code_of(late->outcome) == access_accept);
    CHECK(late->outcome.event.login == joao);
    CHECK(code_of(send(request)) == access_accept);  // now cached
    CHECK_FALSE(engine.hash_checked(first.ticket, true, now));
    const auto again =
        send(pap(joao, joao_password, attribute(attr::framed_mtu, {0, 0, 5, 212})), core::Service::auth, 3);
    CHECK_FALSE(again.hash);
    CHECK(code_of(again) == access_accept);
    auto refused = send(pap(joao, "outra"), core::Service::auth, 4);
    REQUIRE(refused.hash);
    engine.hash_not_checked(refused.ticket);  // no room: the NAS asks again, and is then no duplicate
    CHECK(send(pap(joao, "outra"), core::Service::auth, 4).hash.has_value());
}

TEST_CASE_FIXTURE(MethodsFixture, "a weak hash that PAP proved is to be kept as configured")
{
    core::Settings settings{.messages = core::built_in_messages(core::Language::english),
                            .upgrade_to = Storage::encrypted};
    engine.configure(std::move(settings));
    store(Storage::md5);
    CHECK_FALSE(ask(pap(joao, "outra")).upgrade);
    const auto proved = ask(pap(joao, joao_password));
    REQUIRE(proved.upgrade);
    CHECK(proved.upgrade->login_id == 7);
    CHECK(proved.upgrade->to == Storage::encrypted);
    CHECK(copy(proved.upgrade->clear.octets()) == octets(joao_password));
    store(Storage::encrypted);
    CHECK_FALSE(ask(pap(joao, joao_password)).upgrade);
}
