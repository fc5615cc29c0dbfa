// radius/mschap.hpp - MS-CHAP, versions 1 and 2: responses, success and error strings, session keys. NT hash only: the
// LM response is not served, and no password change is offered. Source: RFC 2433 (version 1), RFC 2759 (version 2), RFC
// 2548 s2.1 and s2.3 (attributes), RFC 3079 (keys).
#pragma once

#include "radius/digest.hpp"
#include "radius/legacy.hpp"

#include <string_view>

namespace radius {

using NtHash = std::array<std::uint8_t, 16>; ///< MD4 of the password; as good as the password to whoever has it
inline constexpr std::size_t max_nt_password_units = 256; ///< of 16 bits (RFC 2433 A.6, RFC 2759 s8.3)
inline constexpr std::size_t max_vendor_value_octets = 247; ///< of one sub-attribute in a Vendor-Specific

/// Views of the attribute's value, and dead with it.
struct MsChapResponse {
    std::uint8_t ident;
    std::uint8_t flags; ///< bit 0 clear: an LM response alone, which verify_v1() refuses
    Octets nt_response; ///< 24 octets
};
struct MsChap2Response {
    std::uint8_t ident;
    std::uint8_t flags; ///< reserved, of no meaning
    Octets peer_challenge; ///< 16 octets
    Octets nt_response; ///< 24 octets
};
/// Nothing unless the value has 50 octets (RFC 2548 s2.1.3 and s2.3.2). LM-Response and Reserved are ignored.
std::optional<MsChapResponse> parse_mschap_response(Octets value) noexcept;
std::optional<MsChap2Response> parse_mschap2_response(Octets value) noexcept;

/// What follows the last backslash: version 2 hashes the user without the Windows domain (RFC 2759 s4, s8.2).
std::string_view without_domain(std::string_view user_name) noexcept;

/// One per worker; not thread-safe. Allocates nothing once it is made. Without OpenSSL's legacy provider available() is
/// false, no response verifies and no hash or key comes out.
class MsChap {
public:
    using SuccessText = std::array<char, 42>;
    /// 128-bit start keys as the authenticator uses them: `send` towards the subscriber (RFC 3079 s3.3 and s3.4).
    struct V2Keys {
        std::array<std::uint8_t, 16> send, receive;
    };

    bool available() const noexcept { return legacy_.available(); }

    /// MD4 of the password in UTF-16LE (RFC 2759 s8.3). A password that is no UTF-8 counts octet by octet as Latin-1.
    /// Nothing above max_nt_password_units (a character beyond the 16 bits counts twice).
    std::optional<NtHash> nt_hash(Octets password) noexcept;
    /// MD4 of the hash: PasswordHashHash (RFC 2759 s8.4), which keys are derived from.
    std::optional<NtHash> hash_of(const NtHash& hash) noexcept;

    /// `challenge` is MS-CHAP-Challenge: eight octets; any other length is refused.
    bool verify_v1(Octets challenge, const MsChapResponse& response, const NtHash& hash) noexcept;
    /// `challenge` is MS-CHAP-Challenge: sixteen octets; any other length is refused. `user_name` is as received: a
    /// domain before it is left out here.
    bool verify_v2(Octets challenge, const MsChap2Response& response, std::string_view user_name,
                   const NtHash& hash) noexcept;

    /// "S=" and 40 upper-case hexadecimal digits: the server's proof that it knows the password (RFC 2759 s8.7).
    std::optional<SuccessText> success_v2(Octets challenge, const MsChap2Response& response, std::string_view user_name,
                                          const NtHash& hash) noexcept;
    /// RFC 3079 s3.3. Nothing rather than keys that anybody can guess when `nt_response` is not 24 octets.
    std::optional<V2Keys> keys_v2(const NtHash& hash, Octets nt_response) noexcept;

private:
    bool challenge_response(std::span<const std::uint8_t, 8> challenge, const NtHash& hash,
                            std::span<std::uint8_t, 24> out) noexcept;
    Sha1 challenge_hash(Octets challenge, const MsChap2Response& response, std::string_view user_name) noexcept;

    Legacy legacy_;
    Digester digester_;
};

/// MS-CHAP2-Success: the response's ident, then the text (RFC 2548 s2.3.3).
std::array<std::uint8_t, 43> mschap2_success(std::uint8_t ident, const MsChap::SuccessText& text) noexcept;

/// RFC 2759 s6, RFC 2433 s8. 648, an expired password, would invite a password change and is therefore not here.
enum class MsChapError : std::uint16_t {
    restricted_hours = 646,
    account_disabled = 647,
    no_permission = 649,
    authentication_failure = 691,
};
/// MS-CHAP-Error, version 2: ident, then "E=691 R=0 C=<32 digits> V=3 M=<message>" (RFC 2759 s6). Retry is never
/// allowed. `challenge` is new and random. A message that does not fit is cut between two UTF-8 characters.
/// Both return the part of `out` that they wrote: the attribute's value.
Octets mschap2_error(std::uint8_t ident, MsChapError error, std::span<const std::uint8_t, 16> challenge,
                     std::string_view message, std::span<std::uint8_t, max_vendor_value_octets> out) noexcept;
/// Version 1: ident, then "E=691 R=0 C=<16 digits> V=2" (RFC 2433 s8: no message).
Octets mschap_error(std::uint8_t ident, MsChapError error, std::span<const std::uint8_t, 8> challenge,
                    std::span<std::uint8_t, max_vendor_value_octets> out) noexcept;

} // namespace radius
