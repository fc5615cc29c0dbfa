// provisioning/usage.hpp - what a concentrator reported of one session, and one decision, as plain values on their way
// to the store. Source: RFC 2866 s5. Octets are named as the subscriber sees them: download is Acct-Output (sent to the
// port), upload is Acct-Input (received from it); gigawords already joined (RFC 2869 s5.1, s5.2).
#pragma once

#include "provisioning/reason.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace provisioning {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// lost: closed by us, since another session took it over; it carries no counters.
enum class UsageKind : std::uint8_t { start, interim, stop, lost };

struct Usage {
    UsageKind kind = UsageKind::start;
    Instant at; ///< arrival by the server's clock less Acct-Delay-Time
    std::string session_key; ///< see core/usage.hpp: from the Class that the Accept minted, else NAS + id + name + port
    std::int64_t nas_id = 0;
    std::optional<std::int64_t> login_id; ///< known from the Class, or by name
    std::string login; ///< User-Name as received, escaped to clean UTF-8
    std::string acct_session_id; ///< escaped to clean UTF-8
    std::optional<std::string> framed_ip; ///< text
    std::optional<std::string> mac; ///< Calling-Station-Id, normalised when it is a MAC
    std::string nas_port_id;
    std::uint32_t session_time_s = 0;
    std::uint64_t download_octets = 0, upload_octets = 0;
    std::uint64_t download_packets = 0, upload_packets = 0;
    std::optional<std::uint32_t> terminate_cause; ///< RFC 2866 s5.10
    /// The packet's attributes octet for octet, those of unknown vendors too, without credentials (column
    /// `attributes`).
    std::vector<std::uint8_t> attributes;
};

/// One answer to an Access-Request, for `auth list`.
struct AuthRecord {
    Instant at;
    std::int64_t nas_id = 0;
    std::string nas;
    std::string login; ///< as received, escaped to clean UTF-8
    std::string method; ///< "pap", "chap", "" when there were no credentials
    Reason reason = Reason::none; ///< none: accepted
    std::string mac;
    std::uint32_t times = 1; ///< repeats folded into this one
};

} // namespace provisioning
