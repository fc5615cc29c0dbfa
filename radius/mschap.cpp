// radius/mschap.cpp - RFC 2433 appendix A, RFC 2759 s8 and RFC 3079 s3.4 by way of Legacy (MD4, DES) and Digester
// (SHA-1).
#include "radius/mschap.hpp"

#include <algorithm>
#include <charconv>

namespace radius {
namespace {

constexpr std::size_t response_octets = 50, nt_response_octets = 24, peer_challenge_octets = 16;
constexpr std::size_t v1_challenge_octets = 8, v2_challenge_octets = 16;
constexpr std::uint8_t use_nt_response = 1;

constexpr std::string_view server_signing = "Magic server to client signing constant";
constexpr std::string_view one_more_iteration = "Pad to make it do more than one iteration";
constexpr std::string_view master_key = "This is the MPPE Master Key";
constexpr std::string_view client_sends =
    "On the client side, this is the send key; on the server side, it is the receive key.";
constexpr std::string_view client_receives =
    "On the client side, this is the receive key; on the server side, it is the send key.";

Octets octets_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The character that starts `text` and how many octets it has; 0 octets when that is no UTF-8 (RFC 3629 s3 and s4).
struct Character {
    std::uint32_t code;
    std::size_t octets;
};
Character utf8_character(Octets text) noexcept
{
    const std::uint8_t first = text[0];
    if (first < 0x80) return {first, 1};
    const std::size_t octets = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < octets) return {0, 0};
    auto code = static_cast<std::uint32_t>(first & (0x7fU >> octets));
    for (const auto octet : text.subspan(1, octets - 1)) {
        if ((octet & 0xc0) != 0x80) return {0, 0};
        code = code << 6 | (octet & 0x3fU);
    }
    const bool overlong = (octets == 3 && code < 0x800) || (octets == 4 && code < 0x10000);
    if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {0, 0};
    return {code, octets};
}

bool is_utf8(Octets text) noexcept
{
    while (!text.empty()) {
        const auto [code, octets] = utf8_character(text);
        if (octets == 0) return false;
        text = text.subspan(octets);
    }
    return true;
}

/// UTF-16, least significant octet first.
class Utf16 {
public:
    Utf16() noexcept = default;
    ~Utf16() { wipe(octets_); }
    Utf16(const Utf16&) = delete;
    Utf16& operator=(const Utf16&) = delete;

    /// False when it is full.
    bool add(std::uint32_t character) noexcept
    {
        if (character < 0x10000) return add_unit(character);
        const auto above = character - 0x10000;
        return add_unit(0xd800 | above >> 10) && add_unit(0xdc00 | (above & 0x3ff));
    }
    Octets octets() const noexcept { return Octets{octets_}.first(used_); }

private:
    bool add_unit(std::uint32_t unit) noexcept
    {
        if (used_ == octets_.size()) return false;
        octets_[used_++] = static_cast<std::uint8_t>(unit);
        octets_[used_++] = static_cast<std::uint8_t>(unit >> 8);
        return true;
    }
    std::array<std::uint8_t, 2 * max_nt_password_units> octets_;
    std::size_t used_ = 0;
};

/// Appends to a span, as much as fits.
class Text {
public:
    explicit Text(std::span<std::uint8_t> out) noexcept : out_(out) {}
    void add(std::string_view text) noexcept
    {
        const auto part = octets_of(text).first(std::min(text.size(), out_.size() - used_));
        std::ranges::copy(part, out_.subspan(used_).begin());
        used_ += part.size();
    }
    void add_octet(std::uint8_t octet) noexcept
    {
        if (used_ < out_.size()) out_[used_++] = octet;
    }
    void add_hexadecimal(Octets octets) noexcept
    {
        constexpr std::string_view digits = "0123456789ABCDEF";
        for (const auto octet : octets) {
            add(digits.substr(octet >> 4, 1));
            add(digits.substr(octet & 0xf, 1));
        }
    }
    std::size_t room() const noexcept { return out_.size() - used_; }
    Octets written() const noexcept { return out_.first(used_); }

private:
    std::span<std::uint8_t> out_;
    std::size_t used_ = 0;
};

void add_error(Text& text, std::uint8_t ident, MsChapError error, Octets challenge) noexcept
{
    std::array<char, 8> code;
    const auto end = std::to_chars(code.data(), code.data() + code.size(), static_cast<unsigned>(error)).ptr;
    text.add_octet(ident);
    text.add("E=");
    text.add({code.data(), end});
    text.add(" R=0 C=");
    text.add_hexadecimal(challenge);
}

/// The beginning of `text` that has at most `octets` and does not end within a character of UTF-8.
std::string_view cut(std::string_view text, std::size_t octets) noexcept
{
    if (text.size() <= octets) return text;
    while (octets > 0 && (static_cast<std::uint8_t>(text[octets]) & 0xc0) == 0x80) --octets;
    return text.substr(0, octets);
}

}  // namespace

std::optional<MsChapResponse> parse_mschap_response(Octets value) noexcept
{
    if (value.size() != response_octets) return {};
    return MsChapResponse{value[0], value[1], value.last(nt_response_octets)};
}

std::optional<MsChap2Response> parse_mschap2_response(Octets value) noexcept
{
    if (value.size() != response_octets) return {};
    return MsChap2Response{value[0], value[1], value.subspan(2, peer_challenge_octets), value.last(nt_response_octets)};
}

std::string_view without_domain(std::string_view user_name) noexcept
{
    return user_name.substr(user_name.rfind('\\') + 1);  // npos + 1 is 0
}

