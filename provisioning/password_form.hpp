// provisioning/password_form.hpp - what is kept of a password: itself, or a hash of it. All of it is sealed at rest.
// Source: RFC 1321 (md5), MS-NLMP 3.3.1 / RFC 2433 A.3 (nt), crypt(5) of libxcrypt ($1$ $5$ $6$ $y$ for crypt).
//
// A typed password may already be a hash, as other systems export them:
//   md5    32 hexadecimal digits, the base64 of 16 octets, either after {MD5}
//   nt     32 hexadecimal digits, with or without {NT} or {NTHASH} before
//   crypt  $1$..., $5$..., $6$..., $y$..., with or without {CRYPT} before
// {CLEAR} or {CLEARTEXT} before it says that what follows is the password itself, whatever it looks like. A hash that
// names its kind is refused by a storage of another.
#pragma once

#include "provisioning/methods.hpp"
#include "provisioning/refusal.hpp"
#include "provisioning/secret.hpp"

#include <functional>
#include <span>
#include <string>

namespace provisioning {

class PasswordForms {
public:
    /// The NT hash of a password (16 octets); nothing on a machine that has no MD4.
    using NtHash = std::function<std::optional<std::array<std::uint8_t, 16>>(std::span<const std::uint8_t> password)>;
    explicit PasswordForms(NtHash nt_hash) : nt_hash_(std::move(nt_hash)) {}

    struct Stored {
        Secret octets;         ///< encrypted: the password; nt, md5: 16 octets; crypt: the text of crypt(5)
        std::string taken_as;  ///< "an MD5 hash in hexadecimal", ...; empty: as the password itself
    };
    /// What is kept of what was typed. Throws Refusal (field password) where it cannot be kept so: a damaged hash, a
    /// hash of another kind, a crypt method that is not served, nt without MD4.
    Stored from_typed(Storage storage, std::string_view typed) const;

    /// The same password in another storage; the password itself turns into any, a hash into none other. Throws
    /// Refusal (field storage) that says what would be right.
    Secret converted(Storage from, std::span<const std::uint8_t> stored, Storage to) const;

private:
    NtHash nt_hash_;
};

/// Whether `typed` is the password of a crypt(5) text. Takes 1 to 20 ms by design: never on the loop. Thread-safe.
bool crypt_matches(std::span<const std::uint8_t> stored, std::span<const std::uint8_t> typed);

/// Whether a hash is one that an upgrade replaces: md5, and crypt's $1$ (MD5).
bool is_weak(Storage storage, std::span<const std::uint8_t> stored) noexcept;

} // namespace provisioning
