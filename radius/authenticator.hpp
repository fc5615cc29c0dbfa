// radius/authenticator.hpp - Request and Response Authenticator, Message-Authenticator: who really sent this packet.
// Source: RFC 2865 s3, RFC 2866 s3, RFC 3579 s3.2, RFC 5176 s2.3, RFC 5997 s3. Const in, verdict out: nothing is
// written over the packet.
#pragma once

#include "radius/digest.hpp"

namespace radius {

/// What the Message-Authenticator of a packet says.
/// `malformed`: two of them, or a length other than 18 (RFC 3579 s3.2).
enum class MessageAuthenticator { absent, verified, wrong, malformed };

/// Checks a *request's* Message-Authenticator, wherever it stands. The HMAC covers the packet with the attribute's
/// value zeroed and, by code, the authenticator as received (Access-Request, Status-Server) or sixteen zero octets
/// (Accounting-, CoA-, Disconnect-Request).
MessageAuthenticator check_message_authenticator(Digester& digester, const PacketView& request, Octets secret) noexcept;

/// The Message-Authenticator of a *reply*: the HMAC takes the Request Authenticator of the request that it answers.
MessageAuthenticator check_reply_message_authenticator(Digester& digester, const PacketView& reply,
                                                       Authenticator request, Octets secret) noexcept;

/// Accounting-, CoA- and Disconnect-Request: authenticator = MD5(packet with 16 zero octets there + secret).
bool request_authenticator_verifies(Digester& digester, const PacketView& request, Octets secret) noexcept;

/// A reply's authenticator = MD5(code + id + length + request authenticator + attributes + secret).
bool response_authenticator_verifies(Digester& digester, const PacketView& reply, Authenticator request,
                                     Octets secret) noexcept;

/// Where the value of the first Message-Authenticator starts in the packet's octets; 0 when there is none.
std::size_t message_authenticator_offset(const PacketView& packet) noexcept;

}  // namespace radius
