// PAP and CHAP, the name, and what a refusal shows: RFC 2865 s5.1 to s5.3, s5.40; RFC 1994 s4.1.
#include "tests/unit/core/methods_fixture.hpp"

using namespace tests;
using provisioning::Method;
using provisioning::Storage;

namespace {

constexpr std::uint8_t accept = access_accept, reject = access_reject;

struct CredentialsFixture : MethodsFixture {
    void keep(std::string_view password)
    {
        auto entry = login();
        entry.sealed_password = sealer.seal(octets(password), core::login_password_context(7));
        apply(entry);
    }
};

/// Types and lengths, in order.
std::vector<std::pair<int, std::size_t>> shape_of(const Bytes& reply)
{
    std::vector<std::pair<int, std::size_t>> shape;
    for (const auto& one : view(reply)) shape.emplace_back(one.type, one.value.size());
    return shape;
}

}  // namespace

TEST_CASE_FIXTURE(CredentialsFixture,
                  "A-01 A-02 a password of one to eight blocks is read, of any other length refused")
{
    for (const std::size_t length : {1U, 15U, 16U, 17U, 32U, 33U, 64U, 100U, 127U, 128U}) {
        CAPTURE(length);
        const std::string password(length, 'p');
        keep(password);
        CHECK(code_of(ask(pap(joao, password))) == accept);
        CHECK(code_of(ask(pap(joao, password.substr(1) + 'x'))) == reject);
    }
    for (std::size_t length = 0; length <= 253; ++length) {
        if (length != 0 && length <= 128 && length % 16 == 0) continue;
        CAPTURE(length);
        CHECK(code_of(ask(access_request(attribute(attr::user_name, octets(joao)) +
                                         attribute(attr::user_password, Bytes(length, 0x55))))) == reject);
    }
}

TEST_CASE_FIXTURE(CredentialsFixture, "A-03 a NUL inside is part of the password, and NULs alone are no password")
{
    const std::string with_nul("se\0gredo", 8);
    keep(with_nul);
    CHECK(code_of(ask(pap(joao, with_nul))) == accept);
    CHECK(code_of(ask(pap(joao, "se"))) == reject);
    keep("");
    CHECK(code_of(ask(pap(joao, ""))) == reject);
    CHECK(code_of(ask(peer.chap(joao, ""))) == reject);
    CHECK(code_of(ask(peer.ms_chap_v1(joao, ""))) == reject);
    CHECK(code_of(ask(peer.ms_chap_v2(joao, ""))) == reject);
}

TEST_CASE_FIXTURE(CredentialsFixture,
                  "A-05 CHAP is proved over its challenge, and over the authenticator where it has none")
{
    const auto name = attribute(attr::user_name, octets(joao));
    const auto header = access_request({});
    const auto authenticator = copy(view(header).authenticator());
    for (const std::size_t length : {1U, 16U, 253U}) {
        const Bytes challenge(length, 0x7e);
        CHECK(code_of(ask(access_request(name + peer.chap_password(joao_password, challenge) +
                                         attribute(attr::chap_challenge, challenge)))) == accept);
    }
    CHECK(code_of(ask(access_request(name + peer.chap_password(joao_password, authenticator)))) == accept);
    CHECK(code_of(ask(access_request(name + peer.chap_password("outra", authenticator)))) == reject);
    CHECK(code_of(ask(access_request(name + peer.chap_password(joao_password, authenticator) +
                                     attribute(attr::chap_challenge, Bytes(16))))) == reject);
    for (const std::size_t length : {0U, 16U, 18U})
        CHECK(code_of(ask(access_request(name + attribute(attr::chap_password, Bytes(length))))) == reject);
}

TEST_CASE_FIXTURE(CredentialsFixture, "A-04 more than one way to prove who it is, is none")
{
    const auto chap = attribute(attr::chap_password, Bytes(17));
    const auto eap = attribute(attr::eap_message, {2, 1, 0, 5, 1});
    const Bytes requests[] = {
        pap(joao, joao_password, chap),
        pap(joao, joao_password, attribute(attr::user_password, Bytes(16))),
        peer.chap(joao, joao_password, chap),
        peer.ms_chap_v2(joao, joao_password, chap),
        peer.ms_chap_v1(joao, joao_password, attribute(attr::user_password, Bytes(16))),
        with_signature(pap(joao, joao_password, eap)),
        with_signature(peer.chap(joao, joao_password, eap)),
        with_signature(peer.ms_chap_v2(joao, joao_password, eap)),
    };
    for (const auto& request : requests) {
        const auto outcome = ask(request);
        CHECK(code_of(outcome) == reject);
        CHECK(outcome.event.reason == Reason::no_credentials);
    }
}

TEST_CASE_FIXTURE(CredentialsFixture, "A-12 a name is needed, may have 253 octets, and is taken octet for octet")
{
    CHECK(ask(access_request(attribute(attr::user_password, Bytes(16)))).event.reason == Reason::no_credentials);
    CHECK(ask(access_request(peer.chap_password(joao_password, Bytes(16)))).event.reason == Reason::no_credentials);
    const auto nameless = with_signature(access_request(attribute(attr::eap_message, {2, 1, 0, 6, 1, 'j'})));
    CHECK(ask(nameless).event.reason == Reason::no_credentials);
    CHECK(ask(pap("JOAO@isp.example", joao_password)).event.reason == Reason::unknown_login);
    CHECK(ask(pap("joao@isp.example ", joao_password)).event.reason == Reason::unknown_login);
    auto entry = login();
    entry.name = std::string(253, 'j');
    apply(entry);
    CHECK(code_of(ask(pap(entry.name, joao_password))) == accept);
    CHECK(ask(pap(entry.name.substr(1), joao_password)).event.reason == Reason::unknown_login);
}

TEST_CASE_FIXTURE(CredentialsFixture,
                  "A-13 R-04 who is not there is refused in the shape of a wrong password, by any method")
{
    const std::string_view nobody = "maria@isp.exampl"; // as long as Joao's, so that nothing else differs
    REQUIRE(nobody.size() == joao.size());
    const auto refusal = [&](Method method, std::string_view name, std::string_view password) {
        switch (method) {
        case Method::chap:
            return copy(ask(peer.chap(name, password)).reply);
        case Method::mschap:
            return copy(ask(peer.ms_chap_v1(name, password)).reply);
        case Method::mschapv2:
            return copy(ask(peer.ms_chap_v2(name, password)).reply);
        case Method::eap_md5: {
            const auto first = copy(ask(with_signature(Peer::eap_identity(name))).reply);
            return copy(ask(with_signature(peer.eap_response(name, password, first))).reply);
        }
        default:
            return copy(ask(pap(name, password)).reply);
        }
    };
    for (const auto storage : provisioning::all_storages)
        for (const auto method : provisioning::all_methods) {
            CAPTURE(provisioning::name(storage));
            CAPTURE(provisioning::name(method));
            store(storage);
            const auto wrong = refusal(method, joao, "outra"), unknown = refusal(method, nobody, "outra");
            CHECK(wrong[0] == reject);
            CHECK(shape_of(wrong) == shape_of(unknown));
            CHECK(copy(*view(wrong).find(attr::reply_message)) == copy(*view(unknown).find(attr::reply_message)));
        }
}
