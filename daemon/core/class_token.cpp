#include "daemon/core/class_token.hpp"

#include <algorithm>
#include <charconv>

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

std::string class_session_key(const std::array<std::uint8_t, 16>& session)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string key = "c:";
    for (const auto octet : session) key.append({digits[octet >> 4], digits[octet & 15]});
    return key;
}

std::optional<std::array<std::uint8_t, 16>> session_of_key(std::string_view session_key) noexcept
{
    std::array<std::uint8_t, 16> session;
    if (!session_key.starts_with("c:") || session_key.size() != 2 + 2 * session.size()) return std::nullopt;
    for (std::size_t i = 0; i < session.size(); ++i) {
        const char* at = session_key.data() + 2 + 2 * i;
        const auto [end, error] = std::from_chars(at, at + 2, session[i], 16);
        if (error != std::errc{} || end != at + 2) return std::nullopt;
    }
    return session;
}

}  // namespace core
