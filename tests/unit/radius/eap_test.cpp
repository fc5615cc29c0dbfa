// tests/unit/radius/eap_test.cpp - EAP packets and MD5-Challenge. Source: RFC 3748 s4, s5.3.1, s5.4, RFC 3579 s2.1,
// s3.1; the MD5 value is made with Python's hashlib.
#include "packets.hpp"

#include "radius/attributes.hpp"
#include "radius/eap.hpp"

using namespace tests;
using radius::EapCode;

namespace {

constexpr std::uint8_t message = radius::attribute::eap_message;
const Bytes challenge = hex("000102030405060708090a0b0c0d0e0f");
const Bytes md5_value = hex("7e3fd094194e86a2d8d900c195505549");  // of 0x2a, "arctangent" and the challenge

Bytes eap(std::uint8_t code, std::uint8_t identifier, const Bytes& rest)
{
    const auto length = 4 + rest.size();
    return Bytes{code, identifier, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)} + rest;
}

/// What join_eap_message() makes of those attributes.
std::optional<Bytes> joined(const Bytes& attributes)
{
    const auto whole = access_request(attributes);
    std::array<std::uint8_t, radius::max_packet_octets> out;
    const auto value = radius::join_eap_message(view(whole), out);
    return value ? std::optional{copy(*value)} : std::nullopt;
}

}  // namespace