std::optional<NtHash> MsChap::nt_hash(Octets password) noexcept
{
    Utf16 text;
    const bool utf8 = is_utf8(password);
    while (!password.empty()) {
        const auto [code, octets] = utf8 ? utf8_character(password) : Character{password[0], 1};
        if (!text.add(code)) return {};
        password = password.subspan(octets);
    }
    NtHash hash;
    if (!legacy_.md4({text.octets()}, hash)) return {};
    return hash;
}

std::optional<NtHash> MsChap::hash_of(const NtHash& hash) noexcept
{
    NtHash hash_hash;
    if (!legacy_.md4({hash}, hash_hash)) return {};
    return hash_hash;
}

bool MsChap::verify_v1(Octets challenge, const MsChapResponse& response, const NtHash& hash) noexcept
{
    if (challenge.size() != v1_challenge_octets || (response.flags & use_nt_response) == 0) return false;
    std::array<std::uint8_t, nt_response_octets> expected;
    return challenge_response(challenge.first<v1_challenge_octets>(), hash, expected) &&
           equal_constant_time(expected, response.nt_response);
}

bool MsChap::verify_v2(Octets challenge, const MsChap2Response& response, std::string_view user_name,
                       const NtHash& hash) noexcept
{
    if (challenge.size() != v2_challenge_octets || response.peer_challenge.size() != peer_challenge_octets)
        return false;
    const auto both = challenge_hash(challenge, response, user_name);
    std::array<std::uint8_t, nt_response_octets> expected;
    return challenge_response(std::span{both}.first<v1_challenge_octets>(), hash, expected) &&
           equal_constant_time(expected, response.nt_response);
}

std::optional<MsChap::SuccessText> MsChap::success_v2(Octets challenge, const MsChap2Response& response,
                                                      std::string_view user_name, const NtHash& hash) noexcept
{
    auto hash_hash = hash_of(hash);
    if (!hash_hash) return {};
    const auto sum = digester_.sha1({*hash_hash, response.nt_response, octets_of(server_signing)});
    const auto both = challenge_hash(challenge, response, user_name);
    const auto proof =
        digester_.sha1({sum, std::span{both}.first<v1_challenge_octets>(), octets_of(one_more_iteration)});
    wipe(*hash_hash);

    std::array<std::uint8_t, SuccessText{}.size()> octets;
    Text text{octets};
    text.add("S=");
    text.add_hexadecimal(proof);
    SuccessText success;
    std::ranges::copy(octets, success.begin());
    return success;
}

std::optional<MsChap::V2Keys> MsChap::keys_v2(const NtHash& hash, Octets nt_response) noexcept
{
    if (nt_response.size() != nt_response_octets) return {};
    auto hash_hash = hash_of(hash);
    if (!hash_hash) return {};
    auto master = digester_.sha1({*hash_hash, nt_response, octets_of(master_key)});
    wipe(*hash_hash);

    static constexpr std::array<std::uint8_t, 40> pad1{};
    static constexpr auto pad2 = [] {
        std::array<std::uint8_t, 40> pad;
        pad.fill(0xf2);
        return pad;
    }();
    const auto start_key = [&](std::string_view direction, std::array<std::uint8_t, 16>& key) {
        auto sum = digester_.sha1({std::span{master}.first<16>(), pad1, octets_of(direction), pad2});
        std::ranges::copy(std::span{sum}.first<16>(), key.begin());
        wipe(sum);
    };
    V2Keys keys;
    start_key(client_receives, keys.send);
    start_key(client_sends, keys.receive);
    wipe(master);
    return keys;
}

bool MsChap::challenge_response(std::span<const std::uint8_t, 8> challenge, const NtHash& hash,
                                std::span<std::uint8_t, 24> out) noexcept
{
    std::array<std::uint8_t, 21> key{};  // RFC 2433 A.7: padded with zeros to three keys
    std::ranges::copy(hash, key.begin());
    const std::span<const std::uint8_t, 21> keys{key};
    const bool good = legacy_.des(keys.subspan<0, 7>(), challenge, out.subspan<0, 8>()) &&
                      legacy_.des(keys.subspan<7, 7>(), challenge, out.subspan<8, 8>()) &&
                      legacy_.des(keys.subspan<14, 7>(), challenge, out.subspan<16, 8>());
    wipe(key);
    return good;
}

Sha1 MsChap::challenge_hash(Octets challenge, const MsChap2Response& response, std::string_view user_name) noexcept
{
    return digester_.sha1({response.peer_challenge, challenge, octets_of(without_domain(user_name))});
}

std::array<std::uint8_t, 43> mschap2_success(std::uint8_t ident, const MsChap::SuccessText& text) noexcept
{
    std::array<std::uint8_t, 43> value{ident};
    std::ranges::copy(text, value.begin() + 1);
    return value;
}

Octets mschap2_error(std::uint8_t ident, MsChapError error, std::span<const std::uint8_t, 16> challenge,
                     std::string_view message, std::span<std::uint8_t, max_vendor_value_octets> out) noexcept
{
    Text text{out};
    add_error(text, ident, error, challenge);
    text.add(" V=3 M=");
    text.add(cut(message, text.room()));
    return text.written();
}

Octets mschap_error(std::uint8_t ident, MsChapError error, std::span<const std::uint8_t, 8> challenge,
                    std::span<std::uint8_t, max_vendor_value_octets> out) noexcept
{
    Text text{out};
    add_error(text, ident, error, challenge);
    text.add(" V=2");
    return text.written();
}

}  // namespace radius
