// radius/legacy_cipher.cpp - EVP with contexts that are made once: the low-level MD4 and DES are not in a provider, so
// libraries are built without them. Each call starts a context again with the algorithm it has, which allocates
// nothing.
#include "radius/legacy.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <bit>

namespace radius {

std::array<std::uint8_t, 8> des_key(std::span<const std::uint8_t, 7> key) noexcept
{
    std::uint64_t bits = 0;
    for (const auto octet : key) bits = bits << 8 | octet;
    std::array<std::uint8_t, 8> expanded;
    for (std::size_t i = 0; i < expanded.size(); ++i) {
        const auto seven = static_cast<unsigned>(bits >> (49 - 7 * i) & 0x7f);
        const auto parity = std::popcount(seven) % 2 == 0 ? 1U : 0U;
        expanded[i] = static_cast<std::uint8_t>(seven << 1 | parity);
    }
    return expanded;
}

Legacy::Legacy() noexcept
{
    library_ = OSSL_LIB_CTX_new();
    if (library_ != nullptr) provider_ = OSSL_PROVIDER_load(library_, "legacy");
    if (provider_ != nullptr) {
        md4_ = EVP_MD_fetch(library_, "MD4", nullptr);
        des_ = EVP_CIPHER_fetch(library_, "DES-ECB", nullptr);
        digest_ = EVP_MD_CTX_new();
        cipher_ = EVP_CIPHER_CTX_new();
    }
    available_ = md4_ != nullptr && des_ != nullptr && digest_ != nullptr && cipher_ != nullptr &&
                 EVP_DigestInit_ex2(digest_, md4_, nullptr) == 1 &&
                 EVP_EncryptInit_ex2(cipher_, des_, nullptr, nullptr, nullptr) == 1 &&
                 EVP_CIPHER_CTX_set_padding(cipher_, 0) == 1;
    // Otherwise OpenSSL's queue of this thread would name the missing provider when something else fails.
    if (!available_) ERR_clear_error();
}

Legacy::~Legacy()
{
    EVP_CIPHER_CTX_free(cipher_);
    EVP_MD_CTX_free(digest_);
    EVP_CIPHER_free(des_);
    EVP_MD_free(md4_);
    if (provider_ != nullptr) OSSL_PROVIDER_unload(provider_);
    OSSL_LIB_CTX_free(library_);
}

bool Legacy::md4(std::initializer_list<Octets> pieces, std::span<std::uint8_t, 16> out) noexcept
{
    if (!available_ || EVP_DigestInit_ex2(digest_, nullptr, nullptr) != 1) return false;
    for (const auto piece : pieces)
        if (EVP_DigestUpdate(digest_, piece.data(), piece.size()) != 1) return false;
    return EVP_DigestFinal_ex(digest_, out.data(), nullptr) == 1;
}

bool Legacy::des(std::span<const std::uint8_t, 7> key, std::span<const std::uint8_t, 8> clear,
                 std::span<std::uint8_t, 8> out) noexcept
{
    if (!available_) return false;
    auto expanded = des_key(key);
    int written = 0;
    const bool good =
        EVP_EncryptInit_ex2(cipher_, nullptr, expanded.data(), nullptr, nullptr) == 1 &&
        EVP_EncryptUpdate(cipher_, out.data(), &written, clear.data(), static_cast<int>(clear.size())) == 1 &&
        written == static_cast<int>(out.size());
    OPENSSL_cleanse(expanded.data(), expanded.size());
    return good;
}

}  // namespace radius
