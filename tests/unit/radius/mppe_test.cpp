// tests/unit/radius/mppe_test.cpp - the attributes of RFC 2548 s2.4 and what is allocated for them. The RFC has no
// vectors: those here are made with Python's hashlib from the formulae of s2.4.1 and s2.4.2 and the keys of RFC 3079
// s3.5.3.
#include "packets.hpp"

#include "radius/attributes.hpp"
#include "radius/mppe.hpp"
#include "radius/password.hpp"

#include <openssl/crypto.h>

#include <atomic>
#include <cstdlib>

namespace tests {
std::size_t allocated() noexcept;  // allocation_test.cpp
} // namespace tests

using namespace tests;

namespace {

const Bytes send_key = hex("8B7CDC149B993A1BA118CB153F56DCCB"), receive_key = hex("D5F0E9521E3EA9589645E86051C82226");
const Bytes hash_hash = hex("41C00C584BD2D91C4017A2A12FA59F3F");

template <std::size_t N>
std::array<std::uint8_t, N> array_of(const Bytes& octets)
{
    std::array<std::uint8_t, N> copy;
    std::copy_n(octets.begin(), N, copy.begin());
    return copy;
}

/// A NAS's side of RFC 2548 s2.4.2: what is in the attribute.
Bytes decrypted(const Bytes& value, radius::Authenticator request)
{
    radius::Digester digester;
    Bytes clear, before = copy(request) + copy(radius::Octets{value}.first(2));
    for (std::size_t at = 2; at < value.size(); at += 16) {
        const auto pad = digester.md5({secret, before});
        before = copy(radius::Octets{value}.subspan(at, 16));
        for (std::size_t i = 0; i < 16; ++i) clear.push_back(before[i] ^ pad[i]);
    }
    return clear;
}

struct Microsoft {
    std::uint32_t type;
    Bytes value;
};
/// The Microsoft attributes of the Accept that `fill` makes.
template <class Fill>
std::vector<Microsoft> accept(Fill fill)
{
    const auto octets = access_request({});
    const auto request = view(octets);
    std::array<std::uint8_t, radius::max_packet_octets> buffer;
    radius::Digester digester;
    radius::ReplyBuilder reply{buffer, radius::Code::access_accept, request,
                               radius::ReplyBuilder::Sign::message_authenticator};
    fill(reply, digester, request.authenticator());
    const auto built = reply.finish(digester, secret);
    REQUIRE(built);
    std::vector<Microsoft> found;
    for (const auto attribute : *radius::parse_packet(*built)) {
        if (attribute.type != radius::attribute::vendor_specific) continue;
        radius::VendorWalk walk{attribute.value};
        REQUIRE(walk.vendor() == radius::vendor::microsoft);
        while (const auto sub = walk.next()) found.push_back({sub->type, copy(sub->value)});
    }
    return found;
}

std::atomic<std::size_t> openssl_allocations{0};
void* counted_malloc(std::size_t size, const char*, int)
{
    ++openssl_allocations;
    return std::malloc(size);
}
void* counted_realloc(void* block, std::size_t size, const char*, int)
{
    ++openssl_allocations;
    return std::realloc(block, size);
}
void uncounted_free(void* block, const char*, int) { std::free(block); }
// Before main(), for OpenSSL takes no other functions once it has allocated.
const bool openssl_is_counted = CRYPTO_set_mem_functions(counted_malloc, counted_realloc, uncounted_free) == 1;

}  // namespace

TEST_CASE("A-09 a key is salted and encrypted")
{
    const auto octets = access_request({});
    const auto request = view(octets).authenticator();
    radius::Digester digester;
    const auto value = radius::encrypt_mppe_key(digester, secret, request, 0x8a3c, array_of<16>(send_key));
    CHECK(copy(value) == hex("8a3cdd0384ff1bd6343e859aca4053abefd95ad50ff447771b12aaac2fa3b59bba26"));
    CHECK(copy(radius::encrypt_mppe_key(digester, secret, request, 0x8a3d, array_of<16>(receive_key))) ==
          hex("8a3d5281216fb63fa6ddc2ff4d4f929ad1e90539b108b879dc7399cd084a020dbe10"));
    for (const auto salt : std::array<std::uint16_t, 5>{0x0000, 0x0a3c, 0x7fff, 0x8000, 0xffff}) {
        CAPTURE(salt);
        const auto other = copy(radius::encrypt_mppe_key(digester, secret, request, salt, array_of<16>(send_key)));
        CHECK((other[0] << 8 | other[1]) == (salt | 0x8000));
        CHECK(decrypted(other, request) == Bytes{16} + send_key + Bytes(15, 0));
    }
}

TEST_CASE("A-09 version 1's keys are encrypted like a password: no LM key, the hash's hash, padding")
{
    const auto octets = access_request({});
    const auto request = view(octets).authenticator();
    radius::Digester digester;
    const auto value = radius::encrypt_mschap_mppe_keys(digester, secret, request, array_of<16>(hash_hash));
    CHECK(copy(value) == hex("4001eae8ce164afc12096669215a4077c51f717dc8a6e0c765685c2c6c7acee2"));
    std::array<std::uint8_t, radius::max_password_octets> clear;
    const auto password = radius::decrypt_user_password(digester, value, secret, request, clear);
    REQUIRE(password);
    CHECK(copy(*password) + Bytes(8, 0) == Bytes(8, 0) + hash_hash + Bytes(8, 0));
}

