// tests/unit/radius/notation_test.cpp - addresses as text, against the C library's inet_pton on tables and
// random text.
#include "packets.hpp"

#include "radius/notation.hpp"

#include <arpa/inet.h>

#include <random>

using namespace tests;
namespace notation = radius::notation;

namespace {

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> by_library(int family, const std::string& text)
{
    std::array<std::uint8_t, N> octets{};
    if (inet_pton(family, text.c_str(), octets.data()) != 1) return {};
    return octets;
}

void check_as_library(const std::string& text)
{
    CAPTURE(text);
    CHECK(notation::ipv4(text) == by_library<4>(AF_INET, text));
    CHECK(notation::ipv6(text) == by_library<16>(AF_INET6, text));
}

}  // namespace

TEST_CASE("addresses are read as inet_pton reads them")
{
    for (const std::string text : {"",
                                   ":",
                                   "::",
                                   ":::",
                                   "::1",
                                   "1::",
                                   "1::2::3",
                                   ":1",
                                   "1:",
                                   "1:2:3:4:5:6:7:8",
                                   "1:2:3:4:5:6:7",
                                   "1:2:3:4:5:6:7:8:9",
                                   "1:2:3:4:5:6:7::",
                                   "::2:3:4:5:6:7:8",
                                   "1:2:3:4::5:6:7:8",
                                   "12345::",
                                   "g::",
                                   "::ffff:192.0.2.1",
                                   "1:2:3:4:5:6:1.2.3.4",
                                   "1:2:3:4:5:6:7:1.2.3.4",
                                   "::1.2.3.4:5",
                                   "1.2.3.4::",
                                   "::1.2.3",
                                   "::1.2.3.256",
                                   "1::1.2.3.4",
                                   "FE80::A",
                                   "fe80::1%eth0",
                                   " ::1",
                                   "::1 ",
                                   "1.2.3.4",
                                   "0.0.0.0",
                                   "255.255.255.255",
                                   "256.1.1.1",
                                   "1.2.3",
                                   "1.2.3.4.5",
                                   "1.2.3.",
                                   ".1.2.3",
                                   "1..2.3",
                                   "01.2.3.4",
                                   "1.2.3.04",
                                   "1.2.3.4 ",
                                   "0x1.2.3.4",
                                   "-1.2.3.4",
                                   "+1.2.3.4",
                                   "1:2:3:4:5:6:7:",
                                   "::-1",
                                   "0:0:0:0:0:0:0:0"})
        check_as_library(text);
}

TEST_CASE("random text is read as inet_pton reads it")
{
    std::mt19937 random{20240601};
    const std::string alphabet = "0123af::::..", dotted = "0125.";
    for (int i = 0; i < 20000; ++i) {
        const auto& letters = i % 2 == 0 ? alphabet : dotted;
        std::string text(random() % 24, ' ');
        for (auto& letter : text) letter = letters[random() % letters.size()];
        check_as_library(text);
    }
}

TEST_CASE("addresses are written as inet_ntop writes them, and read back")
{
    std::mt19937 random{20240601};
    for (int i = 0; i < 5000; ++i) {
        // A first group that is not zero: inet_ntop writes ::ffff:0:0/96 and ::/96 with an IPv4 tail.
        std::array<std::uint8_t, 16> address{0x20, static_cast<std::uint8_t>(random())};
        for (std::size_t group = 1; group < 8; ++group) {
            if (random() % 2 == 0) continue;
            address[2 * group] = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : 0);
            address[2 * group + 1] = static_cast<std::uint8_t>(random());
        }
        char text[INET6_ADDRSTRLEN];
        REQUIRE(inet_ntop(AF_INET6, address.data(), text, sizeof text) != nullptr);
        CHECK(notation::text_of(address) == text);
        CHECK(notation::ipv6(notation::text_of(address)) == address);
    }
    CHECK(notation::text_of(std::array<std::uint8_t, 4>{0, 10, 200, 255}) == "0.10.200.255");
    CHECK(notation::text_of(std::array<std::uint8_t, 8>{0, 0, 0, 1, 0x12, 0x34, 0xa, 0}) == "0:1:1234:a00");
    CHECK(notation::hexadecimal_of({}) == "0x");
    CHECK(notation::hexadecimal_of(hex("00 0a ff")) == "0x000aff");
}

TEST_CASE("the nearest names are those that contain the wanted one, then the least different")
{
    const std::vector<std::string> names{"Framed-Pool", "Framed-Route", "Filter-Id", "Mikrotik-Rate-Limit",
                                         "Mikrotik-Realm"};
    using Names = std::vector<std::string>;
    CHECK(notation::nearest("filter-id", names) == Names{"Filter-Id"});
    CHECK(notation::nearest("Filterid", names) == Names{"Filter-Id"});
    CHECK(notation::nearest("mikrotik", names) == Names{"Mikrotik-Realm", "Mikrotik-Rate-Limit"});
    CHECK(notation::nearest("Framed-Poll", names) == Names{"Framed-Pool"});
    CHECK(notation::nearest("quux", names) == Names{});
    CHECK(notation::alternatives({}) == "");
    CHECK(notation::alternatives(Names{"a"}) == "a");
    CHECK(notation::alternatives(Names{"a", "b", "c"}) == "a, b or c");
}
