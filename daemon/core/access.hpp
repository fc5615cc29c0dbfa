// daemon/core/access.hpp - what an Access-Request asks, decoded. Source: RFC 2865 s4.1, s5; RFC 2548 s2.1 and s2.3
// (MS-CHAP), RFC 3579 (EAP), RFC 4679 s3.3 (Agent-Circuit-Id, Agent-Remote-Id).
#pragma once

#include "provisioning/policy.hpp"
#include "radius/packet.hpp"

namespace core {

using provisioning::Method;

/// Views into the packet.
struct AccessRequest {
    std::string_view login; ///< User-Name as received; empty: absent
    std::string_view mac; ///< Calling-Station-Id as received
    std::string_view nas_port, circuit_id, remote_id; ///< NAS-Port-Id, Agent-Circuit-Id, Agent-Remote-Id
    std::optional<std::uint32_t> nas_port_number; ///< NAS-Port
    Method method = Method::none;
    radius::Octets credentials; ///< value of User-Password, CHAP-Password, MS-CHAP-Response or MS-CHAP2-Response
    radius::Octets challenge; ///< CHAP-Challenge, else the Request Authenticator; for MS-CHAP its own challenge
    radius::Octets state;
    provisioning::RequestKind kind = provisioning::RequestKind::unknown;
    bool eap = false; ///< carries an EAP-Message
    bool proxy_state = false;
    bool any_credentials = false; ///< of RFC 3579 s3.3 note 1, or MS-CHAP
};

AccessRequest decode_access(const radius::PacketView& packet) noexcept;

} // namespace core
