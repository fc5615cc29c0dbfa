// Who may speak at all: Message-Authenticators, secrets, Status-Server. RFC 3579 s3.2, RFC 5997, CVE-2024-3596.
#include "tests/unit/core/methods_fixture.hpp"

using namespace tests;
using namespace std::chrono_literals;

namespace {

constexpr std::uint8_t accept = access_accept;

provisioning::NasEntry one_host()
{
    auto entry = EngineFixture::nas();
    entry.address = *provisioning::parse_prefix("10.0.0.5/32");
    return entry;
}

}  // namespace

TEST_CASE_FIXTURE(EngineFixture, "M-04 a second Message-Authenticator, or one of another length, is silence")
{
    CHECK(send(with_signature(with_signature(pap(joao, joao_password)))).reply.empty());
    CHECK(send(pap(joao, joao_password, attribute(attr::message_authenticator, Bytes(15)))).reply.empty());
    CHECK(count(Counter::auth_bad_authenticator) == 2);
}

TEST_CASE_FIXTURE(EngineFixture, "M-09 a NAS that must sign is not answered without")
{
    auto strict = nas();
    strict.message_authenticator = provisioning::MessageAuthenticatorMode::require;
    apply(strict);
    CHECK(send(pap(joao, joao_password)).reply.empty());
    CHECK(count(Counter::auth_ma_missing) == 1);
    CHECK(code_of(send(with_signature(pap(joao, joao_password)))) == accept);
}

TEST_CASE_FIXTURE(EngineFixture,
                  "M-03 a repetition with a stale signature gets the cached answer; a first one with it gets nothing")
{
    const auto request = with_signature(pap(joao, joao_password));
    auto stale = request;
    stale.back() ^= 1;
    CHECK(send(stale).reply.empty());
    const auto first = copy(send(request).reply);
    CHECK(copy(send(stale).reply) == first);
    auto altered = stale;
    altered[22] ^= 1;  // another User-Name
    const auto outcome = send(altered);
    CHECK(outcome.reply.empty());
    CHECK(outcome.event.kind == core::Event::Kind::stale_retransmission);
    CHECK(count(Counter::auth_accepts) == 1);
}

TEST_CASE_FIXTURE(EngineFixture, "S-01 S-02 Status-Server is answered when signed, five at once and one a second")
{
    // Attributes that mean nothing here are ignored.
    const auto plain = packet(radius::Code::status_server,
                              attribute(200, {1}) + attribute(attr::vendor_specific, {0, 1, 2, 3, 77, 3, 1}));
    CHECK(send(plain).reply.empty());  // M-01
    CHECK(count(Counter::auth_ma_missing) == 1);
    const auto request = with_signature(plain);
    for (int i = 0; i < 5; ++i) {
        const auto answered = copy(send(request).reply);
        REQUIRE_FALSE(answered.empty());
        CHECK(answered[0] == accept);
        CHECK((*view(answered).begin()).type == attr::message_authenticator);
    }
    CHECK(send(request).reply.empty());
    now.steady += std::chrono::milliseconds{1001};
    CHECK_FALSE(send(request).reply.empty());
    auto bad = request;
    bad.back() ^= 1;
    now.steady += std::chrono::seconds{5};
    CHECK(send(bad).reply.empty());
    CHECK(count(Counter::auth_bad_authenticator) == 1);
    auto stranger = datagram(request);
    stranger.path.remote = *provisioning::parse_address("192.0.2.1");
    CHECK(engine.on_datagram(stranger, now).reply.empty());
    const auto acct = copy(send(request, core::Service::acct).reply);
    REQUIRE_FALSE(acct.empty());
    CHECK(acct[0] == static_cast<std::uint8_t>(radius::Code::accounting_response));
    CHECK_FALSE(view(acct).find(attr::message_authenticator));  // M-08
}

