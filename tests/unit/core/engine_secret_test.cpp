// Secrets: the NAS that an address means, one that has the wrong secret, and the time in which two are good.
#include "tests/unit/core/methods_fixture.hpp"

using namespace tests;
using namespace std::chrono_literals;

namespace {

constexpr std::uint8_t accept = access_accept, reject = access_reject, start = 1;
const Bytes fresh{'n', 'e', 'w', ' ', 's', 'e', 'c', 'r', 'e', 't'};

/// The secret was changed and the old one is good for another hour.
provisioning::NasEntry rotated(core::Now now)
{
    auto entry = EngineFixture::nas();
    entry.previous_secret = entry.secret;
    entry.previous_secret_until = now.system + 1h;
    entry.secret = provisioning::Secret{fresh};
    return entry;
}

}  // namespace

TEST_CASE_FIXTURE(EngineFixture,
                  "C-04 C-05 M-03 a wrong secret is silence where it shows and a reject where it does not")
{
    const Bytes other{'o', 't', 'h', 'e', 'r'};
    CHECK(send(with_signature(pap(joao, joao_password), other)).reply.empty());
    CHECK(count(Counter::auth_bad_authenticator) == 1);
    bool suspected = false;
    for (std::uint8_t i = 0; i < 20; ++i) {
        auto request = access_request(attribute(attr::user_name, octets(joao)) +
                                      attribute(attr::user_password, Bytes(16, static_cast<std::uint8_t>(0x91 + i))));
        request[1] = i;
        const auto outcome = send(request);
        CHECK(code_of(outcome) == reject);
        CHECK_FALSE((suspected && outcome.secret_suspect));
        suspected = suspected || outcome.secret_suspect;
    }
    CHECK(suspected);
}

TEST_CASE_FIXTURE(EngineFixture,
                  "C-07 during a grace both secrets are good, and the reply is signed as the request was")
{
    apply(rotated(now));
    const auto old_signed = with_signature(pap(joao, joao_password));
    const auto old_reply = copy(ask(old_signed).reply);
    REQUIRE(old_reply.size() > 20);
    CHECK(old_reply[0] == accept);
    CHECK(radius::response_authenticator_verifies(digester, view(old_reply), view(old_signed).authenticator(), secret));
    // Without a signature the password shows which it is.
    CHECK(code_of(ask(pap(joao, joao_password))) == accept);
    const auto with_new = pap(joao, joao_password, {}, fresh);
    const auto new_reply = copy(ask(with_new).reply);
    REQUIRE(new_reply.size() > 20);
    CHECK(new_reply[0] == accept);
    CHECK(radius::response_authenticator_verifies(digester, view(new_reply), view(with_new).authenticator(), fresh));
    CHECK(ask(accounting_of(1)).event.kind != core::Event::Kind::bad_authenticator);
    CHECK(send(accounting_of(1), core::Service::acct, ++last_port).usage != nullptr);
    pass(2h);
    CHECK(ask(old_signed).event.kind != core::Event::Kind::decided);
    CHECK(send(accounting_of(1), core::Service::acct, ++last_port).usage == nullptr);
}

TEST_CASE_FIXTURE(MethodsFixture, "C-07 a reject is signed with the secret that the NAS has, for whatever it is")
{
    apply(rotated(now));
    const auto signed_with = [&](const Bytes& request) {
        const auto answered = copy(ask(request).reply);
        REQUIRE_FALSE(answered.empty());
        CHECK(answered[0] == reject);
        const auto asked = view(request);
        if (radius::response_authenticator_verifies(digester, view(answered), asked.authenticator(), fresh))
            return std::string_view{"new"};
        return radius::response_authenticator_verifies(digester, view(answered), asked.authenticator(), secret)
                   ? std::string_view{"old"}
                   : std::string_view{};
    };
    CHECK(signed_with(pap(joao, "outra")) == "old");
    CHECK(signed_with(pap(joao, "outra", {}, fresh)) == "new");
    CHECK(signed_with(pap("maria", "x", {}, fresh)) == "new");
    CHECK(signed_with(pap("maria", "x")) == "old");
    // CHAP does not show the secret: it is then the one that was last proved.
    CHECK(signed_with(peer.chap(joao, "outra")) == "old");
    CHECK(code_of(ask(pap(joao, joao_password, {}, fresh))) == accept);
    CHECK(signed_with(peer.chap(joao, "outra")) == "new");
    CHECK(send(accounting_of(start), core::Service::acct).usage != nullptr); // by the old one
    CHECK(signed_with(peer.chap(joao, "outra")) == "old");
    CHECK(signed_with(with_signature(pap(joao, "outra", {}, fresh), fresh)) == "new");
    CHECK(signed_with(peer.chap(joao, "outra")) == "new");
}

TEST_CASE_FIXTURE(MethodsFixture, "C-07 a slow hash is checked of what the right one of two secrets decrypts")
{
    store(provisioning::Storage::crypt);
    apply(rotated(now));
    for (const auto& key : {secret, fresh, secret}) {
        const auto request = pap(joao, joao_password, {}, key);
        const auto answered = copy(ask(request).reply);
        REQUIRE_FALSE(answered.empty());
        CHECK(answered[0] == accept);
        CHECK(radius::response_authenticator_verifies(digester, view(answered), view(request).authenticator(), key));
    }
}

TEST_CASE_FIXTURE(EngineFixture, "C-02 of two NASes the one with the longer prefix is meant, and its secret counts")
{
    auto unlimited = login();
    unlimited.simultaneous = 0;
    apply(unlimited);
    auto inner = nas();
    inner.id = 2;
    inner.name = "bras2";
    inner.address = *provisioning::parse_prefix("10.0.0.4/30");
    inner.secret = provisioning::Secret{fresh};
    apply(inner);
    CHECK(code_of(ask(with_signature(pap(joao, joao_password, {}, fresh), fresh))) == accept);
    CHECK(ask(with_signature(pap(joao, joao_password))).reply.empty());
    const auto request = pap(joao, joao_password);
    auto outer = datagram(request, core::Service::auth, ++last_port);
    outer.path.remote = *provisioning::parse_address("10.0.0.8");
    CHECK(code_of(engine.on_datagram(outer, now)) == accept);
    CHECK(engine.nas_counters(2)->bad_authenticators == 1);
    CHECK(engine.nas_counters(1)->bad_authenticators == 0);
    apply(provisioning::Removed{provisioning::EntryKind::nas, 2});
    CHECK(code_of(ask(with_signature(pap(joao, joao_password)))) == accept);
}

TEST_CASE_FIXTURE(EngineFixture, "C-05 wrong passwords that are text, or were signed, do not make a secret suspect")
{
    for (int i = 0; i < 30; ++i) {
        CHECK_FALSE(ask(pap("nobody" + std::to_string(i), "senha")).secret_suspect);
        CHECK_FALSE(ask(with_signature(pap(joao, "\x01\x02\x91"))).secret_suspect);
    }
}

TEST_CASE_FIXTURE(EngineFixture, "C-05 what the limiter refuses unseen does not hide a suspect secret")
{
    const auto mac = from("AA:BB:CC:00:00:01");
    bool suspected = false;
    for (int i = 0; i < 11; ++i) ask(pap(joao, "outra", mac)); // ten are text, and then it is blocked
    for (int i = 0; i < 40; ++i) CHECK(ask(pap(joao, "outra", mac)).event.reason == Reason::throttled);
    for (int i = 0; i < 11; ++i) suspected |= ask(pap(joao, "x", {}, octets("other"))).secret_suspect;
    CHECK(suspected);
}
