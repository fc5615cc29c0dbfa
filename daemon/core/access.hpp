// daemon/core/access.hpp - what an Access-Request asks, decoded, and its credentials proved. Source: RFC 2865 s4.1, s5;
// RFC 2548 s2.1 and s2.3 (MS-CHAP), RFC 3579 (EAP), RFC 4679 s3.3 (Agent-Circuit-Id, Agent-Remote-Id).
#pragma once

#include "provisioning/policy.hpp"
#include "provisioning/seal.hpp"
#include "radius/mschap.hpp"
#include "radius/password.hpp"

namespace core {

using provisioning::Method;

/// Views into the packet.
struct AccessRequest {
    std::string_view login; ///< User-Name as received; empty: absent
    std::string_view mac; ///< Calling-Station-Id as received
    std::string_view nas_port, circuit_id, remote_id; ///< NAS-Port-Id, Agent-Circuit-Id, Agent-Remote-Id
    std::optional<std::uint32_t> nas_port_number; ///< NAS-Port
    Method method = Method::none;
    radius::Octets credentials; ///< value of User-Password, CHAP-Password, MS-CHAP-Response or MS-CHAP2-Response
    radius::Octets challenge; ///< CHAP-Challenge, else the Request Authenticator; for MS-CHAP its own challenge
    radius::Octets state;
    provisioning::RequestKind kind = provisioning::RequestKind::unknown;
    bool eap = false; ///< carries an EAP-Message
    bool proxy_state = false;
    bool any_credentials = false; ///< of RFC 3579 s3.3 note 1, or MS-CHAP
};

AccessRequest decode_access(const radius::PacketView& packet) noexcept;

struct Proved {
    provisioning::Proof proof = provisioning::Proof::absent;
    bool garbage = false; ///< PAP: what came out of the decryption is not text (protocol C-05)
    bool hash_needed = false; ///< PAP against a crypt hash: `typed` and `stored` below tell it, the proof is open
    radius::NtHash nt_hash{}; ///< MS-CHAP, proved: what the reply's success and keys are made from
    /// PAP: the password as typed; crypt: the stored text. Of `typed_length` and `stored_length` octets.
    std::array<std::uint8_t, radius::max_password_octets> typed{};
    std::array<std::uint8_t, 256> stored{};
    std::size_t typed_length = 0, stored_length = 0;

    Proved() = default;
    Proved(const Proved&) = delete;
    Proved& operator=(const Proved&) = delete;
    ~Proved(); ///< wipes them
    radius::Octets typed_octets() const noexcept { return radius::Octets{typed}.first(typed_length); }
    radius::Octets stored_octets() const noexcept { return radius::Octets{stored}.first(stored_length); }
};

/// Proves credentials; holds what that takes, so that nothing is allocated. One per worker.
class Prover {
public:
    Prover(radius::Digester& digester, const provisioning::Sealer& sealer);

    /// Proves the credentials against `login` (null: unknown; the same work is then done on a sealed value that no
    /// request can match, so that time does not tell the two apart: protocol A-13). EAP is not proved here.
    void prove(const AccessRequest& request, const radius::PacketView& packet, radius::Octets secret,
               const provisioning::LoginEntry* login, Proved& proved) noexcept;
    /// EAP-MD5 (RFC 3748 s5.4): `value` against the challenge that was given.
    void prove_eap_md5(std::uint8_t identifier, radius::Octets challenge, radius::Octets value,
                       const provisioning::LoginEntry* login, Proved& proved) noexcept;

    radius::MsChap& ms_chap() noexcept { return ms_chap_; }
    const radius::MsChap& ms_chap() const noexcept { return ms_chap_; }

private:
    radius::Octets open(const provisioning::LoginEntry* login, Proved& proved) noexcept;
    void prove_pap(const AccessRequest& request, const radius::PacketView& packet, radius::Octets secret,
                   const provisioning::LoginEntry* login, Proved& proved) noexcept;
    void prove_ms_chap(const AccessRequest& request, const provisioning::LoginEntry* login, Proved& proved) noexcept;
    bool serves(Method method, provisioning::Storage storage) const noexcept;

    radius::Digester& digester_;
    provisioning::Sealer sealer_;
    radius::MsChap ms_chap_;
    std::vector<std::uint8_t> dummy_; ///< sealed; what an unknown login is checked against
};

inline constexpr provisioning::SealContext login_password_context(std::int64_t id) noexcept
{
    return {"login", "password", id};
}

} // namespace core
