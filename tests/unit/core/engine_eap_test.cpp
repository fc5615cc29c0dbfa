// EAP-MD5 in Access-Requests: RFC 3579 s2, RFC 3748 s4 and s5.4.
#include "daemon/core/conversations.hpp"
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

TEST_CASE_FIXTURE(MethodsFixture, "A-11 A-13 EAP: a Nak, another method, a stranger and an old State end in a failure")
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

TEST_CASE_FIXTURE(MethodsFixture, "EAP: a repeated identity gets the identical challenge, and its State still serves")
{
    const auto identity = with_signature(Peer::eap_identity(joao));
    const auto first = copy(send(identity).reply);
    now.steady += std::chrono::seconds{5};
    CHECK(copy(send(identity).reply) == first);
    CHECK(count(Counter::auth_challenges) == 1);
    CHECK(count(Counter::auth_dup) == 1);
    CHECK(code_of(ask(with_signature(peer.eap_response(joao, joao_password, first)))) == access_accept);
}

TEST_CASE_FIXTURE(MethodsFixture, "EAP: a response that is not to our challenge is refused, whatever it proves")
{
    auto neighbour = nas();
    neighbour.id = 2;
    neighbour.name = "bras2";
    neighbour.address = *provisioning::parse_prefix("10.0.0.6/32");
    apply(neighbour);
    const auto challenged = [&] { return copy(ask(with_signature(Peer::eap_identity(joao))).reply); };
    const auto responded = [&](const Bytes& first) { return peer.eap_response(joao, joao_password, first); };
    const auto eap_at = 22 + joao.size() + 2; // after the header and User-Name: the EAP packet

    auto other_identifier = responded(challenged());
    ++other_identifier[eap_at + 1];
    CHECK(ask(with_signature(other_identifier)).event.reason == Reason::no_credentials);

    auto other_state = responded(challenged());
    other_state.back() ^= 1;
    CHECK(ask(with_signature(other_state)).event.reason == Reason::no_credentials);

    const auto whole = responded(challenged());
    auto no_state = Bytes(whole.begin(), whole.end() - 20);
    set_length(no_state, no_state.size());
    CHECK(ask(with_signature(no_state)).event.reason == Reason::no_credentials);

    const auto from_elsewhere = with_signature(responded(challenged()));
    auto elsewhere = datagram(from_elsewhere);
    elsewhere.path.remote = *provisioning::parse_address("10.0.0.6");
    CHECK(engine.on_datagram(elsewhere, now).event.reason == Reason::no_credentials);
    CHECK(code_of(ask(from_elsewhere)) == access_accept); // a stranger ended nobody's conversation
}

TEST_CASE_FIXTURE(MethodsFixture, "half-open EAP conversations stay within their bound: the oldest give way")
{
    constexpr std::size_t beyond = 100;
    const auto open = [&](std::size_t number, const std::string& name) {
        auto request = Peer::eap_identity(name);
        request[1] = static_cast<std::uint8_t>(number >> 16);
        return copy(send(with_signature(request), core::Service::auth, static_cast<std::uint16_t>(number)).reply);
    };
    const auto first = open(0, std::string{joao});
    std::uint64_t challenged = 1;
    for (std::size_t i = 1; i < core::Conversations::most + beyond; ++i)
        challenged += open(i, "nobody" + std::to_string(i))[0] == access_challenge;
    CHECK(challenged == core::Conversations::most + beyond);
    CHECK(count(Counter::eap_evicted) == beyond);
    CHECK(ask(with_signature(peer.eap_response(joao, joao_password, first))).event.reason == Reason::no_credentials);
    const auto last = copy(ask(with_signature(Peer::eap_identity(joao))).reply);
    CHECK(code_of(ask(with_signature(peer.eap_response(joao, joao_password, last)))) == access_accept);
}
