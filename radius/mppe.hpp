// radius/mppe.hpp - the attributes that carry MPPE session keys and say whether links are to be encrypted.
// Source: RFC 2548 s2.4, RFC 3079 s2.3 and s3.3. The caller sends none of it in an Accept without
// Message-Authenticator.
#pragma once

#include "radius/mschap.hpp"
#include "radius/reply.hpp"

namespace radius {

/// MS-MPPE-Encryption-Policy; `none` sends no key at all, for policy and types go with keys only.
enum class MppePolicy { none, allowed, required };

/// The value of MS-MPPE-Send-Key and MS-MPPE-Recv-Key: salt (its top bit is set here), then key length, key and padding
/// encrypted (RFC 2548 s2.4.2). Within one packet every salt must differ. `request` is the Access-Request's.
std::array<std::uint8_t, 34> encrypt_mppe_key(Digester& digester, Octets secret, Authenticator request,
                                              std::uint16_t salt, std::span<const std::uint8_t, 16> key) noexcept;

/// The value of MS-CHAP-MPPE-Keys, encrypted like a User-Password: LM key, NT key, padding (RFC 2548 s2.4.1).
/// Deviation: the NT key is `hash_hash`, MsChap::hash_of(), and not the hashed password that RFC 2548 speaks of, for
/// peers start from the hash of the hash (RFC 3079 s2.3). The LM key is all zeros, as no LM hash is kept.
std::array<std::uint8_t, 32> encrypt_mschap_mppe_keys(Digester& digester, Octets secret, Authenticator request,
                                                      const NtHash& hash_hash) noexcept;

/// Adds MS-MPPE-Send-Key, MS-MPPE-Recv-Key, policy and types to an Accept. The two salts are made of `salt`, which is
/// random: itself and itself with its last bit turned over. Types: 128 bits, and 40 too where encryption is only
/// allowed.
void add_mppe_v2(ReplyBuilder& reply, Digester& digester, Octets secret, Authenticator request, MppePolicy policy,
                 const MsChap::V2Keys& keys, std::uint16_t salt) noexcept;

/// Adds MS-CHAP-MPPE-Keys, policy and types. Types: 128 bits only, since a 40-bit key would come from the LM key of
/// zeros.
void add_mppe_v1(ReplyBuilder& reply, Digester& digester, Octets secret, Authenticator request, MppePolicy policy,
                 const NtHash& hash_hash) noexcept;

} // namespace radius
