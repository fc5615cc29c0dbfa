// tests/unit/radius/mschap_test.cpp - MS-CHAP. Vectors: RFC 2433 B.2 and B.3, RFC 2759 s9.2 and s9.3, RFC 3079 s2.5.3
// and s3.5; RFC 1320 A.5 (MD4), FIPS 180-4 (SHA-1).
#include "packets.hpp"

#include "radius/mschap.hpp"

#include <cstdlib>

using namespace tests;
using radius::MsChap;
using radius::NtHash;

namespace {

const Bytes user = octets("User"), client_pass = octets("clientPass");
const Bytes authenticator_challenge = hex("5B5D7C7D7B3F2F3E3C2C602132262628");
const Bytes peer_challenge = hex("21402324255E262A28295F2B3A337C7E");
const Bytes nt_response = hex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF");
const Bytes password_hash = hex("44EBBA8D5312B8D611474411F56989AE");
const Bytes hash_hash = hex("41C00C584BD2D91C4017A2A12FA59F3F");
const Bytes v1_challenge = hex("102DB5DF085D3041");
const Bytes v1_response = hex("4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61");

Bytes v1_value(const Bytes& response, std::uint8_t flags = 1, std::uint8_t lm = 0)
{
    return Bytes{7, flags} + Bytes(24, lm) + response;
}
Bytes v2_value(const Bytes& response, std::uint8_t flags = 0, std::uint8_t reserved = 0)
{
    return Bytes{9, flags} + peer_challenge + Bytes(8, reserved) + response;
}
NtHash hash_of(MsChap& mschap, const Bytes& password)
{
    const auto hash = mschap.nt_hash(password);
    REQUIRE(hash);
    return *hash;
}
bool verifies_v2(MsChap& mschap, const Bytes& challenge, const Bytes& value, std::string_view name, const NtHash& hash)
{
    const auto response = radius::parse_mschap2_response(value);
    REQUIRE(response);
    return mschap.verify_v2(challenge, *response, name, hash);
}
Bytes flipped(Bytes octets, std::size_t bit)
{
    octets[bit / 8] = static_cast<std::uint8_t>(octets[bit / 8] ^ 1U << bit % 8);
    return octets;
}

}  // namespace

TEST_CASE("SHA-1 gives the digests of FIPS 180-4")
{
    radius::Digester digester;
    CHECK(copy(digester.sha1({octets("abc")})) == hex("a9993e364706816aba3e25717850c26c9cd0d89d"));
    CHECK(copy(digester.sha1({octets("a"), {}, octets("bc")})) == hex("a9993e364706816aba3e25717850c26c9cd0d89d"));
    CHECK(copy(digester.sha1({})) == hex("da39a3ee5e6b4b0d3255bfef95601890afd80709"));
    CHECK(digester.computed() == 3);
}

TEST_CASE("MD4 gives the digests of RFC 1320 A.5")
{
    struct Row {
        const char* text;
        const char* digest;
    };
    const Row rows[] = {
        {"", "31d6cfe0d16ae931b73c59d7e0c089c0"},
        {"abc", "a448017aaf21d8525fc10ae87aa6729d"},
        {"message digest", "d9130a8164549fe818874806e1c7014b"},
        {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
         "e33b4ddc9c38f2199c3e7b164fcc0536"},
    };
    radius::Legacy legacy;
    REQUIRE(legacy.available());
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto text = octets(row.text);
        std::array<std::uint8_t, 16> whole, pieces;
        REQUIRE(legacy.md4({text}, whole));
        REQUIRE(legacy.md4({radius::Octets{text}.first(text.size() / 2), radius::Octets{text}.subspan(text.size() / 2)},
                           pieces));
        CHECK(copy(whole) == hex(row.digest));
        CHECK(copy(pieces) == hex(row.digest));
    }
}

