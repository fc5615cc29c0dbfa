// tests/unit/provisioning/address_test.cpp - RFC 4291 (IPv6 text, s2.5.5.2 IPv4-mapped); the printing of cidr:
// PostgreSQL.
#include "provisioning/rules/address.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

namespace {

struct Row {
    std::string name;
    std::string typed;
    std::optional<std::string> result;
};

template <class Value>
std::optional<std::string> shown_as(const std::optional<Value>& value)
{
    if (!value) return std::nullopt;
    return to_text(*value);
}

}  // namespace

TEST_CASE("addresses are read and printed in one form")
{
    const Row rows[] = {
        {"IPv4", "10.0.0.1", "10.0.0.1"},
        {"IPv4 written as IPv6", "::ffff:10.0.0.1", "10.0.0.1"},
        {"IPv6", "2001:db8::1", "2001:db8::1"},
        {"IPv6 in full", "2001:0DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"the longest text", "0000:0000:0000:0000:0000:ffff:255.255.255.255", "255.255.255.255"},
        {"three octets", "10.0.0", {}},
        {"an octet of 256", "10.0.0.256", {}},
        {"leading zeros, which some read as octal", "010.0.0.1", {}},
        {"a zone", "fe80::1%eth0", {}},
        {"a port", "10.0.0.1:1812", {}},
        {"a NUL and more", std::string("10.0.0.1\0x", 10), {}},
        {"a very long text", std::string(200, '1'), {}},
        {"a name", "localhost", {}},
        {"empty", "", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(shown_as(parse_address(row.typed)) == row.result);
    }
}

TEST_CASE("prefixes are read with clear host bits and printed with their length")
{
    const Row rows[] = {
        {"an IPv4 address", "10.0.0.1", "10.0.0.1/32"},
        {"an IPv4 prefix", "10.0.0.0/24", "10.0.0.0/24"},
        {"all of IPv4", "0.0.0.0/0", "0.0.0.0/0"},
        {"an IPv6 address", "2001:db8::1", "2001:db8::1/128"},
        {"an IPv6 prefix", "2001:db8::/32", "2001:db8::/32"},
        {"all of IPv6", "::/0", "::/0"},
        {"an IPv4 prefix written as IPv6", "::ffff:10.0.0.0/120", "10.0.0.0/24"},
        {"host bits set", "10.0.0.1/24", {}},
        {"host bits set in the middle of an octet", "10.0.0.65/26", {}},
        {"IPv6 host bits set", "2001:db8::1/64", {}},
        {"a length of 33", "10.0.0.0/33", {}},
        {"a length of 129", "2001:db8::/129", {}},
        {"a length that wraps at 256", "2001:db8::/256", {}},
        {"no length", "10.0.0.0/", {}},
        {"a negative length", "10.0.0.0/-1", {}},
        {"a length with a zero before it", "10.0.0.0/08", {}},
        {"two lengths", "10.0.0.0/8/8", {}},
        {"a netmask", "10.0.0.0/255.0.0.0", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(shown_as(parse_prefix(row.typed)) == row.result);
    }
    CHECK(shown_as(enclosing_prefix("10.0.0.65/26")) == "10.0.0.64/26");
    CHECK(shown_as(enclosing_prefix("2001:db8::1/64")) == "2001:db8::/64");
    CHECK_FALSE(enclosing_prefix("10.0.0.0/33"));
}

TEST_CASE("a prefix holds the addresses of its own family")
{
    struct HoldsRow {
        std::string name;
        std::string prefix;
        std::string address;
        bool holds;
    };
    const HoldsRow rows[] = {
        {"the address itself", "10.0.0.1", "10.0.0.1", true},
        {"its neighbour", "10.0.0.1", "10.0.0.2", false},
        {"the last of a /26", "10.0.0.64/26", "10.0.0.127", true},
        {"the first after a /26", "10.0.0.64/26", "10.0.0.128", false},
        {"any IPv4 address in 0.0.0.0/0", "0.0.0.0/0", "203.0.113.9", true},
        {"an IPv4-mapped address", "10.0.0.0/8", "::ffff:10.9.9.9", true},
        {"an IPv4 address in ::/0", "::/0", "10.0.0.1", false},
        {"an IPv6 address in 0.0.0.0/0", "0.0.0.0/0", "2001:db8::1", false},
        {"an IPv6 address in ::/0", "::/0", "2001:db8::1", true},
        {"an IPv6 address in its /33", "2001:db8:8000::/33", "2001:db8:8001::1", true},
        {"an IPv6 address beside its /33", "2001:db8:8000::/33", "2001:db8:7fff::1", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(parse_prefix(row.prefix)->contains(*parse_address(row.address)) == row.holds);
    }
}

TEST_CASE("an IPv4 address is the same however it came")
{
    CHECK(ipv4_address({10, 0, 0, 1}) == parse_address("::ffff:10.0.0.1"));
    CHECK(ipv4_address({10, 0, 0, 1}).is_ipv4());
    CHECK_FALSE(parse_address("::10.0.0.1")->is_ipv4());
}
