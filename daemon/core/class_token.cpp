#include "daemon/core/class_token.hpp"

#include <algorithm>

namespace core {

namespace {

constexpr std::size_t signed_octets = 2 + 16 + 8;

}  // namespace

ClassOctets mint_class(radius::Digester& digester, radius::Octets key, const ClassToken& token) noexcept
{
    ClassOctets out{'P', 1};
    std::copy(token.session.begin(), token.session.end(), out.begin() + 2);
    auto id = static_cast<std::uint64_t>(token.login_id);
    for (std::size_t i = 0; i < 8; ++i, id >>= 8) out[signed_octets - 1 - i] = static_cast<std::uint8_t>(id & 0xff);
    const auto mac = digester.hmac_sha256(key, {radius::Octets{out}.first(signed_octets)});
    std::copy_n(mac.begin(), class_octets - signed_octets, out.begin() + signed_octets);
    return out;
}

std::optional<ClassToken> open_class(radius::Digester& digester, radius::Octets key, radius::Octets value) noexcept
{
    if (value.size() != class_octets || value[0] != 'P' || value[1] != 1) return std::nullopt;
    const auto mac = digester.hmac_sha256(key, {value.first(signed_octets)});
    if (!radius::equal_constant_time(radius::Octets{mac}.first(class_octets - signed_octets),
                                     value.subspan(signed_octets)))
        return std::nullopt;
    ClassToken token{};
    std::copy_n(value.begin() + 2, 16, token.session.begin());
    std::uint64_t id = 0;
    for (const auto octet : value.subspan(18, 8)) id = id << 8 | octet;
    token.login_id = static_cast<std::int64_t>(id);
    return token;
}

}  // namespace core
