// tests/unit/radius/extended_test.cpp - extended attributes (P-17). Vectors: RFC 6929 s9.1 and s9.2.
#include "packets.hpp"

#include "radius/extended.hpp"

#include <memory>

using namespace tests;

namespace {

struct Seen {
    int type, extended_type;
    std::uint32_t vendor;
    int vendor_type;
    Bytes value;
    bool operator==(const Seen&) const = default;
};
struct Result {
    std::vector<Seen> seen;
    std::size_t invalid;
};

/// Walks in a buffer of just `room` octets, so that a write past it is seen.
Result walk(const Bytes& attributes, std::size_t room = radius::max_packet_octets)
{
    const auto whole = access_request(attributes);
    const auto block = std::make_unique<std::uint8_t[]>(room);
    const auto parsed = radius::parse_packet(whole, 4096);
    REQUIRE(parsed.has_value());
    radius::ExtendedWalk walk{*parsed, {block.get(), room}};
    Result result{};
    while (const auto found = walk.next())
        result.seen.push_back(
            {found->type, found->extended_type, found->vendor, found->vendor_type, copy(found->value)});
    result.invalid = walk.invalid();
    CHECK_FALSE(walk.next().has_value());
    return result;
}

/// A fragment of a long extended attribute: More or not.
Bytes fragment(std::uint8_t type, std::uint8_t extended_type, std::uint8_t flags, const Bytes& value)
{
    return attribute(type, Bytes{extended_type, flags} + value);
}
const Bytes full_a(251, 0xaa), full_b(251, 0xbb);
const Bytes user_name = attribute(1, octets("nemo"));

/// A TLV in a TLV in ..., `depth` deep, each of type 1; the innermost holds one octet.
Bytes nested(std::size_t depth)
{
    Bytes value{0x77};
    for (std::size_t i = 0; i < depth; ++i) value = Bytes{1, static_cast<std::uint8_t>(value.size() + 2)} + value;
    return value;
}

}  // namespace

