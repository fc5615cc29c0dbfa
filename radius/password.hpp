// radius/password.hpp - PAP: the User-Password attribute, and the block cipher behind it. Source: RFC 2865 s5.2, RFC
// 2548 s2.4.2.
#pragma once

#include "radius/digest.hpp"

namespace radius {

inline constexpr std::size_t max_password_octets = 128;

/// Decrypts User-Password into `out` and returns the password: trailing NULs stripped, embedded ones kept.
/// Nothing when `value` is not 16..128 octets in steps of 16 (RFC 2865 s5.2: then the request is to be
/// rejected).
std::optional<Octets> decrypt_user_password(Digester& digester, Octets value, Octets secret, Authenticator request,
                                            std::span<std::uint8_t, max_password_octets> out) noexcept;

/// The client's side (tests, probes): encrypts `password` (0..128 octets) into `out`; the value's octets,
/// padded to 16.
Octets encrypt_user_password(Digester& digester, Octets password, Octets secret, Authenticator request,
                             std::span<std::uint8_t, max_password_octets> out) noexcept;

/// Encrypts `text`, which is a multiple of 16 octets, in place: every block is XORed with MD5(secret + the block before
/// as encrypted), the first with MD5(secret + authenticator + salt). A User-Password has no salt.
void encrypt_blocks(Digester& digester, Octets secret, Authenticator request, Octets salt,
                    std::span<std::uint8_t> text) noexcept;

} // namespace radius
