// tests/unit/provisioning/binding_test.cpp - MACs as concentrators write them, patterns of ports, realms.
#include "provisioning/rules/binding.hpp"

#include "allocations.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace provisioning;

namespace {

MacText mac_text(std::string_view text)
{
    MacText mac;
    REQUIRE(text.size() == mac.size());
    std::ranges::copy(text, mac.begin());
    return mac;
}

} // namespace

TEST_CASE("a Calling-Station-Id in any notation is one of the login's MACs or is not")
{
    const MacText macs[] = {mac_text("00:11:22:33:44:55"), mac_text("AA:BB:CC:DD:EE:FF")};
    struct Row {
        std::string name, station;
        bool is_one;
    };
    const Row rows[] = {
        {"as it is kept", "AA:BB:CC:DD:EE:FF", true},
        {"the other of the two", "00:11:22:33:44:55", true},
        {"colons in lower case", "aa:bb:cc:dd:ee:ff", true},
        {"dashes in lower case", "aa-bb-cc-dd-ee-ff", true},
        {"dashes in capitals (RFC 3580 s3.21)", "AA-BB-CC-DD-EE-FF", true},
        {"Cisco's dots", "aabb.ccdd.eeff", true},
        {"Huawei's dashes", "aabb-ccdd-eeff", true},
        {"bare", "aabbccddeeff", true},
        {"bare in capitals", "AABBCCDDEEFF", true},
        {"with the network's name after it (RFC 3580 s3.20)", "AA-BB-CC-DD-EE-FF:Praca", true},
        {"with an empty network's name after it", "AA-BB-CC-DD-EE-FF:", true},
        {"another MAC", "AA:BB:CC:DD:EE:FE", false},
        {"another MAC with a network's name", "AA-BB-CC-DD-EE-FE:AA-BB-CC-DD-EE-FF", false},
        {"one octet short", "AA:BB:CC:DD:EE", false},
        {"one octet more", "AA:BB:CC:DD:EE:FF:00", false},
        {"a DHCP client identifier", "1:aa:bb:cc:dd:ee:ff", false},
        {"a telephone number", "+551191234567", false},
        {"white space around it", " AA:BB:CC:DD:EE:FF", false},
        {"empty: the request shows none", "", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(is_one_of(macs, row.station) == row.is_one);
        CHECK_FALSE(is_one_of({}, row.station));
        CHECK(allocations_of([&] { (void)is_one_of(macs, row.station); }) == 0);
    }
    CHECK(mac_of_station("aa-bb-cc-dd-ee-ff:Praca") == macs[1]);
    CHECK_FALSE(mac_of_station("joao"));
}

TEST_CASE("a pattern stands for the whole of a text, * for anything")
{
    struct Row {
        std::string pattern, text;
        bool matches;
    };
    const Row rows[] = {
        {"vlan100", "vlan100", true},
        {"vlan100", "vlan1001", false},
        {"vlan100", "xvlan100", false},
        {"vlan100", "VLAN100", false},
        {"vlan100", "", false},
        {"", "", true},
        {"", "x", false},
        {"*", "", true},
        {"*", "eth 1/1/5:100", true},
        {"vlan*", "vlan", true},
        {"vlan*", "vlan100", true},
        {"*:100", "eth 1/1/5:100", true},
        {"*:100", "eth 1/1/5:1000", false},
        {"*:100", "100:100:100", true},
        {"OLT-3 * 1/2/*:100", "OLT-3 xpon 1/2/7:100", true},
        {"OLT-3 * 1/2/*:100", "OLT-3 xpon 1/3/7:100", false},
        {"a**b", "ab", true},
        {"a*b*a", "abba", true},
        {"a*b*a", "abbab", false},
        {"?lan", "vlan", false},
        {"[v]lan", "vlan", false},
        {std::string("a\0*", 3), std::string("a\0b", 3), true},
        {"100*", "100\xff\xfe", true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.pattern);
        CAPTURE(row.text);
        CHECK(matches(row.pattern, row.text) == row.matches);
        CHECK(allocations_of([&] { (void)matches(row.pattern, row.text); }) == 0);
    }
}

TEST_CASE("a dialled name parts at the last @, else at the first backslash")
{
    struct Row {
        std::string name, user, realm;
    };
    const Row rows[] = {
        {"joao", "joao", ""},
        {"joao@isp.example", "joao", "isp.example"},
        {"joao@home@isp.example", "joao@home", "isp.example"},
        {"ISP\\joao", "joao", "ISP"},
        {"ISP\\sub\\joao", "sub\\joao", "ISP"},
        {"ISP\\joao@isp.example", "ISP\\joao", "isp.example"},
        {"joao@", "joao", ""},
        {"@isp.example", "", "isp.example"},
        {"\\joao", "joao", ""},
        {"", "", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto dialled = dialled_name(row.name);
        CHECK(std::string{dialled.user} == row.user);
        CHECK(std::string{dialled.realm} == row.realm);
    }
}

TEST_CASE("realms are the same whatever their case; rules are known by their names")
{
    CHECK(same_realm("isp.example", "ISP.Example"));
    CHECK_FALSE(same_realm("isp.example", "isp.exampl"));
    CHECK_FALSE(same_realm("isp.example", "isp-example"));
    for (const auto rule : {RealmRule::none, RealmRule::strip, RealmRule::require})
        CHECK(realm_rule_of(name(rule)) == rule);
    CHECK_FALSE(realm_rule_of("Strip"));
    CHECK_FALSE(realm_rule_of(""));
}