TEST_CASE("EAP packets are parsed when all their lengths hold")
{
    struct Row {
        const char* name;
        Bytes octets;
        bool good;
        EapCode code;
        std::uint8_t type;
        Bytes data;
    };
    const Row rows[] = {
        {"identity", eap(2, 7, hex("01") + octets("nemo")), true, EapCode::response, 1, octets("nemo")},
        {"identity of nobody", eap(2, 7, hex("01")), true, EapCode::response, 1, {}},
        {"a request", eap(1, 7, hex("04 01 ff")), true, EapCode::request, 4, hex("01 ff")},
        {"success", eap(3, 7, {}), true, EapCode::success, 0, {}},
        {"failure", eap(4, 7, {}), true, EapCode::failure, 0, {}},
        {"padding after it", eap(2, 7, hex("01 41")) + hex("00 00 00"), true, EapCode::response, 1, hex("41")},
        {"padding after success", eap(3, 7, {}) + hex("00"), true, EapCode::success, 0, {}},
        {"no type", eap(2, 7, {}), false, {}, 0, {}},
        {"a request of no type", eap(1, 7, {}), false, {}, 0, {}},
        {"success with data", eap(3, 7, hex("00")), false, {}, 0, {}},
        {"failure with data", eap(4, 7, hex("00")), false, {}, 0, {}},
        {"code 0", eap(0, 7, hex("01")), false, {}, 0, {}},
        {"code 5 (initiate)", eap(5, 7, hex("01")), false, {}, 0, {}},
        {"code 255", eap(255, 7, hex("01")), false, {}, 0, {}},
        {"length 0", hex("02 07 00 00 01"), false, {}, 0, {}},
        {"length 3", hex("02 07 00 03 01"), false, {}, 0, {}},
        {"length 4, the type as padding", hex("02 07 00 04 01"), false, {}, 0, {}},
        {"length above the octets", hex("02 07 00 06 01"), false, {}, 0, {}},
        {"length 65535", hex("02 07 ff ff 01"), false, {}, 0, {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto packet = radius::parse_eap(row.octets);
        REQUIRE(packet.has_value() == row.good);
        if (!packet) continue;
        CHECK(packet->code == row.code);
        CHECK(packet->identifier == 7);
        CHECK(packet->type == row.type);
        CHECK(copy(packet->data) == row.data);
    }
}

TEST_CASE("Every strict prefix of an EAP packet is refused")
{
    for (const auto& whole :
         {eap(2, 7, hex("04 10") + md5_value + octets("nemo")), eap(1, 7, Bytes(300, 4)), eap(3, 7, {})}) {
        for (std::size_t n = 0; n < whole.size(); ++n) {
            CAPTURE(n);
            const Bytes prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
            CHECK_FALSE(radius::parse_eap(prefix).has_value());
        }
        CHECK(radius::parse_eap(whole).has_value());
    }
}

TEST_CASE("P-18 EAP-Messages join in order, up to a whole packet, and not when others stand between")
{
    const auto other = attribute(1, octets("nemo"));
    struct Row {
        const char* name;
        Bytes attributes;
        std::optional<Bytes> joined;
    };
    const Row rows[] = {
        {"none", other, {}},
        {"one", other + attribute(message, hex("02 07")) + other, hex("02 07")},
        {"two", attribute(message, hex("02 07")) + attribute(message, hex("00 05 01")), hex("02 07 00 05 01")},
        {"EAP-Start", attribute(message, {}), Bytes{}},
        {"apart", attribute(message, hex("02")) + other + attribute(message, hex("07")), {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(joined(row.attributes) == row.joined);
    }

    Bytes attributes, content;
    for (std::size_t left = 4096 - 20; left > 2; left -= std::min<std::size_t>(left, 255)) {
        const Bytes part(std::min<std::size_t>(left, 255) - 2, static_cast<std::uint8_t>(left));
        attributes = attributes + attribute(message, part);
        content = content + part;
    }
    CHECK(attributes.size() == 4096 - 20);
    CHECK(joined(attributes) == content);
}

TEST_CASE("P-18 an EAP packet goes out in EAP-Messages of at most 253 octets")
{
    const auto request = access_request({});
    for (const std::size_t n : {4U, 253U, 254U, 1500U, 3700U}) {
        CAPTURE(n);
        const Bytes packet(n, 0x5a);
        std::array<std::uint8_t, radius::max_packet_octets> buffer, out;
        radius::Digester digester;
        radius::ReplyBuilder reply{buffer, radius::Code::access_challenge, view(request),
                                   radius::ReplyBuilder::Sign::message_authenticator};
        radius::add_eap_message(reply, packet);
        const auto built = reply.finish(digester, secret);
        REQUIRE(built);
        const auto parsed = *radius::parse_packet(*built);
        CHECK(parsed.count(message) == (n + 252) / 253);
        const auto value = radius::join_eap_message(parsed, out);
        REQUIRE(value);
        CHECK(copy(*value) == packet);
    }
}

TEST_CASE("An MD5-Challenge, a success and a failure are built")
{
    std::array<std::uint8_t, radius::max_value_octets> out;
    const auto of_name = [&](std::string_view name) {
        return copy(radius::eap_md5_request(0x2a, std::span{challenge}.first<16>(), name, out));
    };
    CHECK(of_name("porteiro") == hex("01 2a 00 1e 04 10") + challenge + octets("porteiro"));
    CHECK(of_name("") == hex("01 2a 00 16 04 10") + challenge);
    for (std::size_t n = 0; n <= 300; ++n) {
        CAPTURE(n);
        const auto packet = of_name(std::string(n, 'n'));
        CHECK(packet.size() == std::min<std::size_t>(22 + n, 253));
        const auto parsed = radius::parse_eap(packet);
        REQUIRE(parsed);
        CHECK(parsed->type == radius::eap_type::md5_challenge);
        CHECK(parsed->data.size() == packet.size() - 5);
    }
    CHECK(copy(radius::eap_success(0x2a)) == hex("03 2a 00 04"));
    CHECK(copy(radius::eap_failure(0xff)) == hex("04 ff 00 04"));
}

TEST_CASE("An MD5-Challenge response has a value of sixteen octets or none")
{
    struct Row {
        const char* name;
        Bytes octets;
        bool good;
    };
    const Row rows[] = {
        {"with a name", eap(2, 7, hex("04 10") + md5_value + octets("nemo")), true},
        {"without", eap(2, 7, hex("04 10") + md5_value), true},
        {"one octet short", eap(2, 7, hex("04 10") + Bytes(15, 1)), false},
        {"value size 15", eap(2, 7, hex("04 0f") + md5_value), false},
        {"value size 17", eap(2, 7, hex("04 11") + md5_value + hex("00")), false},
        {"value size 0", eap(2, 7, hex("04 00")), false},
        {"nothing", eap(2, 7, hex("04")), false},
        {"a request", eap(1, 7, hex("04 10") + md5_value), false},
        {"another type", eap(2, 7, hex("01 10") + md5_value), false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto packet = radius::parse_eap(row.octets);
        REQUIRE(packet);
        const auto value = radius::eap_md5_value(*packet);
        REQUIRE(value.has_value() == row.good);
        if (value) CHECK(copy(*value) == md5_value);
    }
}

TEST_CASE("EAP-MD5 verifies what its identifier, password and challenge make")
{
    radius::Digester digester;
    const auto password = octets("arctangent");
    const auto verifies = [&](std::uint8_t identifier, const Bytes& with, const Bytes& of, const Bytes& value) {
        return radius::eap_md5_verifies(digester, identifier, with, of, value);
    };
    CHECK(verifies(0x2a, password, challenge, md5_value));
    CHECK_FALSE(verifies(0x2b, password, challenge, md5_value));
    CHECK_FALSE(verifies(0x2a, octets("arctangenT"), challenge, md5_value));
    CHECK_FALSE(verifies(0x2a, {}, challenge, md5_value));
    CHECK_FALSE(verifies(0x2a, password, Bytes(16, 0), md5_value));
    for (std::size_t bit = 0; bit < 128; ++bit) {
        auto other = md5_value;
        other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ 1U << bit % 8);
        CHECK_FALSE(verifies(0x2a, password, challenge, other));
    }
    for (std::size_t n = 0; n < 32; ++n) {
        auto other = md5_value;
        other.resize(n);
        CHECK(verifies(0x2a, password, challenge, other) == (n == 16));
    }
}

TEST_CASE("A Nak says which types the peer wants")
{
    struct Row {
        const char* name;
        Bytes octets, types;
    };
    const Row rows[] = {
        {"PEAP and TLS", eap(2, 7, hex("03 19 0d")), hex("19 0d")},
        {"none", eap(2, 7, hex("03 00")), hex("00")},
        {"says nothing", eap(2, 7, hex("03")), {}},
        {"a request", eap(1, 7, hex("03 19")), {}},
        {"identity", eap(2, 7, hex("01 19")), {}},
        {"an expanded Nak", eap(2, 7, hex("fe 000000 00000003 fe")), {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto packet = radius::parse_eap(row.octets);
        REQUIRE(packet);
        CHECK(copy(radius::eap_nak_types(*packet)) == row.types);
    }
}
