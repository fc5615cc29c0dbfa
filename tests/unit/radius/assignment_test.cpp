// tests/unit/radius/assignment_test.cpp - "Attribute-Name=value" to octets. The shapes are those of RFC 2865 s5, RFC
// 2868 s3, RFC 3162 s2 and RFC 6929 s2.
#include "packets.hpp"

#include "radius/dictionary.hpp"

using namespace tests;

namespace {

const radius::Dictionary& dictionary()
{
    static const auto loaded = [] {
        radius::Dictionary all;
        all.load(radius::standard_dictionary);
        all.load("ATTRIBUTE T-Byte 241 byte\nATTRIBUTE T-Short 242 short\nATTRIBUTE T-Long 243 integer64\n"
                 "ATTRIBUTE T-Prefix 244 ipv4prefix\nATTRIBUTE T-Group 245 tlv\n"
                 "VENDOR USR 429 format=4,0\nBEGIN-VENDOR USR\nATTRIBUTE T-USR 0x9000 string\nEND-VENDOR USR\n"
                 "VENDOR WiMAX 24757 format=1,1,c\nBEGIN-VENDOR WiMAX\nATTRIBUTE T-WiMAX 1 octets\nEND-VENDOR WiMAX\n");
        return all;
    }();
    return loaded;
}

}  // namespace

