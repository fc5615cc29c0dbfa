#include "tests/unit/core/engine_fixture.hpp"

using namespace tests;

namespace {

constexpr std::uint8_t accept = 2, reject = 3, challenge = 11, silence = 0;

}  // namespace

TEST_CASE_FIXTURE(EngineFixture, "R-01 R-05 an accept answers, signs first, and brings the plan's terms and a Class")
{
    const auto request = pap(joao, joao_password);
    const auto outcome = send(request);
    REQUIRE(code_of(outcome) == accept);
    const auto reply_octets = copy(outcome.reply);
    const auto reply = view(reply_octets);
    const auto asked = view(request);
    CHECK(reply.identifier() == asked.identifier());
    CHECK(radius::response_authenticator_verifies(digester, reply, asked.authenticator(), secret));
    CHECK((*reply.begin()).type == attr::message_authenticator);
    CHECK(radius::check_reply_message_authenticator(digester, reply, asked.authenticator(), secret) ==
          radius::MessageAuthenticator::verified);
    CHECK(copy(*reply.find(attr::framed_pool)) == octets("pool-1"));
    CHECK(reply.find(attr::class_)->size() >= 16 + 16);
    CHECK(outcome.event.kind == core::Event::Kind::decided);
    CHECK(outcome.event.method == "pap");
}

TEST_CASE_FIXTURE(EngineFixture, "R-05 two accepts never carry the same Class")
{
    auto one = pap(joao, joao_password);
    auto other = one;
    other[1] = 99;
    const auto first = copy(send(one).reply), second = copy(send(other).reply);
    CHECK(copy(*view(first).find(attr::class_)) != copy(*view(second).find(attr::class_)));
}

TEST_CASE_FIXTURE(EngineFixture, "an Access-Request is answered for the first reason that applies")
{
    struct Row {
        const char* name;
        Bytes request;
        std::uint8_t code;
        Reason reason;
    };
    const Bytes chap_too = attribute(attr::chap_password, Bytes(17));
    const Row rows[] = {
        {"right password", pap(joao, joao_password), accept, Reason::none},
        {"wrong password", pap(joao, "outra"), reject, Reason::bad_password},
        {"P-13 a password of another length is a reject",
         access_request(attribute(attr::user_name, octets(joao)) + attribute(attr::user_password, Bytes(15))), reject,
         Reason::bad_password},
        {"P-13 a CHAP-Password of another length is a reject",
         access_request(attribute(attr::user_name, octets(joao)) + attribute(attr::chap_password, Bytes(16))), reject,
         Reason::bad_password},
        {"all-NUL password", pap(joao, ""), reject, Reason::bad_password},
        {"nobody", pap("maria", "x"), reject, Reason::unknown_login},
        {"P-11 an empty User-Name is no User-Name", pap("", "x"), reject, Reason::no_credentials},
        {"PAP and CHAP together", pap(joao, joao_password, chap_too), reject, Reason::no_credentials},
        {"M-14 no credentials, no signature", access_request(attribute(attr::user_name, octets(joao))), silence,
         Reason::none},
        {"no credentials but a signature", with_signature(access_request(attribute(attr::user_name, octets(joao)))),
         reject, Reason::no_credentials},
        {"M-02 EAP without a signature",
         access_request(attribute(attr::user_name, octets(joao)) + attribute(attr::eap_message, {2, 1, 0, 5, 1})),
         silence, Reason::none},
        {"EAP with a signature",
         with_signature(
             access_request(attribute(attr::user_name, octets(joao)) + attribute(attr::eap_message, {2, 1, 0, 5, 1}))),
         challenge, Reason::none},
        {"A-11 an EAP packet that is none, with a signature",
         with_signature(
             access_request(attribute(attr::user_name, octets(joao)) + attribute(attr::eap_message, {2, 1, 0, 9, 1}))),
         reject, Reason::no_credentials},
        {"M-10 Proxy-State without a signature", pap(joao, joao_password, attribute(attr::proxy_state, {1, 2, 3})),
         silence, Reason::none},
        {"P-12 a NAS-IP-Address of five octets is ignored",
         pap(joao, joao_password, attribute(attr::nas_ip_address, Bytes(5))), accept, Reason::none},
        {"P-14 a Vendor-Specific of two octets is ignored",
         pap(joao, joao_password, attribute(attr::vendor_specific, Bytes(2))), accept, Reason::none},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto outcome = ask(row.request);
        CHECK(code_of(outcome) == row.code);
        CHECK(outcome.event.reason == row.reason);
    }
}

TEST_CASE_FIXTURE(EngineFixture,
                  "R-02 R-04 every Proxy-State comes back in order, and a reject carries nothing else of its own")
{
    const auto states = attribute(attr::proxy_state, {1, 2, 3}) + attribute(attr::proxy_state, {}) +
                        attribute(attr::proxy_state, Bytes(253));
    for (const std::string_view password : {joao_password, std::string_view{"outra"}}) {
        const auto answered = copy(send(with_signature(pap(joao, password, states)), core::Service::auth,
                                        static_cast<std::uint16_t>(password[0]))
                                       .reply);
        const auto reply = view(answered);
        std::vector<std::size_t> sizes;
        for (const auto& one : reply) {
            if (one.type == attr::proxy_state) sizes.push_back(one.value.size());
            if (reply.code() == reject)
                CHECK((one.type == attr::proxy_state || one.type == attr::reply_message ||
                       one.type == attr::message_authenticator));
        }
        CHECK(sizes == std::vector<std::size_t>{3, 0, 253});
    }
}