TEST_CASE("P-17 RFC 6929 s9: the examples decode")
{
    struct Row {
        const char* name;
        Bytes octets;
        Seen seen;
    };
    const Row rows[] = {
        {"241.1 text", hex("f1 06 01 62 6f 62"), {241, 1, 0, 0, octets("bob")}},
        {"241.2 a TLV", hex("f1 07 02 01 04 23 45"), {241, 2, 0, 0, hex("01 04 23 45")}},
        {"241.26.1.4 text", hex("f1 0c 1a 00 00 00 01 04 74 65 73 74"), {241, 26, 1, 4, octets("test")}},
        {"241.26.1.5 a TLV",
         hex("f1 0e 1a 00 00 00 01 05 03 06 74 65 73 74"),
         {241, 26, 1, 5, hex("03 06 74 65 73 74")}},
        {"245.1 text", hex("f5 07 01 00 62 6f 62"), {245, 1, 0, 0, octets("bob")}},
        {"245.2 a TLV", hex("f5 08 02 00 01 04 23 45"), {245, 2, 0, 0, hex("01 04 23 45")}},
        {"245.26.1.4 text", hex("f5 0d 1a 00 00 00 00 01 04 74 65 73 74"), {245, 26, 1, 4, octets("test")}},
        {"245.4 in three fragments",
         fragment(245, 4, 0x80, full_a) + fragment(245, 4, 0x80, full_b) + fragment(245, 4, 0, Bytes(31, 0xcc)),
         {245, 4, 0, 0, full_a + full_b + Bytes(31, 0xcc)}},
        {"245.26.1.6 in two fragments",
         fragment(245, 26, 0x80, hex("00000001 06") + Bytes(246, 0xaa)) + fragment(245, 26, 0, Bytes(9, 0xbb)),
         {245, 26, 1, 6, Bytes(246, 0xaa) + Bytes(9, 0xbb)}},
        {"reserved bits are ignored", hex("f6 07 01 7f 62 6f 62"), {246, 1, 0, 0, octets("bob")}},
        {"the highest type", hex("f4 04 f0 07"), {244, 240, 0, 0, hex("07")}},
        {"a large vendor", hex("f2 09 1a ff ff ff fe 05 01"), {242, 26, 0xfffffffe, 5, hex("01")}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto result = walk(row.octets);
        CHECK(result.invalid == 0);
        REQUIRE(result.seen.size() == 1);
        CHECK(result.seen[0] == row.seen);
        CHECK(walk(user_name + row.octets + user_name).seen == result.seen);
    }
}

TEST_CASE("P-17 invalid extended attributes are left out and what stands beside them is not")
{
    struct Row {
        const char* name;
        Bytes octets;
        std::size_t invalid;
    };
    const Row rows[] = {
        {"short, no octets", hex("f1 02"), 1},
        {"short, no value", hex("f1 03 01"), 1},
        {"long, no octets", hex("f5 02"), 1},
        {"long, no flags", hex("f5 03 01"), 1},
        {"long, no value", hex("f5 04 01 00"), 1},
        {"Extended-Type 0", hex("f1 04 00 01"), 1},
        {"Extended-Type 241", hex("f1 04 f1 01"), 1},
        {"Extended-Type 255, long", hex("f6 05 ff 00 01"), 1},
        {"a vendor of no octets", hex("f1 07 1a 00 00 00 01"), 1},
        {"a vendor's type of no value", hex("f1 08 1a 00 00 00 01 04"), 1},
        {"a vendor's type of no value, long", hex("f5 09 1a 00 00 00 00 01 04"), 1},
        {"More on a short fragment", fragment(245, 4, 0x80, Bytes(250, 1)) + fragment(245, 4, 0, hex("02")), 1},
        {"More on a short fragment within",
         fragment(245, 4, 0x80, full_a) + fragment(245, 4, 0x80, hex("01")) + fragment(245, 4, 0, hex("02")), 1},
        {"no successor", fragment(245, 4, 0x80, full_a), 1},
        {"two without successor", fragment(245, 4, 0x80, full_a) + fragment(245, 4, 0x80, full_b), 1},
        {"a successor of no value", fragment(245, 4, 0x80, full_a) + hex("f5 04 04 00"), 2},
        {"a successor of no octets", fragment(245, 4, 0x80, full_a) + hex("f5 02"), 2},
        {"a successor of the other long type", fragment(245, 4, 0x80, full_a) + hex("f6 04 04 00"), 2},
    };
    const auto good = hex("f2 04 07 99");
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto result = walk(good + row.octets + good);
        CHECK(result.invalid == row.invalid);
        CHECK(result.seen == std::vector<Seen>{{242, 7, 0, 0, hex("99")}, {242, 7, 0, 0, hex("99")}});
    }
}

TEST_CASE("P-17 a fragment without a successor of its type spoils nothing that follows")
{
    const auto result = walk(fragment(245, 4, 0x80, full_a) + fragment(245, 5, 0, hex("01")));
    CHECK(result.invalid == 1);
    CHECK(result.seen == std::vector<Seen>{{245, 5, 0, 0, hex("01")}});
}

TEST_CASE("P-17 fragments may have attributes of other types between them, other fragments too")
{
    const auto result =
        walk(fragment(245, 4, 0x80, full_a) + user_name + fragment(246, 9, 0x80, full_b) + hex("f1 04 07 99") +
             fragment(245, 4, 0, hex("01")) + fragment(246, 9, 0, hex("02")) + fragment(245, 4, 0, hex("03")));
    CHECK(result.invalid == 0);
    CHECK(result.seen == std::vector<Seen>{{245, 4, 0, 0, full_a + hex("01")},
                                           {246, 9, 0, 0, full_b + hex("02")},
                                           {241, 7, 0, 0, hex("99")},
                                           {245, 4, 0, 0, hex("03")}});
}

TEST_CASE("P-17 one attribute may fill the packet, and none more than the buffer")
{
    Bytes attributes, content;
    for (std::size_t i = 0; i < 14; ++i) {
        attributes = attributes + fragment(245, 4, 0x80, Bytes(251, static_cast<std::uint8_t>(i)));
        content = content + Bytes(251, static_cast<std::uint8_t>(i));
    }
    const Bytes rest(4096 - 20 - attributes.size() - 255 - 4, 0xee);
    attributes = attributes + fragment(245, 4, 0x80, full_a) + fragment(245, 4, 0, rest);
    content = content + full_a + rest;
    const auto good = walk(attributes);
    REQUIRE(good.seen.size() == 1);
    CHECK(good.seen[0].value == content);
    CHECK(walk(attributes, content.size()).seen == good.seen);
    for (const std::size_t room :
         {std::size_t{0}, std::size_t{1}, std::size_t{250}, std::size_t{251}, std::size_t{252}, content.size() - 1}) {
        CAPTURE(room);
        const auto bad = walk(attributes, room);
        CHECK(bad.seen.empty());
        CHECK(bad.invalid == 1);
    }
    CHECK(walk(hex("f5 07 01 00 62 6f 62"), 0).seen.size() == 1);  // alone it needs no buffer
}

