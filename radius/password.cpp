// radius/password.cpp - each 16 octets are XORed with MD5(secret + the ciphertext block before, at first the
// authenticator).
#include "radius/password.hpp"

#include <algorithm>

namespace radius {
namespace {

constexpr std::size_t block_octets = 16;

}  // namespace

std::optional<Octets> decrypt_user_password(Digester& digester, Octets value, Octets secret, Authenticator request,
                                            std::span<std::uint8_t, max_password_octets> out) noexcept
{
    if (value.empty() || value.size() > max_password_octets || value.size() % block_octets != 0) return {};

    Octets before = request;
    for (std::size_t at = 0; at < value.size(); at += block_octets) {
        const auto pad = digester.md5({secret, before});
        before = value.subspan(at, block_octets);
        for (std::size_t i = 0; i < block_octets; ++i) out[at + i] = before[i] ^ pad[i];
    }
    std::size_t length = value.size();
    while (length > 0 && out[length - 1] == 0) --length;
    return out.first(length);
}

Octets encrypt_user_password(Digester& digester, Octets password, Octets secret, Authenticator request,
                             std::span<std::uint8_t, max_password_octets> out) noexcept
{
    if (password.size() > max_password_octets) return {};
    const auto blocks = std::max<std::size_t>(1, (password.size() + block_octets - 1) / block_octets);

    const auto padded = out.first(blocks * block_octets);
    std::ranges::fill(padded, std::uint8_t{0});
    std::ranges::copy(password, padded.begin());
    encrypt_blocks(digester, secret, request, {}, padded);
    return padded;
}

void encrypt_blocks(Digester& digester, Octets secret, Authenticator request, Octets salt,
                    std::span<std::uint8_t> text) noexcept
{
    auto pad = digester.md5({secret, request, salt});
    for (std::size_t at = 0; at + block_octets <= text.size(); at += block_octets) {
        const auto block = text.subspan(at, block_octets);
        if (at > 0) pad = digester.md5({secret, text.subspan(at - block_octets, block_octets)});
        for (std::size_t i = 0; i < block_octets; ++i) block[i] ^= pad[i];
    }
}

}  // namespace radius