TEST_CASE("DES keys get their parity, and DES one block")
{
    const auto expanded = [](const Bytes& key) { return copy(radius::des_key(std::span{key}.first<7>())); };
    // RFC 2433 B.3, RFC 2759 s9.3
    CHECK(expanded(hex("FC156AF7EDCD6C")) == hex("FD0B5B5E7F6E34D9"));
    CHECK(expanded(hex("0EDDE3337D427F")) == hex("0E6E796737EA08FE"));

    // Each third of RFC 2433 B.2's response, and the last of RFC 2759 s9.2's.
    radius::Legacy legacy;
    std::array<std::uint8_t, 8> out;
    const auto des = [&](const Bytes& key, const Bytes& clear) {
        CHECK(legacy.des(std::span{key}.first<7>(), std::span{clear}.first<8>(), out));
        return copy(out);
    };
    CHECK(des(hex("FC156AF7EDCD6C"), v1_challenge) == hex("4E9D3C8F9CFD385D"));
    CHECK(des(hex("0EDDE3337D427F"), v1_challenge) == hex("5BF4D3246791956C"));
    CHECK(des(hex("4EAC0000000000"), v1_challenge) == hex("A4C351AB409A3D61"));
    CHECK(des(hex("89AE0000000000"), hex("D02E4386BCE91226")) == hex("4233114A3D85D6DF"));
}

TEST_CASE("RFC 2433 B.2: the hash and response of version 1")
{
    MsChap mschap;
    const auto hash = hash_of(mschap, octets("MyPw"));
    CHECK(copy(hash) == hex("FC156AF7EDCD6C0EDDE3337D427F4EAC"));
    const auto verifies = [&](const Bytes& value, const Bytes& challenge, const NtHash& with) {
        const auto response = radius::parse_mschap_response(value);
        REQUIRE(response);
        return mschap.verify_v1(challenge, *response, with);
    };
    const auto value = v1_value(v1_response);
    CHECK(radius::parse_mschap_response(value)->ident == 7);
    CHECK(verifies(value, v1_challenge, hash));
    CHECK(verifies(v1_value(v1_response, 0xff, 0xaa), v1_challenge, hash));
    CHECK_FALSE(verifies(v1_value(v1_response, 0), v1_challenge, hash));  // LM alone
    CHECK_FALSE(verifies(v1_value(v1_response, 0xfe), v1_challenge, hash));
    CHECK_FALSE(verifies(value, v1_challenge, hash_of(mschap, octets("mypw"))));
    for (std::size_t bit = 0; bit < 64; ++bit) CHECK_FALSE(verifies(value, flipped(v1_challenge, bit), hash));
    for (std::size_t bit = 0; bit < 192; ++bit)
        CHECK_FALSE(verifies(v1_value(flipped(v1_response, bit)), v1_challenge, hash));
    for (std::size_t n = 0; n < 20; ++n) {
        auto challenge = v1_challenge;
        challenge.resize(n);
        CHECK(verifies(value, challenge, hash) == (n == 8));
    }
}

TEST_CASE("A-06 RFC 2759 s9.2: the hashes and response of version 2, whatever flags and reserved octets say")
{
    MsChap mschap;
    const auto hash = hash_of(mschap, client_pass);
    CHECK(copy(hash) == password_hash);
    CHECK(copy(*mschap.hash_of(hash)) == hash_hash);
    radius::Digester digester;
    const auto challenge = digester.sha1({peer_challenge, authenticator_challenge, user});
    CHECK(copy(std::span{challenge}.first<8>()) == hex("D02E4386BCE91226"));

    const auto verifies = [&](const Bytes& value) {
        return verifies_v2(mschap, authenticator_challenge, value, "User", hash);
    };
    CHECK(radius::parse_mschap2_response(v2_value(nt_response))->ident == 9);
    CHECK(verifies(v2_value(nt_response)));
    CHECK(verifies(v2_value(nt_response, 0xff, 0xff)));
    for (std::size_t bit = 0; bit < 192; ++bit) CHECK_FALSE(verifies(v2_value(flipped(nt_response, bit))));
    for (std::size_t bit = 0; bit < 128; ++bit) {
        CHECK_FALSE(verifies_v2(mschap, flipped(authenticator_challenge, bit), v2_value(nt_response), "User", hash));
        CHECK_FALSE(verifies(flipped(v2_value(nt_response), 16 + bit)));
    }
    CHECK_FALSE(verifies_v2(mschap, authenticator_challenge, v2_value(nt_response), "user", hash));
    CHECK_FALSE(verifies_v2(mschap, authenticator_challenge, v2_value(nt_response), "User",
                            hash_of(mschap, octets("clientpass"))));
}