TEST_CASE_FIXTURE(EngineFixture, "M-11 mode auto: one verified signature makes it needed from then on")
{
    apply(one_host());
    const auto plain = pap(joao, joao_password);
    CHECK(code_of(ask(plain)) == accept);
    auto bad = with_signature(plain, octets("other"));
    CHECK(ask(bad).learned_message_authenticator == 0);  // M-12: a forged one teaches nothing
    CHECK(code_of(ask(plain)) == accept);
    const auto learned = ask(with_signature(plain));
    CHECK(learned.learned_message_authenticator == 1);
    CHECK(code_of(learned) == accept);
    CHECK(ask(plain).event.kind == core::Event::Kind::message_authenticator_missing);
    CHECK(ask(with_signature(plain)).learned_message_authenticator == 0);  // told once
    apply(one_host());  // another field changed: what was learned stays
    CHECK(ask(plain).reply.empty());
    auto ignored = one_host();
    ignored.message_authenticator = provisioning::MessageAuthenticatorMode::ignore;
    apply(ignored);
    CHECK(code_of(ask(plain)) == accept);
    apply(one_host());
    CHECK(code_of(ask(plain)) == accept);
    auto known = one_host();
    known.message_authenticator_learned = true;  // as the records have it after a restart
    apply(known);
    CHECK(ask(plain).reply.empty());
}

TEST_CASE_FIXTURE(EngineFixture, "M-11 neither EAP nor a prefix of many hosts teaches")
{
    apply(one_host());
    CHECK(ask(with_signature(Peer::eap_identity(joao))).learned_message_authenticator == 0);
    CHECK(code_of(ask(pap(joao, joao_password))) == accept);
    apply(nas());
    CHECK(ask(with_signature(pap(joao, joao_password))).learned_message_authenticator == 0);
    CHECK(code_of(ask(pap(joao, joao_password))) == accept);
}

TEST_CASE_FIXTURE(EngineFixture, "M-05 a Message-Authenticator verifies wherever it stands")
{
    const auto name = attribute(attr::user_name, octets(joao));
    const auto whole = pap(joao, joao_password);
    const Bytes password(whole.end() - 18, whole.end());
    const Bytes before[] = {{}, name, name + password}, after[] = {name + password, password, {}};
    for (std::size_t i = 0; i < 3; ++i) {
        auto request = access_request(before[i] + attribute(attr::message_authenticator, Bytes(16)) + after[i]);
        const auto mac = digester.hmac_md5(secret, {request});
        std::copy(mac.begin(), mac.end(), request.begin() + 22 + static_cast<std::ptrdiff_t>(before[i].size()));
        CHECK(code_of(ask(request)) == accept);
        request[22 + before[i].size()] ^= 1;
        CHECK(ask(request).reply.empty());
    }
}

TEST_CASE_FIXTURE(EngineFixture, "M-06 M-03 an Accounting-Request's Message-Authenticator is taken over 16 zero octets")
{
    const auto signed_by = [&](const Bytes& key) {
        auto request = with_signature(
            packet(radius::Code::accounting_request,
                   attribute(attr::acct_status_type, {0, 0, 0, 1}) + attribute(attr::acct_session_id, octets("81a0"))),
            key);
        std::fill_n(request.begin() + 4, 16, std::uint8_t{0});
        const auto sum = digester.md5({request, secret});
        std::copy(sum.begin(), sum.end(), request.begin() + 4);
        return request;
    };
    CHECK(ask(signed_by(secret), core::Service::acct).usage != nullptr);
    CHECK(ask(signed_by(octets("other")), core::Service::acct).usage == nullptr);
    CHECK(count(Counter::acct_bad_authenticator) == 1);
}

