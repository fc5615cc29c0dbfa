// tests/unit/radius/dictionary_test.cpp - the shipped dictionary, the text format and its errors.
#include "packets.hpp"

#include "radius/attributes.hpp"
#include "radius/dictionary.hpp"

using namespace tests;

TEST_CASE("the shipped dictionary loads, and loading it twice changes nothing")
{
    radius::Dictionary dictionary;
    for (int i = 0; i < 2; ++i) {
        const auto error = dictionary.load(radius::standard_dictionary);
        CAPTURE((error ? std::to_string(error->line) + ": " + error->message : ""));
        REQUIRE_FALSE(error);
    }
}

TEST_CASE("the shipped dictionary knows what the RFCs and vendors number so")
{
    radius::Dictionary dictionary;
    REQUIRE_FALSE(dictionary.load(radius::standard_dictionary));
    struct Row {
        std::string name;
        std::uint32_t vendor, type;
        radius::AttributeType kind;
    };
    using Type = radius::AttributeType;
    const Row rows[] = {
        {"User-Name", 0, 1, Type::string},                     // RFC 2865 s5.1
        {"Framed-IP-Address", 0, 8, Type::ipaddr},             // RFC 2865 s5.8
        {"Acct-Terminate-Cause", 0, 49, Type::integer},        // RFC 2866 s5.10
        {"Tunnel-Private-Group-Id", 0, 81, Type::string},      // RFC 2868 s3.6
        {"Acct-Interim-Interval", 0, 85, Type::integer},       // RFC 2869 s5.16
        {"Event-Timestamp", 0, 55, Type::date},                // RFC 2869 s5.3
        {"Framed-Interface-Id", 0, 96, Type::ifid},            // RFC 3162 s2.2
        {"Framed-IPv6-Prefix", 0, 97, Type::ipv6prefix},       // RFC 3162 s2.3
        {"Chargeable-User-Identity", 0, 89, Type::octets},     // RFC 4372 s2.2
        {"Delegated-IPv6-Prefix", 0, 123, Type::ipv6prefix},   // RFC 4818 s3
        {"NAS-Filter-Rule", 0, 92, Type::string},              // RFC 4849 s2
        {"Error-Cause", 0, 101, Type::integer},                // RFC 5176 s3.5
        {"Framed-IPv6-Address", 0, 168, Type::ipv6addr},       // RFC 6911 s3.1
        {"Delegated-IPv6-Prefix-Pool", 0, 171, Type::string},  // RFC 6911 s3.4
        {"Cisco-AVPair", 9, 1, Type::string},
        {"MS-CHAP2-Success", 311, 26, Type::octets},  // RFC 2548 s2.3.3
        {"Huawei-Qos-Profile-Name", 2011, 31, Type::string},
        {"ADSL-Agent-Circuit-Id", 3561, 1, Type::string},  // RFC 4679 s3.3.1
        {"Actual-Data-Rate-Upstream", 3561, 129, Type::integer},              // RFC 4679 s3.3.3
        {"Actual-Interleaving-Delay-Downstream", 3561, 142, Type::integer},  // RFC 4679 s3.3.16
        {"Access-Loop-Encapsulation", 3561, 144, Type::octets},               // RFC 4679 s3.3.17
        {"ERX-Service-Activate", 4874, 65, Type::string},
        {"WISPr-Bandwidth-Max-Up", 14122, 7, Type::integer},
        {"Mikrotik-Rate-Limit", 14988, 8, Type::string},
        {"Mikrotik-Switching-Filter", 14988, 30, Type::string},
        {"Accel-VRF-Name", 55999, 1, Type::string},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto* found = dictionary.find(row.name);
        REQUIRE(found);
        CHECK(found->vendor == row.vendor);
        CHECK(found->type == row.type);
        CHECK(found->kind == row.kind);
        CHECK(dictionary.find(row.vendor, row.type) == found);
    }
    CHECK(dictionary.find("mikrotik-RATE-limit") == dictionary.find("Mikrotik-Rate-Limit"));
    CHECK(dictionary.find("Tunnel-Type")->tagged);
    CHECK(dictionary.find("Tunnel-Password")->encrypted);
    CHECK(dictionary.find("Error-Cause")->values.at("Session-Context-Not-Found") == 503);
    CHECK(dictionary.find("Acct-Terminate-Cause")->values.at("Lost-Carrier") == 2);
    CHECK(dictionary.find("MS-MPPE-Encryption-Types")->values.at("RC4-128bit-Allowed") == 4);  // RFC 2548 s2.4.5
    CHECK(dictionary.find("NAS-Port-Type")->values.at("PPPoEoVLAN") == 33);
    CHECK_FALSE(dictionary.find("No-Such-Attribute"));
    CHECK_FALSE(dictionary.find(0, 255));
    for (std::uint32_t type = 1; type <= 30; ++type) CHECK(dictionary.find(radius::vendor::mikrotik, type));
}

