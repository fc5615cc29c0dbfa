// daemon/core/class_token.hpp - the Class that an Accept mints: unique, authenticated, and the name of the session in
// its accounting (RFC 2865 s5.25: the NAS sends it back unmodified). Protocol R-05. Octets: 'P', version 3, 12 random,
// when it was minted (Unix seconds, 4 octets, network order), login id (8, likewise), the fingerprint of what the
// Accept gave (4 times 4, likewise), the first 16 of HMAC-SHA256 over all before. Version 2 had no fingerprint; version
// 1 had 16 random octets and no time either.
#pragma once

#include "provisioning/usage.hpp"
#include "radius/dialect/change.hpp"
#include "radius/digest.hpp"

#include <string>

namespace core {

inline constexpr std::size_t class_octets = 2 + 16 + 8 + 16 + 16;
using ClassOctets = std::array<std::uint8_t, class_octets>;

struct ClassToken {
    std::array<std::uint8_t, 16> session; ///< the random part, and when it was minted
    std::int64_t login_id = 0; ///< 0: of nobody whom the records know
    std::optional<radius::Fingerprint> fingerprint{}; ///< of version 3
    std::uint8_t version = 3;
};

/// The session of a Class since version 2.
std::array<std::uint8_t, 16> session_of(std::span<const std::uint8_t, 12> random,
                                        std::chrono::system_clock::time_point minted) noexcept;
/// Version 3.
ClassOctets mint_class(radius::Digester& digester, radius::Octets key, const ClassToken& token) noexcept;
/// What the Class says, when it is one of ours, of any version.
std::optional<ClassToken> open_class(radius::Digester& digester, radius::Octets key, radius::Octets value) noexcept;

/// The name of that session in the records ("s:", for version 1 "c:", and those 16 octets in hexadecimal), and back.
std::string class_session_key(const std::array<std::uint8_t, 16>& session, std::uint8_t version);
std::optional<std::array<std::uint8_t, 16>> session_of_key(std::string_view session_key) noexcept;
/// When it was minted; of version 1: the epoch. Nothing: no key of a Class.
std::optional<provisioning::Instant> began_of_key(std::string_view session_key) noexcept;

} // namespace core