TEST_CASE("A-06 only a response of 50 octets and a challenge of 16 do")
{
    MsChap mschap;
    const auto hash = hash_of(mschap, client_pass);
    const auto value = v2_value(nt_response);
    for (std::size_t n = 0; n <= 253; ++n) {
        CAPTURE(n);
        auto other = value;
        other.resize(n);
        CHECK(radius::parse_mschap_response(other).has_value() == (n == 50));
        CHECK(radius::parse_mschap2_response(other).has_value() == (n == 50));
        auto challenge = authenticator_challenge;
        challenge.resize(n);
        CHECK(verifies_v2(mschap, challenge, value, "User", hash) == (n == 16));
    }
    // Responses that parse_ did not make
    CHECK_FALSE(mschap.verify_v2(authenticator_challenge, {9, 0, {}, nt_response}, "User", hash));
    CHECK_FALSE(mschap.verify_v2(authenticator_challenge, {9, 0, peer_challenge, {}}, "User", hash));
    CHECK_FALSE(mschap.verify_v1(v1_challenge, {9, 1, {}}, hash));
    CHECK_FALSE(mschap.keys_v2(hash, {}).has_value());
}

TEST_CASE("A-07 the user's domain is not hashed")
{
    struct Row {
        std::string_view name, user;
    };
    const Row rows[] = {
        {"User", "User"},
        {"BIGCO\\User", "User"},
        {"A\\B\\User", "User"},
        {"\\User", "User"},
        {"User\\", ""},
        {"\\", ""},
        {"", ""},
        {"User@example.net", "User@example.net"},
        {"BIGCO/User", "BIGCO/User"},
    };
    MsChap mschap;
    const auto hash = hash_of(mschap, client_pass);
    const auto response = v2_value(nt_response);
    const auto plain =
        mschap.success_v2(authenticator_challenge, *radius::parse_mschap2_response(response), "User", hash);
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(radius::without_domain(row.name) == row.user);
        CHECK(verifies_v2(mschap, authenticator_challenge, response, row.name, hash) == (row.user == "User"));
        const auto success =
            mschap.success_v2(authenticator_challenge, *radius::parse_mschap2_response(response), row.name, hash);
        CHECK((success == plain) == (row.user == "User"));
    }
}

TEST_CASE("A-08 RFC 2759 s9.2: the authenticator response, and the attribute that carries it")
{
    MsChap mschap;
    const auto response = v2_value(nt_response);
    const auto success = mschap.success_v2(authenticator_challenge, *radius::parse_mschap2_response(response), "User",
                                           hash_of(mschap, client_pass));
    REQUIRE(success);
    const std::string text{success->begin(), success->end()};
    CHECK(text == "S=407A5589115FD0D6209F510FE9C04566932CDA56");
    CHECK(copy(radius::mschap2_success(9, *success)) == Bytes{9} + octets(text));
}

TEST_CASE("A-08 an error has the right code, allows no retry and offers no password change")
{
    struct Row {
        radius::MsChapError error;
        std::string code;
    };
    const Row rows[] = {
        {radius::MsChapError::restricted_hours, "646"},
        {radius::MsChapError::account_disabled, "647"},
        {radius::MsChapError::no_permission, "649"},
        {radius::MsChapError::authentication_failure, "691"},
    };
    std::array<std::uint8_t, radius::max_vendor_value_octets> out;
    for (const auto& row : rows) {
        CHECK(copy(radius::mschap2_error(7, row.error, std::span{authenticator_challenge}.first<16>(), "No", out)) ==
              Bytes{7} + octets("E=" + row.code + " R=0 C=5B5D7C7D7B3F2F3E3C2C602132262628 V=3 M=No"));
        CHECK(copy(radius::mschap_error(8, row.error, std::span{v1_challenge}.first<8>(), out)) ==
              Bytes{8} + octets("E=" + row.code + " R=0 C=102DB5DF085D3041 V=2"));
    }
}

