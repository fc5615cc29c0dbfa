// radius/eap.hpp - EAP packets, the EAP-Message attributes that carry them, and the one method served: MD5-Challenge.
// Source: RFC 3748 s4, s5.3.1 and s5.4, RFC 3579 s2.1 and s3.1.
#pragma once

#include "radius/reply.hpp"

#include <string_view>

namespace radius {

enum class EapCode : std::uint8_t { request = 1, response = 2, success = 3, failure = 4 };

namespace eap_type {
inline constexpr std::uint8_t identity = 1, notification = 2, nak = 3, md5_challenge = 4, expanded = 254;
}  // namespace eap_type

/// A view of the octets that it was parsed from.
struct EapPacket {
    EapCode code;
    std::uint8_t identifier;
    std::uint8_t type;  ///< of a request or response; 0 in success and failure
    Octets data;  ///< after the type; an Identity response's data is the name
};
/// Nothing when: the Length is above the octets or below what its code needs (five with a type, else four), the code is
/// none of the four. Octets beyond Length are padding (RFC 3748 s4.1).
std::optional<EapPacket> parse_eap(Octets octets) noexcept;

/// The EAP packet of a request: its EAP-Message attributes joined in `out`. Nothing when there is none, or when other
/// attributes stand between them (RFC 3579 s3.1). Without any octets it is an EAP-Start (RFC 3579 s2.1).
std::optional<Octets> join_eap_message(const PacketView& packet,
                                       std::span<std::uint8_t, max_packet_octets> out) noexcept;
/// In as many EAP-Message attributes as it takes.
void add_eap_message(ReplyBuilder& reply, Octets eap) noexcept;

/// Request/MD5-Challenge (RFC 3748 s5.4): the part of `out` that it wrote. A name above 231 octets is cut.
Octets eap_md5_request(std::uint8_t identifier, std::span<const std::uint8_t, 16> challenge,
                       std::string_view server_name, std::span<std::uint8_t, max_value_octets> out) noexcept;
/// The identifier is the one of the response that they answer (RFC 3748 s4.2).
std::array<std::uint8_t, 4> eap_success(std::uint8_t identifier) noexcept;
std::array<std::uint8_t, 4> eap_failure(std::uint8_t identifier) noexcept;

/// The 16 octets of response in a Response/MD5-Challenge; nothing when it is no such packet or of another size.
std::optional<Octets> eap_md5_value(const EapPacket& packet) noexcept;
/// Whether `value` is MD5(identifier + password + challenge) (RFC 1994 s4.1); `identifier` is the response's, which the
/// caller has compared with the request's.
bool eap_md5_verifies(Digester& digester, std::uint8_t identifier, Octets password, Octets challenge,
                      Octets value) noexcept;

/// What a peer wants instead, in a Response/Nak: types, of which 0 is "none" (RFC 3748 s5.3.1). Empty when the packet
/// is no such Nak.
Octets eap_nak_types(const EapPacket& packet) noexcept;

} // namespace radius
