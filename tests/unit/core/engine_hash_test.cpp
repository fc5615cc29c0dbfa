// Passwords kept as crypt(5) hashes, which are checked elsewhere, and weak hashes that are replaced.
#include "tests/unit/core/methods_fixture.hpp"

#include <cstdlib>

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

TEST_CASE_FIXTURE(MethodsFixture,
                  "crypt's MD5 is weak as well, a strong hash is not, and without the setting nothing changes")
{
    const auto keep = [&](std::string_view hash) {
        auto entry = login();
        entry.storage = Storage::crypt;
        entry.sealed_password = sealer.seal(octets(hash), core::login_password_context(7));
        apply(entry);
    };
    // openssl passwd -1 -salt saltsalt segredo; openssl passwd -6 -salt saltsalt segredo
    constexpr std::string_view md5 = "$1$saltsalt$zBCF4QD6SNGk.kcKxveSt0";
    constexpr std::string_view sha512 =
        "$6$saltsalt$xetOA9CoiNDU5CuBkzx6n.otbGux01Fz9HkvBSDoR1Ixuxcd/nr7bk63A019QTnkSJJIUfbLv.QlpqRlRmeuT1";
    keep(md5);
    CHECK_FALSE(ask(pap(joao, joao_password)).upgrade);
    engine.configure({.messages = {}, .upgrade_to = Storage::crypt});
    const auto weak = ask(pap(joao, joao_password));
    CHECK(code_of(weak) == access_accept);
    REQUIRE(weak.upgrade);
    CHECK(weak.upgrade->to == Storage::crypt);
    CHECK_FALSE(ask(pap(joao, "outra")).upgrade);
    keep(sha512);
    const auto strong = ask(pap(joao, joao_password));
    CHECK(code_of(strong) == access_accept);
    CHECK_FALSE(strong.upgrade);
}

namespace {

/// OpenSSL looks for its providers where there are none.
struct NoLegacyProvider {
    NoLegacyProvider() { ::setenv("OPENSSL_MODULES", "/nonexistent", 1); }
    ~NoLegacyProvider() { ::unsetenv("OPENSSL_MODULES"); }
};

struct WithoutMd4 {
    NoLegacyProvider none;
    EngineFixture fixture;
};

}  // namespace

TEST_CASE("a machine without MD4 and DES says so, and still serves PAP, CHAP and EAP-MD5")
{
    Peer peer;
    REQUIRE(peer.ms_chap.available());
    WithoutMd4 machine;
    auto& fixture = machine.fixture;
    CHECK_FALSE(fixture.engine.ms_chap_available());
    CHECK(code_of(fixture.ask(fixture.pap(joao, joao_password))) == access_accept);
    CHECK(code_of(fixture.ask(fixture.pap(joao, "outra"))) == access_reject);
    CHECK(code_of(fixture.ask(peer.chap(joao, joao_password))) == access_accept);
    const auto first = copy(fixture.ask(fixture.with_signature(Peer::eap_identity(joao))).reply);
    CHECK(code_of(fixture.ask(fixture.with_signature(peer.eap_response(joao, joao_password, first)))) == access_accept);
    for (const auto& request : {peer.ms_chap_v1(joao, joao_password), peer.ms_chap_v2(joao, joao_password)}) {
        const auto outcome = fixture.ask(request);
        CHECK(code_of(outcome) == access_reject);
        CHECK(outcome.event.reason == Reason::method_not_possible);
    }
    auto entry = fixture.login();
    entry.storage = Storage::nt;
    entry.sealed_password =
        fixture.sealer.seal(*peer.ms_chap.nt_hash(octets(joao_password)), core::login_password_context(7));
    fixture.apply(entry);
    CHECK(fixture.ask(fixture.pap(joao, joao_password)).event.reason == Reason::method_not_possible);
}
