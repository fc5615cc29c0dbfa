// radius/mppe.cpp - both kinds of key go through encrypt_blocks(), the cipher of User-Password.
#include "radius/mppe.hpp"

#include "radius/attributes.hpp"
#include "radius/password.hpp"

#include <algorithm>

namespace radius {
namespace {

constexpr std::size_t salt_octets = 2, lm_key_octets = 8;
constexpr std::uint8_t salt_mark = 0x80;
constexpr std::uint32_t rc4_40 = 2, rc4_128 = 4;  // L and S of RFC 2548 s2.4.5
enum class Policy : std::uint32_t { allowed = 1, required = 2 };  // RFC 2548 s2.4.4

void add_policy(ReplyBuilder& reply, Policy policy, std::uint32_t types) noexcept
{
    reply.add_vendor_integer(vendor::microsoft, microsoft::mppe_encryption_policy, static_cast<std::uint32_t>(policy));
    reply.add_vendor_integer(vendor::microsoft, microsoft::mppe_encryption_types, types);
}

}  // namespace

std::array<std::uint8_t, 34> encrypt_mppe_key(Digester& digester, Octets secret, Authenticator request,
                                              std::uint16_t salt, std::span<const std::uint8_t, 16> key) noexcept
{
    std::array<std::uint8_t, 34> value{static_cast<std::uint8_t>(salt >> 8 | salt_mark),
                                       static_cast<std::uint8_t>(salt), static_cast<std::uint8_t>(key.size())};
    std::ranges::copy(key, value.begin() + salt_octets + 1);
    const std::span octets{value};
    encrypt_blocks(digester, secret, request, octets.first(salt_octets), octets.subspan(salt_octets));
    return value;
}

std::array<std::uint8_t, 32> encrypt_mschap_mppe_keys(Digester& digester, Octets secret, Authenticator request,
                                                      const NtHash& hash_hash) noexcept
{
    std::array<std::uint8_t, 32> value{};
    std::ranges::copy(hash_hash, value.begin() + lm_key_octets);
    encrypt_blocks(digester, secret, request, {}, value);
    return value;
}

void add_mppe_v2(ReplyBuilder& reply, Digester& digester, Octets secret, Authenticator request, MppePolicy policy,
                 const MsChap::V2Keys& keys, std::uint16_t salt) noexcept
{
    if (policy == MppePolicy::none) return;
    const auto other_salt = static_cast<std::uint16_t>(salt ^ 1U);
    reply.add_vendor(vendor::microsoft, microsoft::mppe_send_key,
                     encrypt_mppe_key(digester, secret, request, salt, keys.send));
    reply.add_vendor(vendor::microsoft, microsoft::mppe_recv_key,
                     encrypt_mppe_key(digester, secret, request, other_salt, keys.receive));
    if (policy == MppePolicy::required)
        add_policy(reply, Policy::required, rc4_128);
    else
        add_policy(reply, Policy::allowed, rc4_40 | rc4_128);
}

void add_mppe_v1(ReplyBuilder& reply, Digester& digester, Octets secret, Authenticator request, MppePolicy policy,
                 const NtHash& hash_hash) noexcept
{
    if (policy == MppePolicy::none) return;
    reply.add_vendor(vendor::microsoft, microsoft::mschap_mppe_keys,
                     encrypt_mschap_mppe_keys(digester, secret, request, hash_hash));
    add_policy(reply, policy == MppePolicy::required ? Policy::required : Policy::allowed, rc4_128);
}

}  // namespace radius
