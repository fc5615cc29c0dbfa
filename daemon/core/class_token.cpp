#include "daemon/core/class_token.hpp"

#include <algorithm>
#include <charconv>

namespace core {

namespace {

constexpr std::size_t mac_octets = 16, login_at = 2 + 16, fingerprint_at = login_at + 8;
constexpr std::size_t class_octets_before = fingerprint_at + mac_octets; ///< versions 1 and 2

template <class Integer>
void write(std::span<std::uint8_t> out, Integer value) noexcept
{
    for (std::size_t i = out.size(); i-- > 0; value = static_cast<Integer>(value >> 8))
        out[i] = static_cast<std::uint8_t>(value & 0xff);
}

template <class Integer>
Integer read(radius::Octets octets) noexcept
{
    Integer value = 0;
    for (const auto octet : octets) value = static_cast<Integer>(value << 8 | octet);
    return value;
}

bool has_length_of_its_version(radius::Octets value) noexcept
{
    if (value.size() == class_octets) return value[1] == 3;
    return value.size() == class_octets_before && (value[1] == 1 || value[1] == 2);
}

} // namespace

ClassOctets mint_class(radius::Digester& digester, radius::Octets key, const ClassToken& token) noexcept
{
    ClassOctets out{'P', 3};
    const std::span<std::uint8_t> octets{out};
    std::copy(token.session.begin(), token.session.end(), out.begin() + 2);
    write(octets.subspan(login_at, 8), static_cast<std::uint64_t>(token.login_id));
    const auto& groups = token.fingerprint.value_or(radius::Fingerprint{}).groups;
    for (std::size_t i = 0; i < groups.size(); ++i) write(octets.subspan(fingerprint_at + 4 * i, 4), groups[i]);
    const auto mac = digester.hmac_sha256(key, {radius::Octets{out}.first(class_octets - mac_octets)});
    std::copy_n(mac.begin(), mac_octets, out.end() - mac_octets);
    return out;
}

std::optional<ClassToken> open_class(radius::Digester& digester, radius::Octets key, radius::Octets value) noexcept
{
    if (value.size() < class_octets_before || value[0] != 'P' || !has_length_of_its_version(value)) return std::nullopt;
    const auto mac = digester.hmac_sha256(key, {value.first(value.size() - mac_octets)});
    if (!radius::equal_constant_time(radius::Octets{mac}.first(mac_octets), value.last(mac_octets)))
        return std::nullopt;
    ClassToken token{};
    token.version = value[1];
    std::copy_n(value.begin() + 2, 16, token.session.begin());
    token.login_id = static_cast<std::int64_t>(read<std::uint64_t>(value.subspan(login_at, 8)));
    if (token.version < 3) return token;
    auto& groups = token.fingerprint.emplace().groups;
    for (std::size_t i = 0; i < groups.size(); ++i)
        groups[i] = read<std::uint32_t>(value.subspan(fingerprint_at + 4 * i, 4));
    return token;
}

std::array<std::uint8_t, 16> session_of(std::span<const std::uint8_t, 12> random,
                                        std::chrono::system_clock::time_point minted) noexcept
{
    std::array<std::uint8_t, 16> session;
    std::copy(random.begin(), random.end(), session.begin());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(minted.time_since_epoch()).count();
    for (std::size_t i = 0; i < 4; ++i) session[12 + i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
    return session;
}

std::string class_session_key(const std::array<std::uint8_t, 16>& session, std::uint8_t version)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string key = version == 1 ? "c:" : "s:";
    for (const auto octet : session) key.append({digits[octet >> 4], digits[octet & 15]});
    return key;
}

std::optional<std::array<std::uint8_t, 16>> session_of_key(std::string_view session_key) noexcept
{
    std::array<std::uint8_t, 16> session;
    if (session_key.size() != 2 + 2 * session.size()) return std::nullopt;
    if (!session_key.starts_with("s:") && !session_key.starts_with("c:")) return std::nullopt;
    for (std::size_t i = 0; i < session.size(); ++i) {
        const char* at = session_key.data() + 2 + 2 * i;
        const auto [end, error] = std::from_chars(at, at + 2, session[i], 16);
        if (error != std::errc{} || end != at + 2) return std::nullopt;
    }
    return session;
}

std::optional<provisioning::Instant> began_of_key(std::string_view session_key) noexcept
{
    const auto session = session_of_key(session_key);
    if (!session) return std::nullopt;
    if (session_key.starts_with("c:")) return provisioning::Instant{};
    std::uint32_t seconds = 0;
    for (std::size_t i = 12; i < session->size(); ++i) seconds = seconds << 8 | (*session)[i];
    return provisioning::Instant{std::chrono::seconds{seconds}};
}

}  // namespace core
