// radius/request.hpp - requests of ours to a NAS: Disconnect-Request and CoA-Request, and what it says to them. Source:
// RFC 5176 s2.3 (packets, authenticators), s3 (attributes), s3.5 (Error-Cause), s6.3 (Event-Timestamp).
#pragma once

#include "radius/reply.hpp"

namespace radius {

/// Builds one request in a caller's buffer; never truncates.
class RequestBuilder : public PacketWriter {
public:
    /// `buffer` (at least 4096 octets) is written from its start. `code`: disconnect_request or coa_request. With
    /// Sign::message_authenticator that attribute stands first; its HMAC, like the Request Authenticator, is taken over
    /// sixteen zero octets (RFC 5176 s2.3, s3.4).
    RequestBuilder(std::span<std::uint8_t> buffer, Code code, std::uint8_t identifier, Sign sign) noexcept;
};

/// What a datagram says to a request of ours. Everything but `acknowledged` and `refused` is to be discarded (protocol
/// O-03).
enum class DynamicAnswer : std::uint8_t {
    acknowledged,
    refused,
    malformed, ///< no RADIUS packet
    wrong_identifier,
    wrong_code, ///< not the ACK or NAK of that request
    bad_authenticator,
    bad_message_authenticator, ///< it has one, and it is wrong
    stale ///< its Event-Timestamp is more than 300 s from `now` (RFC 5176 s6.3)
};
struct DynamicReply {
    DynamicAnswer answer = DynamicAnswer::malformed;
    std::optional<std::uint32_t> error_cause; ///< RFC 5176 s3.5, also one without a name; none was sent
    std::optional<std::uint32_t> event_timestamp; ///< seconds of Unix time
};
/// `request`: the packet that was sent. `now`: Unix time; 0: Event-Timestamp is not looked at.
DynamicReply check_dynamic_reply(Digester& digester, Octets datagram, Octets request, Octets secret,
                                 std::int64_t now) noexcept;

/// "Session-Context-Not-Found" for 503, ...; empty for one that RFC 5176 s3.5 does not name.
std::string_view error_cause_name(std::uint32_t cause) noexcept;
/// Trying again is of no use: 401, 404, 405, 501, 506 (protocol O-05).
bool is_permanent(std::uint32_t cause) noexcept;

} // namespace radius
