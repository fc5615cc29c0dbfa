// tests/unit/radius/authenticator_test.cpp - vectors: RFC 2865 s7, RFC 5997 s6, packets captured from radclient.
#include "packets.hpp"

#include "radius/attributes.hpp"
#include "radius/authenticator.hpp"

#include <algorithm>
#include <fstream>

using namespace tests;
using radius::MessageAuthenticator;

namespace {

MessageAuthenticator checked(const Bytes& octets, const Bytes& with = secret)
{
    radius::Digester digester;
    return radius::check_message_authenticator(digester, view(octets), with);
}

/// `packet` with the HMAC of it put where its first Message-Authenticator is; `in_place` stands for the authenticator.
Bytes sealed(Bytes packet, const Bytes& in_place)
{
    const auto at = static_cast<std::ptrdiff_t>(radius::message_authenticator_offset(view(packet)));
    auto hashed = packet;
    std::ranges::copy(in_place, hashed.begin() + 4);
    std::fill_n(hashed.begin() + at, 16, std::uint8_t{0});
    radius::Digester digester;
    std::ranges::copy(digester.hmac_md5(secret, {hashed}), packet.begin() + at);
    return packet;
}

const Bytes received = hex("000102030405060708090a0b0c0d0e0f");  // the authenticator that packet() writes
const Bytes zeros(16, 0);
const Bytes unfilled = attribute(80, zeros);

const char* const signed_vectors[] = {
    "rfc5997_6_1_request",   "rfc5997_6_2_request",          "rfc5997_6_3_request",         "radclient_access_request",
    "radclient_coa_request", "radclient_accounting_request", "radclient_disconnect_request"};

}  // namespace

TEST_CASE("a Message-Authenticator made elsewhere verifies, with padding behind the packet as well (P-04)")
{
    for (const std::string name : signed_vectors) {
        CAPTURE(name);
        CHECK(checked(octets_of(name)) == MessageAuthenticator::verified);
        CHECK(checked(octets_of(name) + Bytes(300, 9)) == MessageAuthenticator::verified);
    }
    CHECK(checked(octets_of("rfc2865_7_1_request")) == MessageAuthenticator::absent);
}

TEST_CASE("M-03 a Message-Authenticator is wrong after any change of the packet or with another secret")
{
    for (const std::string name : signed_vectors) {
        CAPTURE(name);
        const auto whole = octets_of(name);
        CHECK(checked(whole, octets("xyzzy5462")) == MessageAuthenticator::wrong);
        CHECK(checked(whole, {}) == MessageAuthenticator::wrong);
        const auto code = whole[0];
        const bool authenticator_counts = code == 1 || code == 12;
        for (std::size_t at = 1; at < whole.size(); ++at) {
            CAPTURE(at);
            auto changed = whole;
            changed[at] ^= 1;
            const auto packet = radius::parse_packet(changed);
            if (!packet || packet->octets().size() != whole.size()) continue;
            const auto verdict = checked(changed);
            const bool ignored = !authenticator_counts && at >= 4 && at < 20;
            CHECK((verdict == MessageAuthenticator::verified) == ignored);
        }
    }
}

TEST_CASE("M-04 two Message-Authenticators or one of another length are malformed")
{
    const auto good = sealed(access_request(unfilled), received);
    CHECK(checked(good) == MessageAuthenticator::verified);
    CHECK(checked(sealed(access_request(unfilled + unfilled), received)) == MessageAuthenticator::malformed);
    for (std::size_t n = 0; n <= 253; ++n) {
        if (n == 16) continue;
        CAPTURE(n);
        CHECK(checked(access_request(attribute(80, Bytes(n, 0)))) == MessageAuthenticator::malformed);
    }
}

TEST_CASE("M-05 a Message-Authenticator verifies wherever it stands")
{
    const auto name = hex("01 06 6e656d6f"), port = hex("05 06 00000003");
    struct Row {
        std::string where;
        Bytes attributes;
        std::size_t offset;
    };
    const Row rows[] = {
        {"first", unfilled + name + port, 22},
        {"middle", name + unfilled + port, 28},
        {"last", name + port + unfilled, 34},
        {"alone", unfilled, 22},
    };
    for (const auto& row : rows) {
        CAPTURE(row.where);
        const auto whole = sealed(access_request(row.attributes), received);
        CHECK(radius::message_authenticator_offset(view(whole)) == row.offset);
        CHECK(checked(whole) == MessageAuthenticator::verified);
    }
    const auto none = access_request(name);
    CHECK(radius::message_authenticator_offset(view(none)) == 0);
}