TEST_CASE("a mistake in a dictionary is named with its line")
{
    struct Row {
        std::string text;
        std::size_t line;
        std::string message;
    };
    const Row rows[] = {
        {"# fine\n\nATTRIBUT Foo 1 string", 3,
         "'ATTRIBUT' is not ATTRIBUTE, VALUE, VENDOR, BEGIN-VENDOR or END-VENDOR"},
        {"ATTRIBUTE Foo 1", 1, "an attribute reads: ATTRIBUTE name number type [flags]"},
        {"ATTRIBUTE Foo one string", 1, "an attribute reads: ATTRIBUTE name number type [flags]"},
        {"ATTRIBUTE Foo 0 string", 1, "the number of Foo does not fit its 1 octets"},
        {"ATTRIBUTE Foo 256 string", 1, "the number of Foo does not fit its 1 octets"},
        {"ATTRIBUTE Foo 1 text", 1, "the type 'text' is not known"},
        {"ATTRIBUTE Foo 1 string has_tags", 1, "the flag 'has_tags' is not one of has_tag, encrypt=, concat, array"},
        {"ATTRIBUTE Foo 1 string\nATTRIBUTE foo 2 string", 2, "attribute foo is already defined otherwise"},
        {"VALUE Foo Bar 1", 1, "VALUE names the attribute Foo, which is not defined above it"},
        {"ATTRIBUTE Foo 1 integer\nVALUE Foo Bar\n", 2, "a value reads: VALUE attribute name number"},
        {"ATTRIBUTE Foo 1 integer\nVALUE Foo A 1\nVALUE Foo A 2", 3, "the value A of Foo is already defined otherwise"},
        {"VENDOR Acme", 1, "a vendor reads: VENDOR name number [format=type,length]"},
        {"VENDOR Acme 5 format=2,2", 1, "vendor Acme has format=1,1 here; no other is supported"},
        {"VENDOR Acme 5\nVENDOR acme 6", 2, "vendor acme already has the number 5"},
        {"BEGIN-VENDOR Acme", 1, "BEGIN-VENDOR takes the name of a vendor defined above it"},
        {"VENDOR A 5\nEND-VENDOR A", 2, "END-VENDOR A ends what was not begun"},
        {"VENDOR A 5\nVENDOR B 6\nBEGIN-VENDOR A\nBEGIN-VENDOR B", 4, "BEGIN-VENDOR B stands inside another"},
        {"VENDOR A 5\nBEGIN-VENDOR A\nATTRIBUTE Foo 1 string\n", 4, "BEGIN-VENDOR without its END-VENDOR"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        radius::Dictionary dictionary;
        const auto error = dictionary.load(row.text);
        REQUIRE(error);
        CHECK(error->line == row.line);
        CHECK(error->message == row.message);
    }
}

TEST_CASE("carriage returns, comments and a missing last newline do no harm; a second name is an alias")
{
    radius::Dictionary dictionary;
    const auto error =
        dictionary.load("VENDOR Lucent 4846 format=2,1 # two\r\nBEGIN-VENDOR Lucent\r\n"
                        "ATTRIBUTE\tWide 0x1234 octets[4]\tarray,concat\r\nATTRIBUTE Alias 4660 octets\r\n"
                        "END-VENDOR Lucent");
    REQUIRE_FALSE(error);
    CHECK(dictionary.find(4846, 0x1234)->name == "Wide");
    CHECK(dictionary.find("alias")->type == 0x1234);
}
