// radius/legacy.hpp - MD4 and DES, which MS-CHAP is made of and which OpenSSL 3 keeps in its legacy provider.
// Source: RFC 1320 (MD4), FIPS 46-3 (DES), RFC 2433 A.4 (a DES key of seven octets).
#pragma once

#include "radius/packet.hpp"

#include <array>
#include <initializer_list>

struct evp_cipher_ctx_st;
struct evp_cipher_st;
struct ossl_lib_ctx_st;
struct ossl_param_st;
struct ossl_provider_st;

namespace radius {

/// Loads the provider when it is made, into a library context of its own, so that nothing else in the process gets
/// weak algorithms. A machine without the provider is no error: available() is false, and so is every answer.
/// Allocates when it is made, never afterwards. One per worker; not thread-safe.
class Legacy {
public:
    Legacy() noexcept;
    ~Legacy();
    Legacy(const Legacy&) = delete;
    Legacy& operator=(const Legacy&) = delete;

    bool available() const noexcept { return available_; }
    /// The MD4 of the pieces one after the other.
    bool md4(std::initializer_list<Octets> pieces, std::span<std::uint8_t, 16> out) noexcept;
    /// One block with a key of seven octets, which des_key() expands.
    bool des(std::span<const std::uint8_t, 7> key, std::span<const std::uint8_t, 8> clear,
             std::span<std::uint8_t, 8> out) noexcept;

private:
    /// The provider's own functions (provider-digest(7)).
    struct Md4 {
        void* state = nullptr;
        int (*init)(void*, const ossl_param_st*) = nullptr;
        int (*update)(void*, const unsigned char*, std::size_t) = nullptr;
        int (*final)(void*, unsigned char*, std::size_t*, std::size_t) = nullptr;
        void (*free)(void*) = nullptr;
    };
    void find_md4() noexcept;
    void find_des() noexcept;

    ossl_lib_ctx_st* library_ = nullptr;
    ossl_provider_st* provider_ = nullptr;
    Md4 md4_;
    evp_cipher_st* des_ = nullptr;
    evp_cipher_ctx_st* cipher_ = nullptr;
    bool available_ = false;
};

/// The 56 bits in eight octets; each octet's lowest bit makes the number of its ones odd (RFC 2433 A.4 and B.3).
std::array<std::uint8_t, 8> des_key(std::span<const std::uint8_t, 7> key) noexcept;

}  // namespace radius