TEST_CASE("M-06 the HMAC takes the authenticator as received or zeros, by code")
{
    struct Row {
        std::string name;
        radius::Code code;
        bool as_received;
    };
    const Row rows[] = {
        {"Access-Request: as received", radius::Code::access_request, true},
        {"Status-Server: as received", radius::Code::status_server, true},
        {"Accounting-Request: zeros", radius::Code::accounting_request, false},
        {"CoA-Request: zeros", radius::Code::coa_request, false},
        {"Disconnect-Request: zeros", radius::Code::disconnect_request, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto bare = packet(row.code, unfilled);
        const auto right = sealed(bare, row.as_received ? received : zeros);
        const auto other = sealed(bare, row.as_received ? zeros : received);
        CHECK(checked(right) == MessageAuthenticator::verified);
        CHECK(checked(other) == MessageAuthenticator::wrong);
    }
}

TEST_CASE("M-06 a reply's HMAC takes the Request Authenticator of the request")
{
    const auto request = octets_of("rfc2865_7_1_request");
    const auto asked = view(request).authenticator();
    const auto reply = sealed(packet(radius::Code::access_accept, unfilled), copy(asked));
    radius::Digester digester;
    CHECK(radius::check_reply_message_authenticator(digester, view(reply), asked, secret) ==
          MessageAuthenticator::verified);
    CHECK(radius::check_reply_message_authenticator(digester, view(reply), view(reply).authenticator(), secret) ==
          MessageAuthenticator::wrong);
}

TEST_CASE("C-06 the Request Authenticator of accounting, CoA and Disconnect verifies with its secret alone")
{
    for (const std::string name :
         {"radclient_accounting_request", "radclient_coa_request", "radclient_disconnect_request"}) {
        CAPTURE(name);
        const auto whole = octets_of(name);
        radius::Digester digester;
        CHECK(radius::request_authenticator_verifies(digester, view(whole), secret));
        CHECK_FALSE(radius::request_authenticator_verifies(digester, view(whole), octets("wrong")));
        const auto padded = whole + Bytes(7, 1);
        CHECK(radius::request_authenticator_verifies(digester, view(padded), secret));
        for (std::size_t at = 4; at < 20; ++at) {
            auto changed = whole;
            changed[at] ^= 0x80;
            CHECK_FALSE(radius::request_authenticator_verifies(digester, view(changed), secret));
        }
    }
}

TEST_CASE("the Response Authenticators of RFC 2865 s7 and RFC 5997 s6 verify")
{
    const std::pair<std::string, std::string> pairs[] = {
        {"rfc2865_7_1_request", "rfc2865_7_1_accept"},    {"rfc2865_7_2_request", "rfc2865_7_2_accept"},
        {"rfc2865_7_3_request", "rfc2865_7_3_challenge"}, {"rfc2865_7_3_response", "rfc2865_7_3_reject"},
        {"rfc5997_6_1_request", "rfc5997_6_1_reply"},     {"rfc5997_6_2_request", "rfc5997_6_2_reply"},
        {"rfc5997_6_3_request", "rfc5997_6_3_reply"},
    };
    for (const auto& [request_name, reply_name] : pairs) {
        CAPTURE(reply_name);
        const auto request = octets_of(request_name), reply = octets_of(reply_name);
        const auto asked = view(request).authenticator();
        radius::Digester digester;
        CHECK(radius::response_authenticator_verifies(digester, view(reply), asked, secret));
        CHECK_FALSE(radius::response_authenticator_verifies(digester, view(reply), asked, octets("wrong")));
        CHECK_FALSE(
            radius::response_authenticator_verifies(digester, view(reply), view(reply).authenticator(), secret));
    }
}

TEST_CASE("M-13 each single bit of a received authenticator counts, so the compare looks at all of them")
{
    const auto whole = octets_of("radclient_accounting_request");
    const auto place = radius::message_authenticator_offset(view(whole));
    for (std::size_t bit = 0; bit < 128; ++bit) {
        CAPTURE(bit);
        auto changed = whole;
        changed[place + bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        CHECK(checked(changed) == MessageAuthenticator::wrong);
        changed = whole;
        changed[4 + bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        radius::Digester digester;
        CHECK_FALSE(radius::request_authenticator_verifies(digester, view(changed), secret));
    }
}

TEST_CASE("M-13 no secret is compared but by equal_constant_time")
{
    for (const std::string file : {"authenticator", "chap", "password"}) {
        CAPTURE(file);
        std::ifstream in{std::string{PORTEIRO_SOURCE} + "/radius/" + file + ".cpp"};
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        REQUIRE_FALSE(text.empty());
        for (const std::string other : {"memcmp", "ranges::equal", "std::equal", "mismatch"})
            CHECK(text.find(other) == std::string::npos);
        if (file != "password") CHECK(text.find("equal_constant_time(") != std::string::npos);
    }
}
