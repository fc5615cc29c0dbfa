// tests/unit/radius/credentials_test.cpp - PAP and CHAP. Vectors: RFC 2865 s7.1 to s7.3, radclient.
#include "packets.hpp"

#include "radius/attributes.hpp"
#include "radius/chap.hpp"
#include "radius/password.hpp"

using namespace tests;

namespace {

std::optional<Bytes> decrypted(const Bytes& octets, const Bytes& with = secret)
{
    const auto request = view(octets);
    radius::Digester digester;
    std::array<std::uint8_t, radius::max_password_octets> out;
    const auto value = request.find(radius::attribute::user_password);
    REQUIRE(value);
    const auto password = radius::decrypt_user_password(digester, *value, with, request.authenticator(), out);
    return password ? std::optional{copy(*password)} : std::nullopt;
}

}  // namespace

TEST_CASE("A-01 passwords encrypted elsewhere decrypt")
{
    CHECK(decrypted(octets_of("rfc2865_7_1_request")) == octets("arctangent"));
    CHECK(decrypted(octets_of("rfc2865_7_3_request")) == octets("challenge"));
    CHECK(decrypted(octets_of("rfc2865_7_3_response")) == octets("99101462"));
    CHECK(decrypted(octets_of("radclient_access_request")) == octets("a password longer than sixteen octets"));
    CHECK(decrypted(octets_of("rfc2865_7_1_request"), octets("wrong")) != octets("arctangent"));
}

TEST_CASE("A-02 a User-Password that is not 16 to 128 octets in steps of 16 is refused")
{
    for (std::size_t n = 0; n <= 253; ++n) {
        CAPTURE(n);
        const auto whole = access_request(attribute(2, Bytes(n, 0x55)));
        CHECK(decrypted(whole).has_value() == (n >= 16 && n <= 128 && n % 16 == 0));
    }
}

TEST_CASE("A-03 trailing NULs are stripped, embedded ones kept, and only NULs are an empty password")
{
    struct Row {
        std::string name;
        Bytes password, decrypted;
        std::size_t octets;
    };
    const Row rows[] = {
        {"an empty password", {}, {}, 16},
        {"nothing but NULs", Bytes(20, 0), {}, 32},
        {"an embedded NUL", hex("41 00 42"), hex("41 00 42"), 16},
        {"trailing NULs", hex("41 42 00 00"), hex("41 42"), 16},
        {"one whole block", Bytes(16, 'a'), Bytes(16, 'a'), 16},
        {"one octet more than a block", Bytes(17, 'a'), Bytes(17, 'a'), 32},
        {"the longest", Bytes(128, 'z'), Bytes(128, 'z'), 128},
        {"a whole block of NULs at the end", Bytes(16, 'a') + Bytes(16, 0), Bytes(16, 'a'), 32},
    };
    const auto bare = access_request({});
    for (const auto& row : rows) {
        CAPTURE(row.name);
        radius::Digester digester;
        std::array<std::uint8_t, radius::max_password_octets> out;
        const auto value =
            copy(radius::encrypt_user_password(digester, row.password, secret, view(bare).authenticator(), out));
        CHECK(value.size() == row.octets);
        CHECK(decrypted(access_request(attribute(2, value))) == row.decrypted);
    }
}

TEST_CASE("encrypting gives the octets of RFC 2865 s7.1, and refuses a password above 128 octets")
{
    const auto whole = octets_of("rfc2865_7_1_request");
    const auto request = view(whole);
    radius::Digester digester;
    std::array<std::uint8_t, radius::max_password_octets> out;
    CHECK(copy(radius::encrypt_user_password(digester, octets("arctangent"), secret, request.authenticator(), out)) ==
          copy(*request.find(radius::attribute::user_password)));
    CHECK(radius::encrypt_user_password(digester, Bytes(129, 'a'), secret, request.authenticator(), out).empty());
}

TEST_CASE("CHAP of RFC 2865 s7.2: the challenge is the Request Authenticator")
{
    const auto whole = octets_of("rfc2865_7_2_request");
    const auto request = view(whole);
    const auto response = copy(*request.find(radius::attribute::chap_password));
    radius::Digester digester;
    CHECK(radius::chap_verifies(digester, response, request.authenticator(), octets("arctangent")));
    CHECK_FALSE(radius::chap_verifies(digester, response, request.authenticator(), octets("arctangenT")));
    CHECK_FALSE(radius::chap_verifies(digester, response, request.authenticator(), {}));
    for (std::size_t bit = 0; bit < 8 * response.size(); ++bit) {  // M-13: identifier and response count bit by bit
        auto changed = response;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        CHECK_FALSE(radius::chap_verifies(digester, changed, request.authenticator(), octets("arctangent")));
    }
}

TEST_CASE("A-05 CHAP with a CHAP-Challenge of another length than 16, and CHAP-Passwords of the wrong length")
{
    const auto whole = octets_of("radclient_chap_request");
    const auto request = view(whole);
    const auto response = copy(*request.find(radius::attribute::chap_password));
    const auto challenge = *request.find(radius::attribute::chap_challenge);
    radius::Digester digester;
    CHECK(radius::chap_verifies(digester, response, challenge, octets("arctangent")));
    CHECK_FALSE(radius::chap_verifies(digester, response, request.authenticator(), octets("arctangent")));
    const auto before = digester.computed();
    for (std::size_t n = 0; n <= 253; ++n)
        if (n != 17) CHECK_FALSE(radius::chap_verifies(digester, Bytes(n, 0), challenge, octets("arctangent")));
    CHECK(digester.computed() == before);
}
