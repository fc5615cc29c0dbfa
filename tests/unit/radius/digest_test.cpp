// tests/unit/radius/digest_test.cpp - vectors: RFC 1321 A.5, RFC 2202 s2, RFC 4231 s4.
#include "packets.hpp"

#include "radius/digest.hpp"

using namespace tests;

TEST_CASE("MD5 of RFC 1321 A.5, whole and in pieces")
{
    radius::Digester digester;
    CHECK(copy(digester.md5({})) == hex("d41d8cd98f00b204e9800998ecf8427e"));
    CHECK(copy(digester.md5({octets("message digest")})) == hex("f96b697d7cb7938d525a2f31aaf161d0"));
    CHECK(copy(digester.md5({octets("message"), {}, octets(" digest")})) == hex("f96b697d7cb7938d525a2f31aaf161d0"));
    CHECK(digester.computed() == 3);
}

TEST_CASE("HMAC of RFC 2202 s2 and RFC 4231 s4")
{
    struct Row {
        std::string name;
        Bytes key, text;
        const char* md5;
        const char* sha256;
    };
    const Row rows[] = {
        {"a key shorter than the digest", octets("Jefe"), octets("what do ya want for nothing?"),
         "750c783e6ab0b503eaa86e310a5db738", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {"a key longer than the digest", hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), Bytes(50, 0xcd),
         "697eaf0aca3a3aea3a75164746ffaa79", "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {"a key of 80 octets is hashed first", Bytes(80, 0xaa),
         octets("Test Using Larger Than Block-Size Key - Hash Key First"), "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd", nullptr},
        {"a key of 131 octets is hashed first", Bytes(131, 0xaa),
         octets("Test Using Larger Than Block-Size Key - Hash Key First"), nullptr,
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    radius::Digester digester;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const radius::Octets text{row.text};
        if (row.md5) CHECK(copy(digester.hmac_md5(row.key, {text.first(3), text.subspan(3)})) == hex(row.md5));
        if (row.sha256) CHECK(copy(digester.hmac_sha256(row.key, {text.first(3), text.subspan(3)})) == hex(row.sha256));
    }
    CHECK(digester.computed() == 6);
}

TEST_CASE("the constant-time compare tells equal from unequal")
{
    CHECK(radius::equal_constant_time({}, {}));
    CHECK(radius::equal_constant_time(octets("same"), octets("same")));
    CHECK_FALSE(radius::equal_constant_time(octets("same"), octets("samE")));
    CHECK_FALSE(radius::equal_constant_time(octets("same"), octets("Same")));
    CHECK_FALSE(radius::equal_constant_time(octets("same"), octets("sam")));
    CHECK_FALSE(radius::equal_constant_time({}, octets("s")));
}