TEST_CASE("A-08 a long message is cut between two characters, at what one attribute holds")
{
    std::array<std::uint8_t, radius::max_vendor_value_octets> out;
    const auto challenge = std::span{authenticator_challenge}.first<16>();
    const auto error = radius::MsChapError::authentication_failure;
    const auto empty = radius::mschap2_error(7, error, challenge, "", out).size();
    for (std::size_t n = 0; n <= 300; ++n) {
        CAPTURE(n);
        const auto ascii = radius::mschap2_error(7, error, challenge, std::string(n, 'x'), out);
        CHECK(ascii.size() == std::min(empty + n, out.size()));
        std::string text(n % 2, 'x');
        while (text.size() < n) text += "\xc3\xa7";
        const auto two = copy(radius::mschap2_error(7, error, challenge, text, out));
        const auto room = out.size() - empty;
        const auto kept = text.size() <= room ? text.size() : room - (room - n % 2) % 2;
        CHECK(two == copy(radius::mschap2_error(7, error, challenge, text.substr(0, kept), out)));
        CHECK(two.size() == empty + kept);
    }
}

TEST_CASE("RFC 3079 s2.5.3: the NT hash's hash gives version 1's start key")
{
    MsChap mschap;
    radius::Digester digester;
    const auto nt_hash_hash = *mschap.hash_of(hash_of(mschap, client_pass));
    CHECK(copy(nt_hash_hash) == hash_hash);
    // The RFC's step 3 prints `ca` for the eighth octet; its step 4 has `c1`, from which alone step 5 follows.
    const auto start = digester.sha1({nt_hash_hash, nt_hash_hash, v1_challenge});
    CHECK(copy(std::span{start}.first<16>()) == hex("a8947850cfc0acc1d1789fb62ddcddb0"));
    const auto key = std::span{start}.first<16>();
    const auto session = digester.sha1({key, Bytes(40, 0), key, Bytes(40, 0xf2)});
    CHECK(copy(std::span{session}.first<16>()) == hex("59d159bc09f76f1da2a86a28ffec0b1e"));
}

TEST_CASE("A-09 RFC 3079 s3.5: version 2's keys as the server sends and receives")
{
    MsChap mschap;
    radius::Digester digester;
    const auto keys = mschap.keys_v2(hash_of(mschap, client_pass), nt_response);
    REQUIRE(keys);
    CHECK(copy(keys->send) == hex("8B7CDC149B993A1BA118CB153F56DCCB")); // s3.5.3; its first half is s3.5.1 and s3.5.2
    CHECK(copy(keys->receive) == hex("D5F0E9521E3EA9589645E86051C82226")); // Magic2 in place of Magic3, by hashlib

    // What a peer makes of them (GetNewKeyFromSHA), down to the session keys of s3.5.1, s3.5.2 and s3.5.3.
    const auto session = [&](std::size_t octets) {
        const auto key = radius::Octets{keys->send}.first(octets);
        const auto sum = digester.sha1({key, Bytes(40, 0), key, Bytes(40, 0xf2)});
        return copy(radius::Octets{sum}.first(octets));
    };
    CHECK(session(16) == hex("405CB2247A7956E6E211007AE27B22D4"));
    const auto weak = session(8);
    CHECK(hex("D1269E") + copy(radius::Octets{weak}.subspan(3)) == hex("D1269EC49FA62E3E"));
    CHECK(hex("D1") + copy(radius::Octets{weak}.subspan(1)) == hex("D15C00C49FA62E3E"));
}

