// Every method against every storage, and what their replies carry. Formulas: RFC 2433, RFC 2759, RFC 2548, RFC 3748.
#include "radius/mppe.hpp"
#include "tests/unit/core/methods_fixture.hpp"

using namespace tests;
using provisioning::Method;
using provisioning::Storage;

TEST_CASE_FIXTURE(MethodsFixture, "storage x method: what the table says is what the verifier does")
{
    for (const auto storage : provisioning::all_storages)
        for (const auto method : provisioning::all_methods) {
            CAPTURE(provisioning::name(storage));
            CAPTURE(provisioning::name(method));
            store(storage);
            const bool possible = provisioning::methods_of(storage).has(method);
            const auto right = dial(method, joao_password);
            CHECK(code_of(right) == (possible ? access_accept : access_reject));
            CHECK(right.event.method == provisioning::name(method));
            CHECK(right.event.reason == (possible ? Reason::none : Reason::method_not_possible));
            const auto wrong = dial(method, "outra");
            CHECK(code_of(wrong) == access_reject);
            CHECK(wrong.event.reason == (possible ? Reason::bad_password : Reason::method_not_possible));
        }
}

TEST_CASE_FIXTURE(MethodsFixture, "A-08 A-09 A-10 MS-CHAPv2 gets the proof of the password and, for MPPE, two keys")
{
    const auto request = peer.ms_chap_v2(joao, joao_password);
    const auto reply = copy(ask(request).reply);
    REQUIRE(reply[0] == access_accept);
    const auto hash = *peer.ms_chap.nt_hash(octets(joao_password));
    const auto sent = *microsoft(request, 25);
    const auto response = *radius::parse_mschap2_response(sent);
    const auto expected = *peer.ms_chap.success_v2(peer.challenge16, response, joao, hash);
    const auto success = *microsoft(reply, 26);
    REQUIRE(success.size() == 43);
    CHECK(success[0] == 9);
    CHECK(std::equal(expected.begin(), expected.end(), success.begin() + 1));
    const auto send_key = *microsoft(reply, 16), receive_key = *microsoft(reply, 17);
    // RFC 2548 s2.4.2, RFC 3079 s3: the keys are the server's, encrypted under the salt that stands before them.
    const auto keys = *peer.ms_chap.keys_v2(hash, response.nt_response);
    const auto sealed = [&](const Bytes& value, std::span<const std::uint8_t, 16> key) {
        const auto salt = static_cast<std::uint16_t>(value[0] << 8 | value[1]);
        return copy(radius::encrypt_mppe_key(digester, secret, view(request).authenticator(), salt, key));
    };
    CHECK(send_key == sealed(send_key, keys.send));
    CHECK(receive_key == sealed(receive_key, keys.receive));
    CHECK(send_key[0] >= 0x80);
    CHECK(receive_key[0] >= 0x80);
    CHECK((*view(reply).begin()).type == attr::message_authenticator);
    CHECK(Bytes(send_key.begin(), send_key.begin() + 2) != Bytes(receive_key.begin(), receive_key.begin() + 2));
    CHECK(*microsoft(reply, 7) == Bytes{0, 0, 0, 1});
    CHECK(microsoft(reply, 8).has_value());

    auto plain = nas();
    plain.mppe = provisioning::Mppe::none;
    apply(plain);
    const auto without = copy(send(request, core::Service::auth, 2).reply);
    CHECK(microsoft(without, 26).has_value());
    for (const std::uint8_t type : std::initializer_list<std::uint8_t>{7, 8, 12, 16, 17})
        CHECK_FALSE(microsoft(without, type).has_value());
}

TEST_CASE_FIXTURE(MethodsFixture,
                  "A-09 A-10 MS-CHAPv1 gets its keys in one attribute; a NAS that must encrypt is told so")
{
    auto strict = nas();
    strict.mppe = provisioning::Mppe::require;
    apply(strict);
    const auto request = peer.ms_chap_v1(joao, joao_password);
    const auto reply = copy(ask(request).reply);
    REQUIRE(reply[0] == access_accept);
    const auto hash = *peer.ms_chap.nt_hash(octets(joao_password));
    CHECK(*microsoft(reply, 12) ==
          copy(radius::encrypt_mschap_mppe_keys(digester, secret, view(request).authenticator(),
                                                *peer.ms_chap.hash_of(hash)))); // RFC 3079 s2.3
    CHECK((*view(reply).begin()).type == attr::message_authenticator);
    CHECK(*microsoft(reply, 7) == Bytes{0, 0, 0, 2});
    CHECK_FALSE(microsoft(reply, 26).has_value());
}

