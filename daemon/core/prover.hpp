// daemon/core/prover.hpp - the credentials of an Access-Request against what is stored of a login. Source: RFC 2865
// s5.2 and s5.3, RFC 2433, RFC 2759, RFC 3748 s5.4. What serves what is provisioning's table of methods.
#pragma once

#include "daemon/core/access.hpp"
#include "provisioning/seal.hpp"
#include "radius/mschap.hpp"
#include "radius/password.hpp"

namespace core {

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
    bool is(provisioning::Proof what) const noexcept { return what == proof; }
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
