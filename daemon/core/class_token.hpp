// daemon/core/class_token.hpp - the Class that an Accept mints: unique, authenticated, and the name of the session in
// its accounting (RFC 2865 s5.25: the NAS sends it back unmodified). Protocol R-05. Octets: 'P', version 1, 16 random,
// login id (8, network order), the first 16 of HMAC-SHA256 over all before.
#pragma once

#include "radius/digest.hpp"

#include <string>

namespace core {

inline constexpr std::size_t class_octets = 2 + 16 + 8 + 16;
using ClassOctets = std::array<std::uint8_t, class_octets>;

struct ClassToken {
    std::array<std::uint8_t, 16> session;  ///< the random part
    std::int64_t login_id;
};

ClassOctets mint_class(radius::Digester& digester, radius::Octets key, const ClassToken& token) noexcept;
/// What the Class says, when it is one of ours.
std::optional<ClassToken> open_class(radius::Digester& digester, radius::Octets key, radius::Octets value) noexcept;

/// The name of that session in the records ("c:" and its random part in hexadecimal), and back.
std::string class_session_key(const std::array<std::uint8_t, 16>& session);
std::optional<std::array<std::uint8_t, 16>> session_of_key(std::string_view session_key) noexcept;

}  // namespace core
