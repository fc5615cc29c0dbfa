// tests/unit/radius/packet_test.cpp - framing. Vectors: tests/vectors; FreeRADIUS' rad_packet_ok refuses the same.
#include "packets.hpp"

#include "radius/attributes.hpp"

using namespace tests;
using radius::PacketError;

namespace {

/// The error of a packet, or nothing.
std::optional<PacketError> refused(const Bytes& octets, std::size_t most = radius::default_max_attributes)
{
    const auto parsed = radius::parse_packet(octets, most);
    return parsed ? std::nullopt : std::optional{parsed.error()};
}

Bytes of_length(std::size_t length)
{
    Bytes attributes;
    while (attributes.size() + radius::header_octets < length) {
        const auto left = length - radius::header_octets - attributes.size();
        const auto size = left > 255 && left < 257 ? 200 : std::min<std::size_t>(left, 255);
        attributes = attributes + attribute(radius::attribute::reply_message, Bytes(size - 2, 'x'));
    }
    return access_request(attributes);
}

}  // namespace

TEST_CASE("P-01 a datagram of 0 to 19 octets is refused")
{
    const auto whole = octets_of("rfc2865_7_3_reject");
    for (std::size_t n = 0; n < radius::header_octets; ++n) {
        CAPTURE(n);
        CHECK(refused(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))) == PacketError::too_short);
    }
    CHECK_FALSE(refused(whole));
}

TEST_CASE("P-02 a Length below 20 is refused")
{
    auto whole = octets_of("rfc2865_7_1_request");
    for (std::size_t length = 0; length < radius::header_octets; ++length) {
        CAPTURE(length);
        set_length(whole, length);
        CHECK(refused(whole) == PacketError::too_short);
    }
}

TEST_CASE("P-03 a Length above the datagram is refused")
{
    for (const auto more : {1U, 2U, 300U}) {
        CAPTURE(more);
        auto whole = octets_of("rfc2865_7_1_request");
        set_length(whole, whole.size() + more);
        CHECK(refused(whole) == PacketError::truncated);
    }
}

TEST_CASE("P-03 every strict prefix of every vector is refused")
{
    for (const auto& name : vector_names()) {
        CAPTURE(name);
        const auto whole = octets_of(name);
        CHECK_FALSE(refused(whole));
        for (std::size_t n = 0; n < whole.size(); ++n) {
            CAPTURE(n);
            CHECK(refused(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))));
        }
    }
}

TEST_CASE("P-04 octets past Length are padding: no walk and no view shows them")
{
    const auto whole = octets_of("rfc2865_7_1_request");
    for (const auto extra : {1U, 2U, 17U, 300U}) {
        CAPTURE(extra);
        const auto padded = whole + Bytes(extra, 0);
        const auto packet = view(padded);
        CHECK(copy(packet.octets()) == whole);
        CHECK(std::distance(packet.begin(), packet.end()) == 4);
    }
}

TEST_CASE("P-05 a Length of 4096 is parsed, and 4097 to 65535 are refused")
{
    CHECK_FALSE(refused(of_length(4096)));
    CHECK(of_length(4096).size() == 4096);
    for (const auto length : {4097U, 5000U, 65535U}) {
        CAPTURE(length);
        auto whole = of_length(4096) + Bytes(length - 4096, 1);
        set_length(whole, length);
        CHECK(refused(whole) == PacketError::too_long);
    }
}

TEST_CASE("an attribute that is not framed makes the packet refused")
{
    struct Row {
        std::string name;
        Bytes attributes;
    };
    const Row rows[] = {
        {"P-07 attribute length 0 is refused", hex("01 00")},
        {"P-07 attribute length 0 in the middle is refused", hex("01 03 41  01 00  01 03 41")},
        {"P-07 attribute length 1 is refused", hex("01 01")},
        {"P-07 attribute length 1 as the last of several is refused", hex("01 03 41  04 01")},
        {"P-08 an attribute that runs past Length is refused", hex("01 06 41 42 43")},
        {"P-08 an attribute of 255 in a small packet is refused", hex("01 ff 41 42 43")},
        {"P-08 one stray octet at the end is refused", hex("01 03 41  01")},
        {"P-09 attribute type 0 is refused", hex("00 03 41")},
        {"P-09 attribute type 0 after a good one is refused", hex("01 03 41  00 02")},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(refused(access_request(row.attributes)) == PacketError::bad_attribute);
    }
}

TEST_CASE("P-08 the second request of RFC 2865 s7.3 as it is printed is refused: its State says 16 octets")
{
    auto printed = octets_of("rfc2865_7_3_response");
    REQUIRE(printed[58] == 0x0a);
    printed[58] = 0x10;
    CHECK(refused(printed) == PacketError::bad_attribute);
}

TEST_CASE("P-10 more attributes than the limit are refused")
{
    Bytes attributes;
    for (int i = 0; i < 200; ++i) attributes = attributes + hex("12 02");
    CHECK_FALSE(refused(access_request(attributes)));
    CHECK(refused(access_request(attributes + hex("12 02"))) == PacketError::too_many_attributes);
    CHECK_FALSE(refused(access_request(attributes + hex("12 02")), 201));

    while (attributes.size() < 4076) attributes = attributes + hex("12 02");
    CHECK(attributes.size() / 2 == 2038);
    CHECK_FALSE(refused(access_request(attributes), 2038));
    CHECK(refused(access_request(attributes), 2037) == PacketError::too_many_attributes);
}

TEST_CASE("P-11 a zero-length User-Name counts as absent, a zero-length CUI is present and empty")
{
    const auto whole = access_request(hex("01 02  59 02"));
    const auto packet = view(whole);
    const auto name = packet.find(radius::attribute::user_name);
    REQUIRE(name);
    CHECK_FALSE(radius::as_text(*name));
    const auto identity = packet.find(radius::attribute::chargeable_user_identity);
    REQUIRE(identity);
    CHECK(identity->empty());
}

TEST_CASE("find gives the first of a type and count all of them")
{
    const auto whole = access_request(hex("21 03 01  01 03 41  21 03 02"));
    const auto packet = view(whole);
    CHECK(copy(*packet.find(radius::attribute::proxy_state)) == hex("01"));
    CHECK(packet.count(radius::attribute::proxy_state) == 2);
    CHECK(packet.count(radius::attribute::state) == 0);
    CHECK_FALSE(packet.find(radius::attribute::state));
    CHECK(packet.code() == 1);
    CHECK(packet.identifier() == 7);
    CHECK(copy(packet.authenticator()) == hex("000102030405060708090a0b0c0d0e0f"));
}

TEST_CASE("each error has the name that the log prints")
{
    CHECK(radius::name(PacketError::too_short) == std::string{"too_short"});
    CHECK(radius::name(PacketError::too_long) == std::string{"too_long"});
    CHECK(radius::name(PacketError::truncated) == std::string{"truncated"});
    CHECK(radius::name(PacketError::bad_attribute) == std::string{"bad_attribute"});
    CHECK(radius::name(PacketError::too_many_attributes) == std::string{"too_many_attributes"});
}
