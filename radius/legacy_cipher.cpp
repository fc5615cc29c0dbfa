// radius/legacy_cipher.cpp - DES by EVP with one context, which a new key does not make allocate. MD4 by the provider's
// own functions: EVP_DigestInit_ex2() of OpenSSL 3.0 makes a new state every time, and the packet path must not
// allocate.
#include "radius/legacy.hpp"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <bit>
#include <string_view>

namespace radius {
namespace {

/// `names` is "MD4:1.2.840.113549.2.4".
bool is_called(const char* names, std::string_view wanted) noexcept
{
    const std::string_view all{names};
    return all.substr(0, all.find(':')) == wanted;
}

/// The functions of a digest in the provider, up to the entry of number 0; nullptr when it has no such digest.
const OSSL_DISPATCH* find_digest(const OSSL_PROVIDER* provider, std::string_view name) noexcept
{
    int no_cache = 0;
    const OSSL_ALGORITHM* algorithm = OSSL_PROVIDER_query_operation(provider, OSSL_OP_DIGEST, &no_cache);
    for (; algorithm != nullptr && algorithm->algorithm_names != nullptr; ++algorithm)
        if (is_called(algorithm->algorithm_names, name)) return algorithm->implementation;
    return nullptr;
}

} // namespace

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
        find_md4();
        find_des();
    }
    available_ = md4_.state != nullptr && cipher_ != nullptr;
    // Otherwise OpenSSL's queue of this thread would name the missing provider when something else fails.
    if (!available_) ERR_clear_error();
}

Legacy::~Legacy()
{
    if (md4_.state != nullptr) md4_.free(md4_.state);
    EVP_CIPHER_CTX_free(cipher_);
    EVP_CIPHER_free(des_);
    if (provider_ != nullptr) OSSL_PROVIDER_unload(provider_);
    OSSL_LIB_CTX_free(library_);
}

void Legacy::find_md4() noexcept
{
    OSSL_FUNC_digest_newctx_fn* make = nullptr;
    for (auto at = find_digest(provider_, "MD4"); at != nullptr && at->function_id != 0; ++at) {
        switch (at->function_id) {
        case OSSL_FUNC_DIGEST_NEWCTX:
            make = OSSL_FUNC_digest_newctx(at);
            break;
        case OSSL_FUNC_DIGEST_INIT:
            md4_.init = OSSL_FUNC_digest_init(at);
            break;
        case OSSL_FUNC_DIGEST_UPDATE:
            md4_.update = OSSL_FUNC_digest_update(at);
            break;
        case OSSL_FUNC_DIGEST_FINAL:
            md4_.final = OSSL_FUNC_digest_final(at);
            break;
        case OSSL_FUNC_DIGEST_FREECTX:
            md4_.free = OSSL_FUNC_digest_freectx(at);
            break;
        default:
            break;
        }
    }
    if (make != nullptr && md4_.init != nullptr && md4_.update != nullptr && md4_.final != nullptr &&
        md4_.free != nullptr)
        md4_.state = make(OSSL_PROVIDER_get0_provider_ctx(provider_));
}

void Legacy::find_des() noexcept
{
    des_ = EVP_CIPHER_fetch(library_, "DES-ECB", nullptr);
    if (des_ == nullptr) return;
    cipher_ = EVP_CIPHER_CTX_new();
    if (cipher_ == nullptr) return;
    if (EVP_EncryptInit_ex2(cipher_, des_, nullptr, nullptr, nullptr) == 1 &&
        EVP_CIPHER_CTX_set_padding(cipher_, 0) == 1)
        return;
    EVP_CIPHER_CTX_free(cipher_);
    cipher_ = nullptr;
}

bool Legacy::md4(std::initializer_list<Octets> pieces, std::span<std::uint8_t, 16> out) noexcept
{
    if (!available_ || md4_.init(md4_.state, nullptr) != 1) return false;
    for (const auto piece : pieces)
        if (!piece.empty() && md4_.update(md4_.state, piece.data(), piece.size()) != 1) return false;
    std::size_t written = 0;
    return md4_.final(md4_.state, out.data(), &written, out.size()) == 1 && written == out.size();
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

} // namespace radius
