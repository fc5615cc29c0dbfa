// Every method against every storage, and what their replies carry. Formulas: RFC 2433, RFC 2759, RFC 2548, RFC 3748.
#include "provisioning/password_form.hpp"
#include "radius/mppe.hpp"
#include "tests/unit/core/peer.hpp"

using namespace tests;
using provisioning::Method;
using provisioning::Storage;

namespace {

constexpr std::uint8_t accept = 2, reject = 3, challenge = 11;

std::optional<Bytes> microsoft(const Bytes& reply, std::uint8_t type)
{
    for (const auto& one : view(reply)) {
        if (one.type != attr::vendor_specific) continue;
        radius::VendorWalk walk{one.value};
        while (const auto sub = walk.next())
            if (sub->vendor == radius::vendor::microsoft && sub->type == type) return copy(sub->value);
    }
    return std::nullopt;
}

struct MethodsFixture : EngineFixture {
    Peer peer;
    provisioning::PasswordForms forms{
        [this](std::span<const std::uint8_t> password) { return peer.ms_chap.nt_hash(password); }};

    void apply(provisioning::Change change)
    {
        std::vector<provisioning::Change> changes;
        changes.push_back(std::move(change));
        engine.apply(std::move(changes));
    }

    void store(Storage storage)
    {
        auto entry = login();
        entry.storage = storage;
        const auto stored = forms.from_typed(storage, joao_password);
        entry.sealed_password = sealer.seal(stored.octets.octets(), core::login_password_context(7));
        apply(entry);
    }

    /// Sends it, and where a hash must be checked checks it.
    core::Outcome ask(const Bytes& request)
    {
        auto outcome = send(request, core::Service::auth, ++port);
        if (!outcome.hash) return outcome;
        const bool right = provisioning::crypt_matches(outcome.hash->stored.octets(), outcome.hash->typed.octets());
        auto late = engine.hash_checked(outcome.ticket, right, now);
        REQUIRE(late);
        return std::move(late->outcome);
    }

    core::Outcome dial(Method method, std::string_view password)
    {
        switch (method) {
        case Method::pap:
            return ask(pap(joao, password));
        case Method::chap:
            return ask(peer.chap(joao, password));
        case Method::mschap:
            return ask(peer.ms_chap_v1(joao, password));
        case Method::mschapv2:
            return ask(peer.ms_chap_v2(joao, password));
        default:
            break;
        }
        const auto first = copy(ask(with_signature(Peer::eap_identity(joao))).reply);
        REQUIRE(first[0] == challenge);
        return ask(with_signature(peer.eap_response(joao, password, first)));
    }

    std::uint16_t port = 1;
};

}  // namespace

TEST_CASE_FIXTURE(MethodsFixture, "storage x method: what the table says is what the verifier does")
{
    for (const auto storage : provisioning::all_storages)
        for (const auto method : provisioning::all_methods) {
            CAPTURE(provisioning::name(storage));
            CAPTURE(provisioning::name(method));
            store(storage);
            const bool possible = provisioning::methods_of(storage).has(method);
            const auto right = dial(method, joao_password);
            CHECK(code_of(right) == (possible ? accept : reject));
            CHECK(right.event.method == provisioning::name(method));
            CHECK(right.event.reason == (possible ? Reason::none : Reason::method_not_possible));
            const auto wrong = dial(method, "outra");
            CHECK(code_of(wrong) == reject);
            CHECK(wrong.event.reason == (possible ? Reason::bad_password : Reason::method_not_possible));
        }
}

