// tests/unit/radius/describe_test.cpp - octets as an operator reads them: the inverse of Dictionary::encode. Shapes:
// RFC 2865 s5, RFC 2868 s3, RFC 3162 s2; IPv6 text: RFC 5952 s4.
#include "packets.hpp"

#include "radius/describe.hpp"

using namespace tests;

namespace {

const radius::Dictionary& dictionary()
{
    static const auto loaded = [] {
        radius::Dictionary all;
        all.load(radius::standard_dictionary);
        all.load("ATTRIBUTE T-Byte 250 byte\nATTRIBUTE T-Short 251 short\nATTRIBUTE T-Long 252 integer64\n"
                 "ATTRIBUTE T-Prefix 253 ipv4prefix\nATTRIBUTE T-Group 254 tlv\n"
                 "VENDOR USR 429 format=4,0\nBEGIN-VENDOR USR\nATTRIBUTE T-USR 0x9000 string\nEND-VENDOR USR\n"
                 "VENDOR WiMAX 24757 format=1,1,c\nBEGIN-VENDOR WiMAX\nATTRIBUTE T-WiMAX 1 octets\nEND-VENDOR WiMAX\n");
        return all;
    }();
    return loaded;
}

std::vector<std::string> described(const Bytes& attributes)
{
    std::vector<std::string> lines;
    for (const auto& [name, value] : radius::describe(dictionary(), attributes)) lines.push_back(name + "=" + value);
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what encode() makes of a line, describe() reads as that line again")
{
    const std::string lines[] = {
        "User-Name=jo\xc3\xa3o@isp.example",  // text
        "Reply-Message=a = b, c",
        "Class=0x00ff10",         // octets
        "Session-Timeout=86400",  // integer
        "Session-Timeout=4294967295",
        "Service-Type=Framed-User",     // named value
        "Event-Timestamp=1700000000",   // date
        "Framed-IP-Address=100.64.0.7",  // ipaddr
        "Framed-IP-Address=0.0.0.0",
        "Framed-IPv6-Address=2001:db8::7",  // ipv6addr
        "Framed-IPv6-Address=::",
        "Framed-IPv6-Address=::1",
        "Framed-IPv6-Address=fe80::",
        "Framed-IPv6-Address=2001:db8:0:1:1:1:1:1",  // one group of zeros is no gap
        "Framed-IPv6-Address=2001:0:0:1::1",         // the longer of two gaps
        "Framed-IPv6-Address=2001:db8::1:0:0:1",     // the first of two equal ones
        "Framed-Interface-Id=0:12:2233:f",           // ifid
        "Framed-IPv6-Prefix=2001:db8:0:7::/64",      // ipv6prefix
        "Delegated-IPv6-Prefix=2001:db8:ff00::/40",
        "Framed-IPv6-Prefix=::/0",
        "Framed-IPv6-Prefix=2001:db8::7/128",
        "T-Prefix=192.0.2.0/24",  // ipv4prefix
        "T-Byte=255",
        "T-Short=65535",
        "T-Long=18446744073709551615",
        "Tunnel-Type=L2TP",  // tagged integer
        "Tunnel-Type:31=L2TP",
        "Tunnel-Preference:1=16777215",
        "Tunnel-Private-Group-Id=100",  // tagged text
        "Tunnel-Private-Group-Id:3=100",
        "Mikrotik-Rate-Limit=150M/300M",  // a vendor's
        "WISPr-Bandwidth-Max-Up=5",
        "Mikrotik-Host-IP=192.0.2.1",
        "ERX-Service-Activate:1=gold",
        "T-USR=text",
        "T-WiMAX=0xaa",
        "Vendor-Specific=0x00000009",  // no sub-attribute, so the whole of it
    };
    for (const auto& line : lines) {
        CAPTURE(line);
        const auto encoded = dictionary().encode(line);
        REQUIRE(std::holds_alternative<Bytes>(encoded));
        CHECK(described(std::get<Bytes>(encoded)) == Lines{line});
    }
}

TEST_CASE("every attribute of the shipped dictionary comes back under a name that encodes to the same octets")
{
    // A value for every type; attributes that no text can set are left out.
    const std::string values[] = {"text", "0x0a", "7", "192.0.2.1", "2001:db8::1", "2001:db8::/32", "1:2:3:4"};
    std::size_t seen = 0;
    for (const std::uint32_t vendor : {0U, 9U, 311U, 529U, 2011U, 3561U, 4874U, 14122U, 14988U, 55999U})
        for (std::uint32_t type = 0; type < 256; ++type) {
            const auto* definition = dictionary().find(vendor, type);
            if (!definition) continue;
            for (const auto& value : values) {
                const auto encoded = dictionary().encode(definition->name + "=" + value);
                if (!std::holds_alternative<Bytes>(encoded)) continue;
                const auto lines = described(std::get<Bytes>(encoded));
                CAPTURE(definition->name);
                REQUIRE(lines.size() == 1);
                CHECK(std::get<Bytes>(dictionary().encode(lines[0])) == std::get<Bytes>(encoded));
                ++seen;
            }
        }
    CHECK(seen > 200);
}

TEST_CASE("what no line encodes to is shown as octets, and never as what a terminal would obey")
{
    struct Row {
        std::string name;
        const char* octets;
        Lines lines;
    };
    const Row rows[] = {
        {"nothing", "", {}},
        {"two attributes", "01 03 61 08 06 01020304", {"User-Name=a", "Framed-IP-Address=1.2.3.4"}},
        {"an attribute that the dictionary does not have", "c8 04 0102", {"Attr-200=0x0102"}},
        {"a vendor's that it does not have", "1a 09 00000009 c8 03 01", {"Attr-26.9.200=0x01"}},
        {"a vendor that it does not have", "1a 09 00ffffff 01 03 01", {"Attr-26.16777215.1=0x01"}},
        {"two sub-attributes in one",
         "1a 0c 00003a8c 08 03 31 13 03 61",
         {"Mikrotik-Rate-Limit=1", "Mikrotik-Address-List=a"}},
        {"a vendor's that is malformed", "1a 09 00003a8c 08 04 31", {"Vendor-Specific=0x00003a8c080431"}},
        {"an integer of three octets", "1b 05 000001", {"Session-Timeout=0x000001"}},
        {"a tagged integer of three octets", "40 05 010001", {"Tunnel-Type=0x010001"}},
        {"a tag above 31 is part of the text", "51 05 416263", {"Tunnel-Private-Group-Id=Abc"}},
        {"a prefix that was sent short", "61 08 0020 20010db8", {"Framed-IPv6-Prefix=2001:db8::/32"}},
        {"a prefix with bits past its length",
         "61 0c 0020 20010db800000001",
         {"Framed-IPv6-Prefix=0x002020010db800000001"}},
        {"a prefix length above 128", "61 04 0081", {"Framed-IPv6-Prefix=0x0081"}},
        {"an escape sequence", "12 05 1b5b6d", {"Reply-Message=0x1b5b6d"}},
        {"a control character beyond ASCII", "12 04 c29b", {"Reply-Message=0xc29b"}},
        {"a new line", "12 04 610a", {"Reply-Message=0x610a"}},
        {"no UTF-8", "12 04 61e3", {"Reply-Message=0x61e3"}},
        {"an overlong form", "12 04 c080", {"Reply-Message=0xc080"}},
        {"a surrogate", "12 05 eda080", {"Reply-Message=0xeda080"}},
        {"an empty text", "12 02", {"Reply-Message=0x"}},
        {"an encrypted one", "02 04 6162", {"User-Password=0x6162"}},
        {"a group", "fe 03 01", {"T-Group=0x01"}},
        {"half an attribute at the end", "01 03 61 08 06 01", {"User-Name=a", "malformed=0x080601"}},
        {"an attribute of length 0", "01 00 61", {"malformed=0x010061"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(described(hex(row.octets)) == row.lines);
    }
}

TEST_CASE("of two names of a number one is shown, and it encodes to that number")
{
    CHECK(described(hex("28 06 00000003")) == Lines{"Acct-Status-Type=Interim-Update"});
    CHECK(std::get<Bytes>(dictionary().encode("Acct-Status-Type=Alive")) == hex("28 06 00000003"));
}
