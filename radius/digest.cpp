// radius/digest.cpp - the low-level functions of OpenSSL keep their state on the stack; EVP allocates for
// every digest, and the packet path must not. They are deprecated in OpenSSL 3, hence the line below.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "radius/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include <algorithm>

namespace radius {
namespace {

constexpr std::size_t block_octets = 64;  // of both MD5 and SHA-256

struct Md5Sum {
    using Value = Md5;
    Md5Sum() noexcept { MD5_Init(&state); }
    ~Md5Sum() { OPENSSL_cleanse(&state, sizeof state); }
    Md5Sum(const Md5Sum&) = delete;
    Md5Sum& operator=(const Md5Sum&) = delete;
    void add(Octets piece) noexcept { MD5_Update(&state, piece.data(), piece.size()); }
    Value value() noexcept
    {
        Value sum;
        MD5_Final(sum.data(), &state);
        return sum;
    }
    MD5_CTX state;
};

struct Sha1Sum {
    using Value = Sha1;
    Sha1Sum() noexcept { SHA1_Init(&state); }
    ~Sha1Sum() { OPENSSL_cleanse(&state, sizeof state); }
    Sha1Sum(const Sha1Sum&) = delete;
    Sha1Sum& operator=(const Sha1Sum&) = delete;
    void add(Octets piece) noexcept { SHA1_Update(&state, piece.data(), piece.size()); }
    Value value() noexcept
    {
        Value sum;
        SHA1_Final(sum.data(), &state);
        return sum;
    }
    SHA_CTX state;
};

struct Sha256Sum {
    using Value = Sha256;
    Sha256Sum() noexcept { SHA256_Init(&state); }
    ~Sha256Sum() { OPENSSL_cleanse(&state, sizeof state); }
    Sha256Sum(const Sha256Sum&) = delete;
    Sha256Sum& operator=(const Sha256Sum&) = delete;
    void add(Octets piece) noexcept { SHA256_Update(&state, piece.data(), piece.size()); }
    Value value() noexcept
    {
        Value sum;
        SHA256_Final(sum.data(), &state);
        return sum;
    }
    SHA256_CTX state;
};

template <class Sum>
typename Sum::Value digest(std::initializer_list<Octets> pieces) noexcept
{
    Sum sum;
    for (const auto piece : pieces)
        if (!piece.empty()) sum.add(piece);
    return sum.value();
}

/// RFC 2104 s2: H(key ^ opad, H(key ^ ipad, text)); a key longer than a block is hashed first.
template <class Sum>
typename Sum::Value hmac(Octets key, std::initializer_list<Octets> pieces) noexcept
{
    std::array<std::uint8_t, block_octets> pad{};
    if (key.size() > block_octets)
        std::ranges::copy(digest<Sum>({key}), pad.begin());
    else
        std::ranges::copy(key, pad.begin());

    for (auto& octet : pad) octet ^= 0x36;
    Sum inner;
    inner.add(pad);
    for (const auto piece : pieces)
        if (!piece.empty()) inner.add(piece);
    for (auto& octet : pad) octet ^= 0x36 ^ 0x5c;
    const auto sum = digest<Sum>({pad, inner.value()});
    OPENSSL_cleanse(pad.data(), pad.size());
    return sum;
}

}  // namespace

Md5 Digester::md5(std::initializer_list<Octets> pieces) noexcept
{
    ++computed_;
    return digest<Md5Sum>(pieces);
}

Md5 Digester::hmac_md5(Octets key, std::initializer_list<Octets> pieces) noexcept
{
    ++computed_;
    return hmac<Md5Sum>(key, pieces);
}

Sha1 Digester::sha1(std::initializer_list<Octets> pieces) noexcept
{
    ++computed_;
    return digest<Sha1Sum>(pieces);
}

Sha256 Digester::hmac_sha256(Octets key, std::initializer_list<Octets> pieces) noexcept
{
    ++computed_;
    return hmac<Sha256Sum>(key, pieces);
}

bool equal_constant_time(Octets a, Octets b) noexcept
{
    return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

void wipe(std::span<std::uint8_t> secret) noexcept { OPENSSL_cleanse(secret.data(), secret.size()); }

}  // namespace radius