TEST_CASE_FIXTURE(MethodsFixture, "A-08 a refused MS-CHAP gets its error with the right code, and no retry")
{
    struct Row {
        const char* name;
        std::string_view password;
        provisioning::ContractStatus status;
        std::string_view error;
    };
    const Row rows[] = {
        {"wrong password", "outra", provisioning::ContractStatus::active, "E=691 R=0 C="},
        {"suspended", joao_password, provisioning::ContractStatus::suspended, "E=649 R=0 C="},
        // A guesser learns nothing of the account.
        {"suspended, wrong password", "outra", provisioning::ContractStatus::suspended, "E=691 R=0 C="},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        provisioning::ContractEntry contract;
        contract.id = 1;
        contract.client_id = 1;
        contract.status = row.status;
        apply(contract);
        const auto reply = copy(send(peer.ms_chap_v2(joao, row.password)).reply);
        REQUIRE(reply[0] == access_reject);
        const auto error = *microsoft(reply, 2);
        const std::string text(error.begin() + 1, error.end());
        CHECK(error[0] == 9);
        CHECK(text.starts_with(row.error));
        CHECK(text.find(" V=3 M=") == row.error.size() + 32);
        const auto first = copy(ask(peer.ms_chap_v1(joao, row.password)).reply);
        const auto old = *microsoft(first, 2);
        CHECK(std::string(old.begin() + 1, old.end()).starts_with(row.error));
    }
}

TEST_CASE_FIXTURE(MethodsFixture, "A-06 MS-CHAPv2 needs a challenge of 16 octets and a response of 50")
{
    const auto good = *microsoft(peer.ms_chap_v2(joao, joao_password), 25);
    const auto name = attribute(attr::user_name, octets(joao));
    const Bytes requests[] = {
        access_request(name + vendor(311, 25, good)),
        access_request(name + vendor(311, 11, Bytes(8)) + vendor(311, 25, good)),
        access_request(name + vendor(311, 11, Bytes(17)) + vendor(311, 25, good)),
        access_request(name + vendor(311, 11, peer.challenge16) + vendor(311, 25, Bytes(good.begin(), good.end() - 1))),
        access_request(name + vendor(311, 11, peer.challenge16) + vendor(311, 25, good + Bytes(1))),
        access_request(name + vendor(311, 11, peer.challenge16) + vendor(311, 25, {})),
    };
    for (const auto& request : requests) CHECK(code_of(ask(request)) == access_reject);
    auto flags = *microsoft(peer.ms_chap_v2(joao, joao_password), 25);
    flags[1] = 0xff;  // of no meaning
    std::fill_n(flags.begin() + 18, 8, std::uint8_t{0xee});  // Reserved
    CHECK(code_of(send(access_request(name + vendor(311, 11, peer.challenge16) + vendor(311, 25, flags)))) ==
          access_accept);
}

TEST_CASE_FIXTURE(MethodsFixture, "A-07 the domain before the name is left out of the challenge's hash")
{
    auto entry = login();
    entry.name = "ISP\\joao";
    apply(entry);
    CHECK(code_of(send(peer.ms_chap_v2("ISP\\joao", joao_password))) == access_accept);
}

TEST_CASE_FIXTURE(MethodsFixture, "the Reply-Message is in the language chosen, and none when it is cleared")
{
    const auto message = [&](const Bytes& request) {
        const auto reply = copy(ask(request).reply);
        const auto value = view(reply).find(attr::reply_message);
        return value ? std::string(value->begin(), value->end()) : std::string{};
    };
    const auto request = pap(joao, "outra");
    CHECK(message(request) == provisioning::text(Reason::bad_password).portuguese);
    engine.configure({.messages = core::built_in_messages(core::Language::english), .upgrade_to = {}});
    CHECK(message(request) == provisioning::text(Reason::bad_password).english);
    CHECK(message(pap("maria", "x")) == message(request));
    engine.configure({});
    CHECK(message(request).empty());
}
