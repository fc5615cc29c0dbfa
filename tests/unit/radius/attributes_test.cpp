// tests/unit/radius/attributes_test.cpp - typed accessors and the Vendor-Specific walk.
#include "packets.hpp"

#include "radius/attributes.hpp"

using namespace tests;

namespace {

struct Seen {
    std::uint32_t type;
    Bytes value;
    bool operator==(const Seen&) const = default;
};

std::vector<Seen> walked(const Bytes& value)
{
    std::vector<Seen> all;
    radius::VendorWalk walk{value};
    while (const auto sub = walk.next()) all.push_back({sub->type, copy(sub->value)});
    return all;
}

}  // namespace

TEST_CASE("P-12 a value of the wrong length for its type is invalid, and only that value")
{
    for (std::size_t n = 0; n <= 253; ++n) {
        CAPTURE(n);
        const Bytes value(n, 1);
        CHECK(radius::as_integer(value).has_value() == (n == 4));
        CHECK(radius::as_ipv4(value).has_value() == (n == 4));
        CHECK(radius::as_ipv6(value).has_value() == (n == 16));
        CHECK(radius::as_interface_id(value).has_value() == (n == 8));
        CHECK(radius::as_ipv6_prefix(value).has_value() == (n >= 2 && n <= 18));
        CHECK(radius::as_text(value).has_value() == (n >= 1));
    }
    CHECK_FALSE(radius::as_text(Bytes(254, 1)));

    const auto whole = access_request(hex("05 05 010203  01 03 41"));
    const auto packet = view(whole);
    CHECK_FALSE(radius::as_integer(*packet.find(radius::attribute::nas_port)));
    CHECK(copy(*packet.find(radius::attribute::nas_port)) == hex("010203"));
    CHECK(radius::as_text(*packet.find(radius::attribute::user_name)) == "A");
}

TEST_CASE("values are read in network order")
{
    CHECK(radius::as_integer(hex("01020304")) == 0x01020304);
    CHECK(radius::as_integer(hex("ffffffff")) == 0xffffffff);
    CHECK(radius::as_ipv4(hex("c0a80110")) == std::array<std::uint8_t, 4>{192, 168, 1, 16});
    CHECK(radius::as_interface_id(hex("0102030405060708"))->at(7) == 8);
    CHECK(radius::as_ipv6(hex("20010db8000000000000000000000001"))->at(15) == 1);
    CHECK(radius::as_text(hex("41004200")) == std::string_view{"A\0B\0", 4});
}