TEST_CASE_FIXTURE(EngineFixture,
                  "M-12 a thousand forged packets change no flag, no cached answer, no limiter, no session")
{
    apply(one_host());
    const auto mac = from("AA:BB:CC:00:00:01");
    const auto request = pap(joao, joao_password, mac);
    const auto answered = copy(send(request).reply);
    REQUIRE(answered[0] == accept);
    const auto online = engine.sessions_online();
    const auto seen = engine.nas_counters(1)->last_seen_unix_s;
    pass(1s);
    for (int i = 0; i < 1000; ++i) {
        auto forged = with_signature(pap(joao, i % 2 == 0 ? "outra" : joao_password, mac), octets("other"));
        forged[1] = static_cast<std::uint8_t>(i % 3 == 0 ? request[1] : i);
        CHECK(send(forged).reply.empty());
    }
    CHECK(count(Counter::auth_bad_authenticator) == 1000);
    CHECK(engine.nas_counters(1)->bad_authenticators == 1000);
    CHECK(engine.nas_counters(1)->last_seen_unix_s == seen);
    CHECK(engine.sessions_online() == online);
    CHECK(count(Counter::auth_rejects) == 0);
    CHECK(copy(send(request).reply) == answered);                                  // the duplicate cache
    CHECK(ask(pap(joao, "outra", mac)).event.reason == Reason::bad_password);      // the limiter
    CHECK(code_of(ask(pap(joao, joao_password, mac))) == accept);                  // the flag
}

TEST_CASE_FIXTURE(EngineFixture, "M-01 M-02 M-09 M-10 M-14 each discard is one counter, and no answer")
{
    const auto name = attribute(attr::user_name, octets(joao));
    struct Row {
        const char* name;
        Bytes request;
        Counter counter;
    };
    const Row rows[] = {
        {"M-01 Status-Server without a signature", packet(radius::Code::status_server, {}), Counter::auth_ma_missing},
        {"M-02 EAP without a signature", access_request(name + attribute(attr::eap_message, {2, 1, 0, 5, 1})),
         Counter::auth_ma_missing},
        {"M-02 EAP and a password without a signature",
         pap(joao, joao_password, attribute(attr::eap_message, {2, 1, 0, 5, 1})), Counter::auth_ma_missing},
        {"M-10 Proxy-State without a signature", pap(joao, joao_password, attribute(attr::proxy_state, {1})),
         Counter::auth_blastradius},
        {"M-14 nothing to prove it by", access_request(name), Counter::auth_ma_missing},
        {"M-14 a State alone", access_request(name + attribute(attr::state, {1, 2})), Counter::auth_ma_missing},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto before = count(row.counter);
        CHECK(ask(row.request).reply.empty());
        CHECK(count(row.counter) == before + 1);
    }
    auto proxy = nas();
    proxy.limit_proxy_state = false;
    apply(proxy);
    CHECK(code_of(ask(rows[3].request)) == accept);
}

TEST_CASE_FIXTURE(MethodsFixture, "M-07 every answer to an Access-Request is signed first of all, asked so or not")
{
    const auto identity = with_signature(Peer::eap_identity(joao));
    const auto challenged = copy(ask(identity).reply);
    const Bytes requests[] = {pap(joao, joao_password),
                              pap(joao, "outra"),
                              pap("maria", "x"),
                              peer.chap(joao, joao_password),
                              peer.ms_chap_v1(joao, joao_password),
                              peer.ms_chap_v2(joao, joao_password),
                              peer.ms_chap_v2(joao, "outra"),
                              identity,
                              with_signature(peer.eap_response(joao, joao_password, challenged)),
                              with_signature(access_request(attribute(attr::user_name, octets(joao))))};
    for (const auto& request : requests) {
        const auto answered = copy(ask(request).reply);
        REQUIRE_FALSE(answered.empty());
        CHECK((*view(answered).begin()).type == attr::message_authenticator);
        CHECK(radius::check_reply_message_authenticator(digester, view(answered), view(request).authenticator(),
                                                        secret) == radius::MessageAuthenticator::verified);
    }
}

TEST_CASE_FIXTURE(MethodsFixture,
                  "M-03 what repeats a request in work with a wrong signature is forged, not a duplicate")
{
    store(provisioning::Storage::crypt);
    const auto request = with_signature(pap(joao, joao_password));
    const auto first = send(request);
    REQUIRE(first.hash);
    auto stale = request;
    stale.back() ^= 1;
    CHECK(send(stale).reply.empty());
    CHECK(count(Counter::auth_bad_authenticator) == 1);
    CHECK(count(Counter::auth_dup) == 0);
    CHECK(engine.hash_checked(first.ticket, true, now)); // it is still in work
}