TEST_CASE("Passwords are hashed as UTF-16, and as Latin-1 when they are no UTF-8")
{
    struct Row {
        const char* name;
        Bytes password, utf16;
    };
    const Row rows[] = {
        {"empty", {}, {}},
        {"ASCII", octets("ab"), hex("61 00 62 00")},
        {"an embedded NUL", hex("61 00 62"), hex("61 00 00 00 62 00")},
        {"two octets of UTF-8", hex("c3a7"), hex("e700")},
        {"the last of two octets", hex("dfbf"), hex("ff07")},
        {"three octets", hex("e282ac"), hex("ac20")},
        {"the first of three octets", hex("e0a080"), hex("0008")},
        {"the last before the surrogates", hex("ed9fbf"), hex("ffd7")},
        {"the first after the surrogates", hex("ee8080"), hex("00e0")},
        {"the last of 16 bits", hex("efbfbf"), hex("ffff")},
        {"a surrogate pair", hex("f09f9880"), hex("3dd8 00de")},
        {"the first of four octets", hex("f0908080"), hex("00d8 00dc")},
        {"the last character there is", hex("f48fbfbf"), hex("ffdb ffdf")},
        {"Latin-1", hex("73656e6861e7"), hex("7300 6500 6e00 6800 6100 e700")},
        {"UTF-8 and then Latin-1", hex("c3a7e7"), hex("c300 a700 e700")},
        {"a lone continuation", hex("80"), hex("8000")},
        {"cut after the first of two", hex("c3"), hex("c300")},
        {"cut within three", hex("e282"), hex("e200 8200")},
        {"cut within four", hex("f09f98"), hex("f000 9f00 9800")},
        {"overlong in two", hex("c080"), hex("c000 8000")},
        {"overlong in two, the last", hex("c1bf"), hex("c100 bf00")},
        {"overlong in three", hex("e09fbf"), hex("e000 9f00 bf00")},
        {"overlong in four", hex("f08fbfbf"), hex("f000 8f00 bf00 bf00")},
        {"a surrogate in UTF-8", hex("eda080"), hex("ed00 a000 8000")},
        {"beyond the last character", hex("f4908080"), hex("f400 9000 8000 8000")},
        {"an octet that UTF-8 has not", hex("ff"), hex("ff00")},
    };
    MsChap mschap;
    radius::Legacy legacy;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        NtHash expected;
        REQUIRE(legacy.md4({row.utf16}, expected));
        CHECK(copy(hash_of(mschap, row.password)) == copy(expected));
    }
    CHECK(copy(hash_of(mschap, octets("password"))) == hex("8846f7eaee8fb117ad06bdd830b7586c"));
}

TEST_CASE("A password above 256 characters of 16 bits has no hash")
{
    struct Row {
        const char* name;
        Bytes character;
        std::size_t most;
    };
    const Row rows[] = {{"ASCII", octets("a"), 256},
                        {"two octets", hex("c3a7"), 256},
                        {"pairs", hex("f09f9880"), 128},
                        {"Latin-1", hex("e7"), 256}};
    MsChap mschap;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Bytes password;
        for (std::size_t i = 0; i < row.most; ++i) password = password + row.character;
        CHECK(mschap.nt_hash(password).has_value());
        CHECK_FALSE(mschap.nt_hash(password + row.character).has_value());
        CHECK_FALSE(mschap.nt_hash(password + octets("a")).has_value());
        CHECK_FALSE(mschap.nt_hash(Bytes(4000, 'a')).has_value());
    }
}

TEST_CASE("A machine without the legacy provider says so and verifies nothing")
{
    REQUIRE(setenv("OPENSSL_MODULES", "/nonexistent", 1) == 0);
    MsChap mschap;
    radius::Legacy legacy;
    REQUIRE(unsetenv("OPENSSL_MODULES") == 0);
    CHECK_FALSE(mschap.available());
    CHECK_FALSE(legacy.available());

    std::array<std::uint8_t, 16> sum;
    std::array<std::uint8_t, 8> block;
    CHECK_FALSE(legacy.md4({client_pass}, sum));
    CHECK_FALSE(legacy.des(std::span{client_pass}.first<7>(), std::span{v1_challenge}.first<8>(), block));
    NtHash hash;
    std::copy(password_hash.begin(), password_hash.end(), hash.begin());
    const auto value = v2_value(nt_response), v1 = v1_value(v1_response);
    const auto response = *radius::parse_mschap2_response(value);
    CHECK_FALSE(mschap.nt_hash(client_pass).has_value());
    CHECK_FALSE(mschap.hash_of(hash).has_value());
    CHECK_FALSE(mschap.verify_v1(v1_challenge, *radius::parse_mschap_response(v1), hash));
    CHECK_FALSE(mschap.verify_v2(authenticator_challenge, response, "User", hash));
    CHECK_FALSE(mschap.success_v2(authenticator_challenge, response, "User", hash).has_value());
    CHECK_FALSE(mschap.keys_v2(hash, nt_response).has_value());
    CHECK(MsChap{}.available()); // the next one finds it again
}