TEST_CASE_FIXTURE(MethodsFixture, "A-08 A-09 MS-CHAPv2 gets the proof of the password and, for MPPE, two keys")
{
    const auto request = peer.ms_chap_v2(joao, joao_password);
    const auto reply = copy(send(request).reply);
    REQUIRE(reply[0] == accept);
    const auto hash = *peer.ms_chap.nt_hash(octets(joao_password));
    const auto sent = *microsoft(request, 25);
    const auto response = *radius::parse_mschap2_response(sent);
    const auto expected = *peer.ms_chap.success_v2(peer.challenge16, response, joao, hash);
    const auto success = *microsoft(reply, 26);
    REQUIRE(success.size() == 43);
    CHECK(success[0] == 9);
    CHECK(std::equal(expected.begin(), expected.end(), success.begin() + 1));
    const auto send_key = *microsoft(reply, 16), receive_key = *microsoft(reply, 17);
    CHECK(send_key.size() == 34);
    CHECK(receive_key.size() == 34);
    CHECK(send_key[0] >= 0x80);
    CHECK(receive_key[0] >= 0x80);
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

TEST_CASE_FIXTURE(MethodsFixture, "MS-CHAPv1 gets its keys in one attribute; a NAS that must encrypt is told so")
{
    auto strict = nas();
    strict.mppe = provisioning::Mppe::require;
    apply(strict);
    const auto reply = copy(send(peer.ms_chap_v1(joao, joao_password)).reply);
    REQUIRE(reply[0] == accept);
    CHECK(microsoft(reply, 12)->size() == 32);
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
        const auto reply = copy(send(peer.ms_chap_v2(joao, row.password), core::Service::auth, ++port).reply);
        REQUIRE(reply[0] == reject);
        const auto error = *microsoft(reply, 2);
        const std::string text(error.begin() + 1, error.end());
        CHECK(error[0] == 9);
        CHECK(text.starts_with(row.error));
        CHECK(text.find(" V=3 M=") == row.error.size() + 32);
        const auto first = copy(send(peer.ms_chap_v1(joao, row.password), core::Service::auth, ++port).reply);
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
    for (const auto& request : requests) CHECK(code_of(send(request, core::Service::auth, ++port)) == reject);
    auto flags = *microsoft(peer.ms_chap_v2(joao, joao_password), 25);
    flags[1] = 0xff;  // of no meaning
    std::fill_n(flags.begin() + 18, 8, std::uint8_t{0xee});  // Reserved
    CHECK(code_of(send(access_request(name + vendor(311, 11, peer.challenge16) + vendor(311, 25, flags)))) == accept);
}

TEST_CASE_FIXTURE(MethodsFixture, "A-07 the domain before the name is left out of the challenge's hash")
{
    auto entry = login();
    entry.name = "ISP\\joao";
    apply(entry);
    CHECK(code_of(send(peer.ms_chap_v2("ISP\\joao", joao_password))) == accept);
}

TEST_CASE_FIXTURE(MethodsFixture, "A-04 more than one way to prove who it is, is none")
{
    const auto chap = attribute(attr::chap_password, Bytes(17));
    const auto two = peer.ms_chap_v2(joao, joao_password, chap);
    CHECK(send(two).event.reason == Reason::no_credentials);
    const auto twice = pap(joao, joao_password, attribute(attr::user_password, Bytes(16)));
    CHECK(send(twice, core::Service::auth, 2).event.reason == Reason::no_credentials);
    const auto eap = with_signature(pap(joao, joao_password, attribute(attr::eap_message, {2, 1, 0, 5, 1})));
    CHECK(send(eap, core::Service::auth, 3).event.reason == Reason::no_credentials);
}

TEST_CASE_FIXTURE(MethodsFixture, "EAP-MD5: a challenge with a State, a success; the State serves once")
{
    const auto first = copy(send(with_signature(Peer::eap_identity(joao, 5))).reply);
    REQUIRE(first[0] == challenge);
    CHECK((*view(first).begin()).type == attr::message_authenticator);
    const auto asked = copy(*view(first).find(attr::eap_message));
    CHECK(asked[0] == 1);
    CHECK(asked[1] == 6);
    CHECK(asked[4] == 4);
    const auto response = with_signature(peer.eap_response(joao, joao_password, first));
    const auto answered = copy(send(response).reply);
    REQUIRE(answered[0] == accept);
    CHECK(copy(*view(answered).find(attr::eap_message)) == Bytes{3, asked[1], 0, 4});
    CHECK(copy(send(response).reply) == answered);  // a retransmission: the identical octets
    const auto replayed = copy(send(response, core::Service::auth, 9).reply);
    REQUIRE(replayed[0] == reject);
    CHECK(copy(*view(replayed).find(attr::eap_message)) == Bytes{4, asked[1], 0, 4});
}

TEST_CASE_FIXTURE(MethodsFixture, "EAP: a Nak, another method, a stranger and an old State end in a failure")
{
    const auto first = copy(send(with_signature(Peer::eap_identity(joao)), core::Service::auth, ++port).reply);
    const auto nak =
        send(with_signature(peer.eap_response(joao, joao_password, first, 3)), core::Service::auth, ++port);
    CHECK(nak.event.reason == Reason::method_not_possible);
    CHECK(code_of(nak) == reject);

    const auto other = copy(send(with_signature(Peer::eap_identity(joao)), core::Service::auth, ++port).reply);
    CHECK(send(with_signature(peer.eap_response("maria", joao_password, other)), core::Service::auth, ++port)
              .event.reason == Reason::no_credentials);

    // A login that is not there is challenged like any other.
    const auto stranger = copy(send(with_signature(Peer::eap_identity("maria")), core::Service::auth, ++port).reply);
    REQUIRE(stranger[0] == challenge);
    CHECK(send(with_signature(peer.eap_response("maria", "x", stranger)), core::Service::auth, ++port).event.reason ==
          Reason::unknown_login);

    const auto old = copy(send(with_signature(Peer::eap_identity(joao)), core::Service::auth, ++port).reply);
    const auto late = with_signature(peer.eap_response(joao, joao_password, old));
    now.steady += std::chrono::seconds{31};
    CHECK(send(late, core::Service::auth, ++port).event.reason == Reason::no_credentials);
}

TEST_CASE_FIXTURE(MethodsFixture, "P-18 an EAP-Message in many fragments is joined; an EAP-Start asks who it is")
{
    const auto name = octets(joao);
    const Bytes whole = Bytes{2, 1, 0, static_cast<std::uint8_t>(5 + name.size()), 1} + name;
    Bytes fragments;
    for (const auto octet : whole) fragments = fragments + attribute(attr::eap_message, {octet});
    CHECK(code_of(send(with_signature(access_request(attribute(attr::user_name, name) + fragments)))) == challenge);
    const auto start =
        with_signature(access_request(attribute(attr::user_name, name) + attribute(attr::eap_message, {})));
    const auto asked = copy(send(start, core::Service::auth, 2).reply);
    REQUIRE(asked[0] == challenge);
    const auto eap = copy(*view(asked).find(attr::eap_message));
    CHECK(eap.size() == 5);
    CHECK(eap[4] == 1);
}

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
    CHECK(code_of(late->outcome) == accept);
    CHECK(late->outcome.event.login == joao);
    CHECK(code_of(send(request)) == accept);  // now cached
    CHECK_FALSE(engine.hash_checked(first.ticket, true, now));
    const auto again =
        send(pap(joao, joao_password, attribute(attr::framed_mtu, {0, 0, 5, 212})), core::Service::auth, 3);
    CHECK_FALSE(again.hash);
    CHECK(code_of(again) == accept);
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

TEST_CASE_FIXTURE(MethodsFixture, "the Reply-Message is in the language chosen, and none when it is cleared")
{
    const auto message = [&](const Bytes& request) {
        const auto reply = copy(send(request, core::Service::auth, ++port).reply);
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