TEST_CASE_FIXTURE(EngineFixture, "R-03 a reply that would exceed 4096 octets becomes a reject with its own reason")
{
    provisioning::PlanEntry plan;
    plan.id = 1;
    for (int i = 0; i < 16; ++i) {
        const auto one = attribute(attr::reply_message, Bytes(253, 'x'));
        plan.reply_octets.insert(plan.reply_octets.end(), one.begin(), one.end());
    }
    apply(plan);
    const auto outcome = send(with_signature(pap(joao, joao_password, attribute(attr::proxy_state, Bytes(200)))));
    CHECK(code_of(outcome) == reject);
    CHECK(outcome.event.reason == Reason::reply_too_long);
    const auto answered = copy(outcome.reply);
    CHECK(view(answered).find(attr::proxy_state)->size() == 200);
}

TEST_CASE_FIXTURE(EngineFixture, "R-03 a reject whose words leave no room for Proxy-State is sent without them")
{
    Bytes states;
    for (int i = 0; i < 15; ++i)
        states = states + attribute(attr::proxy_state, Bytes(253, static_cast<std::uint8_t>(i)));
    const auto short_one = with_signature(pap(joao, "outra", states));
    const auto room = radius::max_packet_octets - short_one.size();
    const auto longest = with_signature(pap(joao, "outra", states + attribute(attr::proxy_state, Bytes(room - 2))));
    REQUIRE(longest.size() == radius::max_packet_octets);
    const auto answered = copy(ask(longest).reply);
    REQUIRE_FALSE(answered.empty());
    CHECK(answered[0] == reject);
    CHECK(view(answered).count(attr::proxy_state) == 16);
    CHECK(view(answered).count(attr::reply_message) == 0);
    const auto with_words = copy(ask(short_one).reply);
    CHECK(view(with_words).count(attr::reply_message) == 1);
    engine.configure({.messages = std::vector<std::string>(provisioning::reason_count, std::string(300, 'x')),
                      .upgrade_to = {}}); // no attribute holds that
    CHECK(code_of(ask(pap(joao, "outra"))) == reject);
}

TEST_CASE_FIXTURE(EngineFixture, "C-01 an unknown client is counted and costs no digest, whatever it sends")
{
    auto datagram = EngineFixture::datagram({});
    datagram.path.remote = *provisioning::parse_address("192.0.2.1");
    const auto good = with_signature(pap(joao, joao_password));
    for (const Bytes& packet : {good, Bytes{}, Bytes(5000)}) {
        datagram.octets = packet;
        CHECK(engine.on_datagram(datagram, now).reply.empty());
    }
    CHECK(count(Counter::auth_invalid) == 3);
    CHECK(count(Counter::auth_malformed) == 0);
    CHECK(count(Counter::radius_digests) == 0);
    REQUIRE(engine.unknown_sources().size() == 1);
    CHECK(engine.unknown_sources()[0].packets == 3);
}

TEST_CASE_FIXTURE(EngineFixture, "A-14 before the directory is there an Access-Request stays unanswered")
{
    core::Engine empty(sealer, [](std::span<std::uint8_t>) {});
    const auto request = pap(joao, joao_password);
    CHECK(empty.on_datagram(datagram(request), now).reply.empty());
    CHECK(empty.counters().get(Counter::auth_not_ready) == 1);
}

TEST_CASE_FIXTURE(EngineFixture,
                  "D-01 D-03 a repetition gets the identical octets and no second decision; a new request a new one")
{
    const auto request = pap(joao, joao_password);
    const auto first = copy(send(request).reply);
    now.steady += std::chrono::seconds{14};
    const auto again = send(request);
    CHECK(copy(again.reply) == first);
    CHECK(again.event.kind == core::Event::Kind::none);
    CHECK(count(Counter::auth_accepts) == 1);
    CHECK(count(Counter::auth_dup) == 1);
    const auto other = pap(joao, "outra");
    CHECK(code_of(send(other)) == reject);
    CHECK(code_of(send(request)) == accept);
    CHECK(count(Counter::auth_accepts) == 2);
}

TEST_CASE_FIXTURE(EngineFixture, "the order of checks: client, structure, signature, duplicate, decode, policy")
{
    auto truncated = EngineFixture::datagram({});
    truncated.truncated = true;
    CHECK(engine.on_datagram(truncated, now).event.kind == core::Event::Kind::malformed);  // P-06
    CHECK(count(Counter::auth_malformed) == 1);
    auto bad_and_malformed = with_signature(pap(joao, joao_password), octets("other"));
    bad_and_malformed[21] = 1;
    CHECK(send(bad_and_malformed).event.kind == core::Event::Kind::malformed);
    CHECK(count(Counter::auth_bad_authenticator) == 0);
}