TEST_CASE("P-17 every cut of an extended attribute is walked within its octets")
{
    for (const auto& whole :
         {hex("1a 00 00 00 01 05 03 06 74 65 73 74"), hex("1a 80 00 00 00 01 05 03 06"), hex("02 00 01 04 23 45")}) {
        for (std::size_t n = 0; n <= whole.size(); ++n) {
            for (std::uint8_t type = 240; type != 0; ++type) {
                CAPTURE(type);
                const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
                const auto result = walk(attribute(type, cut));
                CHECK(result.seen.size() + result.invalid == (type >= 241 && type <= 246 ? 1 : 0));
            }
        }
    }
}

TEST_CASE("P-17 TLVs are walked level by level")
{
    // RFC 6929 s9.1: 241.2 { 1 23 45 } { 3 { 1 ab cd } { 2 "foo" } }
    const auto value = hex("01 04 23 45 03 0b 01 04 ab cd 02 05 66 6f 6f");
    radius::TlvWalk level{value};
    CHECK(level.valid());
    const auto first = level.next(), second = level.next();
    REQUIRE((first && second));
    CHECK(first->type == 1);
    CHECK(copy(first->value) == hex("23 45"));
    CHECK(second->type == 3);
    CHECK_FALSE(level.next().has_value());

    const auto found = [&](const Bytes& path) {
        return copy(radius::find_tlv(value, path).value_or(radius::Octets{}));
    };
    CHECK(found({1}) == hex("23 45"));
    CHECK(found({3, 1}) == hex("ab cd"));
    CHECK(found({3, 2}) == octets("foo"));
    CHECK(found({3, 3}).empty());
    CHECK(found({2}).empty());
    CHECK(found({1, 1}).empty());  // 23 45 is no TLV
    CHECK(found({}).empty());
}

TEST_CASE("P-17 a TLV whose length is wrong makes its level invalid, and no other")
{
    struct Row {
        const char* name;
        Bytes value;
        bool valid;
    };
    const Row rows[] = {
        {"no octets", {}, false},
        {"one octet", hex("01"), false},
        {"no value", hex("01 02"), false},
        {"length 0", hex("01 00 07"), false},
        {"length 1", hex("01 01 07"), false},
        {"length 2", hex("01 02 07"), false},
        {"past the end", hex("01 04 07"), false},
        {"length 255 of three", hex("01 ff 07"), false},
        {"a stray octet", hex("01 03 07 02"), false},
        {"a bad second one", hex("01 03 07 02 02"), false},
        {"one", hex("01 03 07"), true},
        {"a bad one within", hex("01 05 07 00 00"), true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        radius::TlvWalk level{row.value};
        CHECK(level.valid() == row.valid);
        CHECK(level.next().has_value() == row.valid);
        CHECK(radius::find_tlv(row.value, Bytes{1}).has_value() == row.valid);
    }
}

TEST_CASE("P-17 nesting of depth 100 is no more than a value, and a path ends at depth 8")
{
    const auto value = nested(100);
    const auto result = walk(attribute(241, Bytes{2} + value));
    REQUIRE(result.seen.size() == 1);
    CHECK(result.seen[0].value == value);
    for (std::size_t depth = 0; depth <= 120; ++depth) {
        CAPTURE(depth);
        const auto found = radius::find_tlv(value, Bytes(depth, 1));
        REQUIRE(found.has_value() == (depth >= 1 && depth <= radius::max_tlv_depth));
        if (found) CHECK(copy(*found) == nested(100 - depth));
    }
    CHECK(radius::find_tlv(nested(8), Bytes(8, 1))->size() == 1);
    CHECK_FALSE(radius::find_tlv(nested(7), Bytes(8, 1)).has_value());
}