TEST_CASE("P-12 an IPv6 prefix is read as sent, cut to its length, and refused above 128 bits")
{
    struct Row {
        std::string name;
        const char* value;
        std::optional<unsigned> length;
        const char* octets;
    };
    const Row rows[] = {
        {"all octets sent", "0040 20010db8000100020000000000000000", 64, "20010db8000100020000000000000000"},
        {"only the octets needed", "0030 20010db80001", 48, "20010db8000100000000000000000000"},
        {"fewer octets than the length needs are zeros", "0040 2001", 64, "20010000000000000000000000000000"},
        {"no octets at all", "0000", 0, "00000000000000000000000000000000"},
        {"a length of 128", "0080 20010db8000000000000000000000001", 128, "20010db8000000000000000000000001"},
        {"bits past the length are cleared", "003c 20010db8000100ffff", 60, "20010db8000100f00000000000000000"},
        {"length 0 clears everything", "0000 ffff", 0, "00000000000000000000000000000000"},
        {"a length of 127 clears one bit", "007f ffffffffffffffffffffffffffffffff", 127,
         "fffffffffffffffffffffffffffffffe"},
        {"a length of 129 is refused", "0081 20010db8000000000000000000000001", {}, ""},
        {"a length of 255 is refused", "00ff", {}, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto prefix = radius::as_ipv6_prefix(hex(row.value));
        REQUIRE(prefix.has_value() == row.length.has_value());
        if (!prefix) continue;
        CHECK(prefix->length == *row.length);
        CHECK(copy(prefix->octets) == hex(row.octets));
    }
}

TEST_CASE("P-14 a malformed Vendor-Specific gives nothing at all, and the packet lives on")
{
    struct Row {
        std::string name;
        const char* value;
    };
    const Row rows[] = {
        {"empty", ""},
        {"shorter than its vendor id", "00003a"},
        {"a vendor id and nothing else", "00003a8c"},
        {"a type without a length", "00003a8c 08"},
        {"a sub-length of 0", "00003a8c 0800"},
        {"a sub-length of 1", "00003a8c 0801 41"},
        {"a sub-length past the end", "00003a8c 0805 4142"},
        {"a good one before a bad one", "00003a8c 080341 0800"},
        {"a good one before a stray octet", "00003a8c 080341 08"},
        {"four octets of type (USR), cut short", "000001ad 000000"},
        {"two octets of type (Lucent), cut short", "000012ee 0001"},
        {"two octets of type (Lucent), length below its head", "000012ee 0001 02"},
        {"two octets of length (Starent), past the end", "00001fe4 0001 0105 41"},
        {"two octets of length (Starent), below its head", "00001fe4 0001 0003 41"},
        {"WiMAX without its continuation octet", "000060b5 0102"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto whole = access_request(attribute(26, hex(row.value)) + hex("01 03 41"));
        const auto packet = view(whole);
        radius::VendorWalk walk{*packet.find(26)};
        CHECK_FALSE(walk.valid());
        CHECK_FALSE(walk.next());
        CHECK(radius::as_text(*packet.find(1)) == "A");
    }
}

TEST_CASE("P-14 vendors with formats of their own are walked by those")
{
    struct Row {
        std::string name;
        const char* value;
        std::vector<Seen> seen;
    };
    const Row rows[] = {
        {"USR: four octets of type, the rest is the value", "000001ad 00009000 0102", {{0x9000, hex("0102")}}},
        {"USR: an empty value", "000001ad 00009000", {{0x9000, {}}}},
        {"Lucent: two octets of type", "000012ee 0102 0441 0103 03", {{0x0102, hex("41")}, {0x0103, {}}}},
        {"Starent: two octets of each", "00001fe4 0102 0005 41 0103 0004", {{0x0102, hex("41")}, {0x0103, {}}}},
        {"WiMAX: a continuation octet", "000060b5 01 04 00 41 02 03 80", {{1, hex("41")}, {2, {}}}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(walked(hex(row.value)) == row.seen);
    }
}

TEST_CASE("P-15 a Vendor-Specific of an unknown vendor is walked if it can be and its octets stay as they were")
{
    const auto known = hex("00003a8c 080341");
    const auto unknown = hex("00fffffe 01 ff 02");  // no known vendor, and not of the usual format
    const auto whole = access_request(attribute(26, unknown) + attribute(26, known));
    const auto packet = view(whole);
    auto at = packet.begin();
    CHECK(copy((*at).value) == unknown);
    CHECK_FALSE(radius::VendorWalk{(*at).value}.valid());
    CHECK(radius::VendorWalk{(*at).value}.vendor() == 0x00fffffe);
    ++at;
    CHECK(walked(copy((*at).value)) == std::vector<Seen>{{8, hex("41")}});
}

TEST_CASE("P-16 several sub-attributes in one VSA and the same VSA several times are all seen, in order")
{
    CHECK(walked(hex("00000009 01 03 41  01 03 42  02 02  01 03 41")) ==
          std::vector<Seen>{{1, hex("41")}, {1, hex("42")}, {2, {}}, {1, hex("41")}});

    const auto vsa = attribute(26, hex("00000009 01 03 41"));
    const auto whole = access_request(vsa + attribute(26, hex("00003a8c 08 03 42")) + vsa);
    std::vector<std::uint32_t> vendors;
    for (const auto attribute : view(whole)) {
        radius::VendorWalk walk{attribute.value};
        while (const auto sub = walk.next()) vendors.push_back(sub->vendor);
    }
    CHECK(vendors == std::vector<std::uint32_t>{9, 14988, 9});
}
