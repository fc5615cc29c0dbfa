// provisioning/crypt_hash.hpp - texts of crypt(5): $1$ (MD5), $5$ (SHA-256), $6$ (SHA-512) and $y$ (yescrypt).
#pragma once

#include "provisioning/secret.hpp"

#include <string_view>

namespace provisioning {

/// Whether `text` is, or looks like, a hash of crypt(5) rather than a password: of those kinds, or of the kinds of
/// other systems ($2b$, $7$, {SSHA}) that are not served.
bool is_crypt_hash(std::string_view text) noexcept;

/// Throws Refusal (field password) where `text` is damaged, of a kind that is not served, or so slow by its own
/// parameters that its checks would hold up those of others.
void check_crypt_hash(std::string_view text);

/// A new yescrypt hash with a salt of its own. Throws Refusal (field password).
Secret crypt_hash_of(std::string_view password);

} // namespace provisioning
