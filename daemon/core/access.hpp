// daemon/core/access.hpp - what an Access-Request asks, decoded, and its credentials proved. Source: RFC 2865 s4.1, s5.
#pragma once

#include "provisioning/policy.hpp"
#include "provisioning/seal.hpp"
#include "radius/password.hpp"

namespace core {

/// How the request proves who it is. `mixed`: more than one way, or one twice (RFC 2865 s4.1: not allowed).
enum class Method : std::uint8_t { none, pap, chap, mschap, eap, mixed };
std::string_view name(Method method) noexcept; ///< "pap", "chap", "mschap", "eap", "mixed"; "" for none

/// Views into the packet.
struct AccessRequest {
    std::string_view login; ///< User-Name as received; empty: absent
    std::string_view mac; ///< Calling-Station-Id as received
    Method method = Method::none;
    radius::Octets credentials; ///< value of User-Password or CHAP-Password
    radius::Octets challenge; ///< CHAP-Challenge, else the Request Authenticator
    provisioning::RequestKind kind = provisioning::RequestKind::unknown;
    bool eap = false; ///< carries an EAP-Message
    bool proxy_state = false;
    bool any_credentials = false; ///< of RFC 3579 s3.3 note 1, or MS-CHAP
};

AccessRequest decode_access(const radius::PacketView& packet) noexcept;

struct Proved {
    provisioning::Proof proof = provisioning::Proof::absent;
    bool garbage = false; ///< PAP: what came out of the decryption is not text (protocol C-05)
};

/// Proves the credentials against `login` (null: unknown; the same work is then done on `dummy`, a sealed value that no
/// request can match, so that time does not tell the two apart: protocol A-13).
Proved prove(radius::Digester& digester, provisioning::Sealer& sealer, const AccessRequest& request,
             const radius::PacketView& packet, radius::Octets secret, const provisioning::LoginEntry* login,
             radius::Octets dummy) noexcept;

inline constexpr provisioning::SealContext login_password_context(std::int64_t id) noexcept
{
    return {"login", "password", id};
}

} // namespace core
