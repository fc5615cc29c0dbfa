// provisioning/seal.hpp - secrets at rest: AES-256-GCM, bound to the row that holds them.
// Source: NIST SP 800-38D. A sealed value is: version 1 (1 octet), key id (4), nonce (12, random), ciphertext, tag
// (16). Associated data: version, key id, table, column and row id, so that a value moved to another row does not open.
#pragma once

#include "provisioning/secret.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace provisioning {

struct SealContext {
    std::string_view table;
    std::string_view column;
    std::int64_t id; ///< of the row, drawn from its sequence before sealing
};

inline constexpr std::size_t seal_overhead_octets = 1 + 4 + 12 + 16;

/// Holds the key; one per thread (it keeps a cipher context so that open() allocates nothing). Copying makes a new one.
class Sealer {
public:
    static constexpr std::size_t key_octets = 32;

    explicit Sealer(std::span<const std::uint8_t, key_octets> key);
    Sealer(const Sealer& other);
    Sealer& operator=(const Sealer&) = delete;
    ~Sealer();

    std::vector<std::uint8_t> seal(std::span<const std::uint8_t> clear, const SealContext& context);

    /// Opens `sealed` into `out`; the clear octets in it, or nothing: too short, other key, other row, altered, or
    /// `out` too small. noexcept, no allocation.
    std::optional<std::span<const std::uint8_t>> open(std::span<const std::uint8_t> sealed, const SealContext& context,
                                                      std::span<std::uint8_t> out) noexcept;
    Secret open(std::span<const std::uint8_t> sealed, const SealContext& context); ///< empty when it does not open

    /// A key for another purpose, derived from this one (HMAC-SHA256 over `purpose`).
    std::array<std::uint8_t, 32> derive(std::string_view purpose) const;
    std::uint32_t key_id() const noexcept; ///< first 4 octets of SHA-256 over the key

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// The key file: 32 octets in hexadecimal and a newline, mode 0400. Made (with random octets, fsynced) when `path` is
/// missing. Throws std::runtime_error naming the file and what is wrong (wrong length, readable by others, not ours).
Sealer load_or_make_key(const std::string& path);

} // namespace provisioning
