// tests/unit/radius/concat_test.cpp - values over several attributes (P-18, P-19). Source: RFC 3579 s3.1, RFC 4849 s2.
#include "packets.hpp"

#include "radius/attributes.hpp"
#include "radius/concat.hpp"

#include <memory>

using namespace tests;

namespace {

constexpr std::uint8_t rule = radius::attribute::nas_filter_rule;

/// Joined in a block of just `room` octets, so that a write past it is seen.
std::optional<Bytes> joined(const Bytes& whole, std::uint8_t type, std::size_t room = radius::max_packet_octets)
{
    const auto block = std::make_unique<std::uint8_t[]>(room);
    const auto value = radius::join_values(view(whole), type, {block.get(), room});
    if (!value) return {};
    CHECK(value->size() <= room);
    return copy(*value);
}

Bytes counted(std::size_t octets)
{
    Bytes counted(octets);
    for (std::size_t i = 0; i < octets; ++i) counted[i] = static_cast<std::uint8_t>(i % 251);
    return counted;
}

}  // namespace

TEST_CASE("P-19 values join in order and with their whole length")
{
    const auto other = attribute(1, octets("nemo"));
    struct Row {
        const char* name;
        Bytes attributes;
        std::optional<Bytes> joined;
    };
    const Row rows[] = {
        {"none", other, {}},
        {"no attribute at all", {}, {}},
        {"one", attribute(rule, octets("permit")), octets("permit")},
        {"one of no octets", attribute(rule, {}), Bytes{}},
        {"two", attribute(rule, octets("per")) + attribute(rule, octets("mit")), octets("permit")},
        {"others between", attribute(rule, octets("per")) + other + attribute(rule, octets("mit")), octets("permit")},
        {"an empty one between", attribute(rule, octets("a")) + attribute(rule, {}) + attribute(rule, octets("b")),
         octets("ab")},
        {"NULs alone", attribute(rule, Bytes(3, 0)), Bytes(3, 0)},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(joined(access_request(row.attributes), rule) == row.joined);
    }
}

TEST_CASE("P-19 fifteen NAS-Filter-Rules of 253 octets, NULs or not, fit or give nothing")
{
    for (const auto& content : {Bytes(15 * 253, 0), counted(15 * 253)}) {
        Bytes attributes;
        for (std::size_t i = 0; i < 15; ++i)
            attributes = attributes + attribute(rule, copy(radius::Octets{content}.subspan(i * 253, 253)));
        const auto whole = access_request(attributes);
        CHECK(joined(whole, rule) == content);
        CHECK(joined(whole, rule, content.size()) == content);
        for (std::size_t room = 0; room < content.size(); room += room < 520 ? 1 : 97) {
            CAPTURE(room);
            CHECK_FALSE(joined(whole, rule, room).has_value());
        }
        CHECK_FALSE(joined(whole, rule, content.size() - 1).has_value());
    }
}

TEST_CASE("P-19 the fullest packet there is joins in one packet's room")
{
    Bytes attributes;
    while (attributes.size() + 255 <= 4096 - 20) attributes = attributes + attribute(rule, Bytes(253, 0xee));
    attributes = attributes + attribute(rule, Bytes(4096 - 20 - attributes.size() - 2, 0xdd));
    const auto whole = access_request(attributes);
    REQUIRE(whole.size() == 4096);
    CHECK(joined(whole, rule)->size() == 4096 - 20 - 2 * 16);
}

TEST_CASE("Attributes are consecutive when nothing stands between them")
{
    const auto a = attribute(rule, octets("a")), b = attribute(1, octets("b"));
    struct Row {
        const char* name;
        Bytes attributes;
        bool consecutive;
    };
    const Row rows[] = {
        {"none", b, true},
        {"one", b + a + b, true},
        {"three", b + a + a + a, true},
        {"apart", a + b + a, false},
        {"apart later", a + a + b + b + a, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto whole = access_request(row.attributes);
        CHECK(radius::consecutive(view(whole), rule) == row.consecutive);
    }
}

TEST_CASE("A value is split into attributes of 253 octets and joins to the same again")
{
    const auto request = access_request({});
    for (const std::size_t octets : {0U, 1U, 252U, 253U, 254U, 506U, 507U, 3800U}) {
        CAPTURE(octets);
        const auto value = counted(octets);
        std::array<std::uint8_t, radius::max_packet_octets> buffer;
        radius::Digester digester;
        radius::ReplyBuilder reply{buffer, radius::Code::access_accept, view(request),
                                   radius::ReplyBuilder::Sign::authenticator_only};
        radius::add_split(reply, rule, value);
        const auto built = reply.finish(digester, secret);
        REQUIRE(built);
        const auto packet = copy(*built);
        CHECK(view(packet).count(rule) == (octets + 252) / 253);
        CHECK(joined(packet, rule).value_or(Bytes{}) == value);
    }
}

TEST_CASE("A value that no packet holds makes the reply an overflow")
{
    const auto request = access_request({});
    std::array<std::uint8_t, radius::max_packet_octets> buffer;
    radius::ReplyBuilder reply{buffer, radius::Code::access_accept, view(request),
                               radius::ReplyBuilder::Sign::authenticator_only};
    radius::add_split(reply, rule, Bytes(4096, 1));
    CHECK(reply.overflow());
}