TEST_CASE("A-09 version 2 sends two keys of distinct salts, then policy and types; without keys neither")
{
    struct Row {
        radius::MppePolicy policy;
        Bytes value, types;
    };
    const Row rows[] = {
        {radius::MppePolicy::allowed, hex("00000001"), hex("00000006")},
        {radius::MppePolicy::required, hex("00000002"), hex("00000004")},
    };
    const radius::MsChap::V2Keys keys{array_of<16>(send_key), array_of<16>(receive_key)};
    const auto bare = access_request({});
    const auto request = view(bare).authenticator();
    for (const auto& row : rows) {
        for (const auto salt : std::array<std::uint16_t, 4>{0x0000, 0x0001, 0x8000, 0xffff}) {
            CAPTURE(salt);
            const auto found = accept([&](auto& reply, auto& digester, auto authenticator) {
                radius::add_mppe_v2(reply, digester, secret, authenticator, row.policy, keys, salt);
            });
            REQUIRE(found.size() == 4);
            CHECK(found[0].type == 16);
            CHECK(decrypted(found[0].value, request) == Bytes{16} + send_key + Bytes(15, 0));
            CHECK(found[1].type == 17);
            CHECK(decrypted(found[1].value, request) == Bytes{16} + receive_key + Bytes(15, 0));
            CHECK(copy(radius::Octets{found[0].value}.first(2)) != copy(radius::Octets{found[1].value}.first(2)));
            CHECK((found[0].value[0] & found[1].value[0] & 0x80) == 0x80);
            CHECK(found[2].type == 7);
            CHECK(found[2].value == row.value);
            CHECK(found[3].type == 8);
            CHECK(found[3].value == row.types);
        }
    }
    CHECK(accept([&](auto& reply, auto& digester, auto authenticator) {
              radius::add_mppe_v2(reply, digester, secret, authenticator, radius::MppePolicy::none, keys, 1);
          }).empty());
}

TEST_CASE("A-09 version 1 sends its keys, policy and 128 bits; without keys neither")
{
    struct Row {
        radius::MppePolicy policy;
        Bytes value;
    };
    const Row rows[] = {{radius::MppePolicy::allowed, hex("00000001")},
                        {radius::MppePolicy::required, hex("00000002")}};
    const auto add = [](radius::MppePolicy policy) {
        return accept([&](auto& reply, auto& digester, auto authenticator) {
            radius::add_mppe_v1(reply, digester, secret, authenticator, policy, array_of<16>(hash_hash));
        });
    };
    for (const auto& row : rows) {
        const auto found = add(row.policy);
        REQUIRE(found.size() == 3);
        CHECK(found[0].type == 12);
        CHECK(found[0].value == hex("4001eae8ce164afc12096669215a4077c51f717dc8a6e0c765685c2c6c7acee2"));
        CHECK(found[1].type == 7);
        CHECK(found[1].value == row.value);
        CHECK(found[2].type == 8);
        CHECK(found[2].value == hex("00000004"));
    }
    CHECK(add(radius::MppePolicy::none).empty());
}

TEST_CASE("H-05 MS-CHAP and MPPE allocate nothing once they are made, neither here nor in OpenSSL")
{
    REQUIRE(openssl_is_counted);
    const auto openssl_before = openssl_allocations.load();
    radius::MsChap mschap;
    REQUIRE(mschap.available());
    REQUIRE(openssl_allocations.load() > openssl_before);  // the counter counts

    const auto challenge = hex("5B5D7C7D7B3F2F3E3C2C602132262628"), v1_challenge = hex("102DB5DF085D3041");
    const auto v2 = hex("0900 21402324255E262A28295F2B3A337C7E 0000000000000000"
                        "82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF");
    const auto v1 = Bytes{7, 1} + Bytes(24, 0) + hex("4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61");
    const auto octets_of_request = access_request({}), password = octets("clientPass"), other = octets("MyPw");
    const auto request = view(octets_of_request);
    std::array<std::uint8_t, radius::max_packet_octets> buffer;
    std::array<std::uint8_t, radius::max_vendor_value_octets> text;
    radius::Digester digester;

    const auto before = allocated(), in_openssl = openssl_allocations.load();
    bool good = true;
    for (int round = 0; round < 3; ++round) {
        const auto hash = *mschap.nt_hash(password);
        const auto response = *radius::parse_mschap2_response(v2);
        good = good && mschap.verify_v2(challenge, response, "BIGCO\\User", hash);
        good = good && !mschap.verify_v2(challenge, response, "Other", hash);
        good = good && mschap.verify_v1(v1_challenge, *radius::parse_mschap_response(v1), *mschap.nt_hash(other));
        const auto success = mschap.success_v2(challenge, response, "User", hash);
        const auto keys = mschap.keys_v2(hash, response.nt_response);
        radius::ReplyBuilder reply{buffer, radius::Code::access_accept, request,
                                   radius::ReplyBuilder::Sign::message_authenticator};
        reply.add_vendor(radius::vendor::microsoft, radius::microsoft::mschap2_success,
                         radius::mschap2_success(response.ident, *success));
        radius::add_mppe_v2(reply, digester, secret, request.authenticator(), radius::MppePolicy::required, *keys, 1);
        radius::add_mppe_v1(reply, digester, secret, request.authenticator(), radius::MppePolicy::allowed,
                            *mschap.hash_of(hash));
        good = good && reply.finish(digester, secret).has_value();
        good = good && !radius::mschap2_error(7, radius::MsChapError::no_permission, std::span{challenge}.first<16>(),
                                              "no", text)
                            .empty();
    }
    const auto after = allocated(), after_in_openssl = openssl_allocations.load();
    CHECK(good);
    CHECK(after - before == 0);
    CHECK(after_in_openssl - in_openssl == 0);
}