TEST_CASE("an assignment becomes whole attribute octets")
{
    struct Row {
        std::string name;
        std::string assignment;
        const char* octets;
    };
    const Row rows[] = {
        {"text as is", "Reply-Message=Hi = there", "12 0c 4869203d207468657265"},
        {"a name in any case, blanks around it", " filter-ID =a", "0b 03 61"},
        {"a decimal integer", "Session-Timeout=3600", "1b 06 00000e10"},
        {"a hexadecimal integer", "Session-Timeout=0xE10", "1b 06 00000e10"},
        {"the highest integer", "Session-Timeout=4294967295", "1b 06 ffffffff"},
        {"a named value in any case", "Service-Type=framed-user", "06 06 00000002"},
        {"a named value that begins with a digit", "Mikrotik-Wireless-Enc-Algo=104-bit-WEP",
         "1a 0c 00003a8c 06 06 00000002"},
        {"a date is seconds since 1970", "Event-Timestamp=1700000000", "37 06 6553f100"},
        {"octets", "Class=0x0A1b", "19 04 0a1b"},
        {"an IPv4 address", "Framed-IP-Address=100.64.0.7", "08 06 64400007"},
        {"an IPv6 address", "Framed-IPv6-Address=2001:db8::7", "a8 12 20010db8000000000000000000000007"},
        {"an IPv6 prefix with all its octets", "Delegated-IPv6-Prefix=2001:db8:0:ff00::/56",
         "7b 14 0038 20010db80000ff000000000000000000"},
        {"the prefix of everything", "Framed-IPv6-Prefix=::/0", "61 14 0000 00000000000000000000000000000000"},
        {"an interface id", "Framed-Interface-Id=1:2233:0:f", "60 0a 000122330000000f"},
        {"a vendor's text", "Mikrotik-Rate-Limit=10M/20M", "1a 0f 00003a8c 08 09 31304d2f32304d"},
        {"a vendor's integer", "WISPr-Bandwidth-Max-Up=5", "1a 0c 0000372a 07 06 00000005"},
        {"a tagged integer without a tag has tag 0", "Tunnel-Type=L2TP", "40 06 00 000003"},
        {"a tagged integer", "Tunnel-Type:3=13", "40 06 03 00000d"},
        {"a tagged text without a tag", "Tunnel-Private-Group-Id=100", "51 05 313030"},
        {"a tagged text", "Tunnel-Private-Group-Id:31=100", "51 06 1f 313030"},
        {"a vendor's tagged text", "ERX-Service-Activate:1=gold", "1a 0d 0000130a 41 07 01 676f6c64"},
        {"a byte", "T-Byte=255", "f1 03 ff"},
        {"a short", "T-Short=256", "f2 04 0100"},
        {"eight octets", "T-Long=18446744073709551615", "f3 0a ffffffffffffffff"},
        {"an IPv4 prefix", "T-Prefix=10.0.0.0/8", "f4 08 0008 0a000000"},
        {"four octets of type and no length", "T-USR=a", "1a 0b 000001ad 00009000 61"},
        {"a continuation octet", "T-WiMAX=0xaa", "1a 0a 000060b5 01 04 00 aa"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto encoded = dictionary().encode(row.assignment);
        if (const auto* sentence = std::get_if<std::string>(&encoded)) {
            FAIL_CHECK(*sentence);
            continue;
        }
        CHECK(std::get<Bytes>(encoded) == hex(row.octets));
    }
}

TEST_CASE("R-03 a value of 253 octets fits and one more is refused at provisioning; a vendor's fits 247")
{
    const auto encoded = [](const std::string& name, std::size_t n) {
        return dictionary().encode(name + "=" + std::string(n, 'x'));
    };
    CHECK(std::get<Bytes>(encoded("Reply-Message", 253)).size() == 255);
    CHECK(std::get<std::string>(encoded("Reply-Message", 254)) ==
          "Reply-Message takes at most 253 octets; this value has 254");
    CHECK(std::get<Bytes>(encoded("Mikrotik-Rate-Limit", 247)).size() == 255);
    CHECK(std::get<std::string>(encoded("Mikrotik-Rate-Limit", 248)) ==
          "Mikrotik-Rate-Limit takes at most 247 octets; this value has 248");
    CHECK(std::holds_alternative<std::string>(encoded("Mikrotik-Rate-Limit", 5000)));
}

TEST_CASE("a wrong assignment is answered with what is wrong and what would be right")
{
    struct Row {
        std::string assignment;
        std::string sentence;
    };
    const Row rows[] = {
        {"Session-Timeout", "'Session-Timeout' has no '='; write it as Attribute-Name=value"},
        {"", "'' has no '='; write it as Attribute-Name=value"},
        {"Framed-Pol=x", "there is no attribute 'Framed-Pol'; did you mean Framed-Pool or Framed-MTU?"},
        {"rate-limit=x", "there is no attribute 'rate-limit'; did you mean Mikrotik-Rate-Limit?"},
        {"xyzzyplughwhatever=x", "there is no attribute 'xyzzyplughwhatever'; the dictionary has the names"},
        {"=x", "there is no attribute ''; the dictionary has the names"},
        {"Session-Timeout=soon", "Session-Timeout takes a number, not 'soon'"},
        {"Session-Timeout=", "Session-Timeout takes a number, not ''"},
        {"Session-Timeout=-1", "Session-Timeout takes a number, not '-1'"},
        {"Session-Timeout=60 ", "Session-Timeout takes a number, not '60 '"},
        {"Session-Timeout=0x", "Session-Timeout takes a number, not '0x'"},
        {"Session-Timeout=4294967296", "Session-Timeout takes a number up to 4294967295, not '4294967296'"},
        {"Session-Timeout=99999999999999999999", "Session-Timeout takes a number, not '99999999999999999999'"},
        {"Tunnel-Preference=16777216", "Tunnel-Preference takes a number up to 16777215, not '16777216'"},
        {"T-Byte=256", "T-Byte takes a number up to 255, not '256'"},
        {"Service-Type=Framd-User", "Service-Type takes a number or a name such as Framed-User, not 'Framd-User'"},
        {"Framed-IP-Address=100.64.0.256",
         "Framed-IP-Address takes an IPv4 address such as 192.0.2.1, not '100.64.0.256'"},
        {"Framed-IPv6-Address=100.64.0.1",
         "Framed-IPv6-Address takes an IPv6 address such as 2001:db8::1, not '100.64.0.1'"},
        {"Framed-IPv6-Prefix=2001:db8::",
         "Framed-IPv6-Prefix takes a prefix such as 2001:db8::/56 with no bit set past its length, not '2001:db8::'"},
        {"Framed-IPv6-Prefix=2001:db8::1/64", "Framed-IPv6-Prefix takes a prefix such as 2001:db8::/56 with no bit set "
                                              "past its length, not '2001:db8::1/64'"},
        {"T-Prefix=10.0.0.0/33",
         "T-Prefix takes a prefix such as 192.0.2.0/24 with no bit set past its length, not '10.0.0.0/33'"},
        {"Framed-Interface-Id=1:2:3", "Framed-Interface-Id takes an interface id such as 0:0:0:1, not '1:2:3'"},
        {"Class=abc", "Class takes octets such as 0x0a1b2c, not 'abc'"},
        {"Class=0xabc", "Class takes octets such as 0x0a1b2c, not '0xabc'"},
        {"Class=0x", "Class takes octets such as 0x0a1b2c, not '0x'"},
        {"Reply-Message=", "Reply-Message takes at least one character"},
        {"Reply-Message:1=x", "Reply-Message takes no tag; write Reply-Message=value"},
        {"Tunnel-Type:32=L2TP", "the tag of Tunnel-Type is a number from 0 to 31, not '32'"},
        {"Tunnel-Type:=L2TP", "the tag of Tunnel-Type is a number from 0 to 31, not ''"},
        {"T-Group=1", "T-Group is a group of attributes and cannot be set as text"},
        {"User-Password=secret", "User-Password is encrypted anew in every packet and cannot be set as text"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.assignment);
        const auto encoded = dictionary().encode(row.assignment);
        REQUIRE(std::holds_alternative<std::string>(encoded));
        CHECK(std::get<std::string>(encoded) == row.sentence);
    }
}

TEST_CASE("a long wrong value is cut in the sentence")
{
    const auto sentence = std::get<std::string>(dictionary().encode("Session-Timeout=" + std::string(4000, 'x')));
    CHECK(sentence.size() < 120);
    CHECK(std::get<std::string>(dictionary().encode(std::string(100000, 'x') + "=1")).size() < 200);
}
