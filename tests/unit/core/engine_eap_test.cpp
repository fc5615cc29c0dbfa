// EAP-MD5 in Access-Requests: RFC 3579 s2, RFC 3748 s4 and s5.4.
#include "tests/unit/core/methods_fixture.hpp"

using namespace tests;

TEST_CASE_FIXTURE(MethodsFixture, "EAP-MD5: a challenge with a State, a success; the State serves once")
{
    const auto first = copy(ask(with_signature(Peer::eap_identity(joao, 5))).reply);
    REQUIRE(first[0] == access_challenge);
    CHECK((*view(first).begin()).type == attr::message_authenticator);
    const auto asked = copy(*view(first).find(attr::eap_message));
    CHECK(asked[0] == 1);
    CHECK(asked[1] == 6);
    CHECK(asked[4] == 4);
    const auto response = with_signature(peer.eap_response(joao, joao_password, first));
    const auto answered = copy(send(response).reply);
    REQUIRE(answered[0] == access_accept);
    CHECK(copy(*view(answered).find(attr::eap_message)) == Bytes{3, asked[1], 0, 4});
    CHECK(copy(send(response).reply) == answered);  // a retransmission: the identical octets
    const auto replayed = copy(send(response, core::Service::auth, 9).reply);
    REQUIRE(replayed[0] == access_reject);
    CHECK(copy(*view(replayed).find(attr::eap_message)) == Bytes{4, asked[1], 0, 4});
}

TEST_CASE_FIXTURE(MethodsFixture, "EAP: a Nak, another method, a stranger and an old State end in a failure")
{
    const auto first = copy(send(with_signature(Peer::eap_identity(joao))).reply);
    const auto nak = ask(with_signature(peer.eap_response(joao, joao_password, first, 3)));
    CHECK(nak.event.reason == Reason::method_not_possible);
    CHECK(code_of(nak) == access_reject);

    const auto other = copy(ask(with_signature(Peer::eap_identity(joao))).reply);
    CHECK(ask(with_signature(peer.eap_response("maria", joao_password, other))).event.reason == Reason::no_credentials);

    // A login that is not there is challenged like any other.
    const auto stranger = copy(ask(with_signature(Peer::eap_identity("maria"))).reply);
    REQUIRE(stranger[0] == access_challenge);
    CHECK(ask(with_signature(peer.eap_response("maria", "x", stranger))).event.reason == Reason::unknown_login);

    const auto old = copy(ask(with_signature(Peer::eap_identity(joao))).reply);
    const auto late = with_signature(peer.eap_response(joao, joao_password, old));
    now.steady += std::chrono::seconds{31};
    CHECK(ask(late).event.reason == Reason::no_credentials);
}

TEST_CASE_FIXTURE(MethodsFixture, "P-18 an EAP-Message in many fragments is joined; an EAP-Start asks who it is")
{
    const auto name = octets(joao);
    const Bytes whole = Bytes{2, 1, 0, static_cast<std::uint8_t>(5 + name.size()), 1} + name;
    Bytes fragments;
    for (const auto octet : whole) fragments = fragments + attribute(attr::eap_message, {octet});
    CHECK(code_of(send(with_signature(access_request(attribute(attr::user_name, name) + fragments)))) ==
          access_challenge);
    const auto start =
        with_signature(access_request(attribute(attr::user_name, name) + attribute(attr::eap_message, {})));
    const auto asked = copy(send(start, core::Service::auth, 2).reply);
    REQUIRE(asked[0] == access_challenge);
    const auto eap = copy(*view(asked).find(attr::eap_message));
    CHECK(eap.size() == 5);
    CHECK(eap[4] == 1);
}

TEST_CASE_FIXTURE(MethodsFixture, "half-open EAP conversations stay within their bound")
{
    for (int i = 0; i < 3000; ++i) {
        auto request = Peer::eap_identity("nobody" + std::to_string(i));
        request[1] = static_cast<std::uint8_t>(i);
        const auto outcome = send(with_signature(request), core::Service::auth, static_cast<std::uint16_t>(i));
        CHECK(code_of(outcome) == 11);
    }
    CHECK(count(Counter::eap_evicted) == 0);
}
