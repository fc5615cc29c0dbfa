// radius/digest.hpp - MD5, SHA-1, HMAC-MD5, HMAC-SHA-256 over pieces, the one constant-time compare. OpenSSL is here
// and in legacy.hpp. Source: RFC 1321, RFC 2104, FIPS 180-4.
#pragma once

#include "radius/packet.hpp"

#include <array>
#include <initializer_list>

namespace radius {

using Md5 = std::array<std::uint8_t, 16>;
using Sha1 = std::array<std::uint8_t, 20>;
using Sha256 = std::array<std::uint8_t, 32>;

/// Computes digests without allocating and counts them, so that a test can prove that a packet was dropped before
/// any was computed. One per worker; not thread-safe.
class Digester {
public:
    Md5 md5(std::initializer_list<Octets> pieces) noexcept;
    Md5 hmac_md5(Octets key, std::initializer_list<Octets> pieces) noexcept;
    Sha1 sha1(std::initializer_list<Octets> pieces) noexcept;
    Sha256 hmac_sha256(Octets key, std::initializer_list<Octets> pieces) noexcept;
    std::uint64_t computed() const noexcept { return computed_; }

private:
    std::uint64_t computed_ = 0;
};

/// Compares in a time that depends on the lengths alone. Every compare of something secret goes through here.
bool equal_constant_time(Octets a, Octets b) noexcept;

/// Overwrites a secret that is no longer needed, so that the compiler cannot leave it out.
void wipe(std::span<std::uint8_t> secret) noexcept;

}  // namespace radius
