// provisioning/usage.hpp - what a concentrator reported of one session, and one decision, as plain values on their way
// to the store. Source: RFC 2866 s5. Octets are named as the subscriber sees them: download is Acct-Output (sent to the
// port), upload is Acct-Input (received from it); gigawords already joined (RFC 2869 s5.1, s5.2).
#pragma once

#include "provisioning/reason.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace provisioning {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// The numbers stand in the journal: they never change.
enum class UsageKind : std::uint8_t {
    start = 1,
    interim = 2,
    stop = 3,
    closed = 4, ///< by us, for want of a Stop; carries no counters
    nas_on = 5, ///< Accounting-On: the NAS has begun anew, so its sessions are over (RFC 2866 s5.1)
    nas_off = 6,
    other = 7, ///< another Acct-Status-Type: kept as it came, concerns no session (protocol N-13)
    malformed = 8, ///< genuine but unusable: to the refused records (protocol N-03)
};
/// Why we closed a session. It is open again once it is heard of later than `at`.
enum class Closing : std::uint8_t {
    none = 0,
    lost_carrier = 1, ///< the same caller was let in again (protocol A-16)
    superseded = 2, ///< the same login started anew on the same port
    lost = 3, ///< silent for too long (protocol N-12)
};
std::string_view name(UsageKind kind) noexcept; ///< "start", "interim", "stop", "closed", "on", "off", "other", ...
std::string_view name(Closing closing) noexcept; ///< as a terminate cause: "Lost-Carrier", "superseded", "lost"

/// Ports of a shared address that are the session's alone (CGNAT).
struct NatBlock {
    std::string address; ///< the public one, as text
    std::uint16_t first_port = 0, last_port = 0;
    friend bool operator==(const NatBlock&, const NatBlock&) = default;
};

struct Usage {
    UsageKind kind = UsageKind::start;
    Closing closing = Closing::none; ///< of kind closed
    /// When it happened: arrival by the server's clock less Acct-Delay-Time. closed: nothing had been heard up to then.
    Instant at{};
    Instant arrived{}; ///< by the server's clock
    std::chrono::nanoseconds arrived_steady{0}; ///< by the monotonic clock of the machine's present boot
    std::optional<Instant> nas_at; ///< Event-Timestamp (RFC 2869 s5.3), as the NAS has it
    /// Which session: from the Class that the Accept minted ("s:", "c:", see core/class_token.hpp), else "n:" and NAS,
    /// id, name and caller, which a NAS may use again after a reboot.
    std::string session_key;
    /// With session_key, the session's identity: when its Class was minted. Nothing: the store finds out which of the
    /// sessions of that key it is, by time.
    std::optional<Instant> began;
    std::int64_t nas_id = 0;
    std::optional<std::int64_t> login_id; ///< known from the Class, or by name
    std::string login; ///< User-Name as received, escaped to clean UTF-8
    std::string acct_session_id; ///< escaped to clean UTF-8
    std::optional<std::string> nas_ip; ///< NAS-IP-Address, else NAS-IPv6-Address, as the NAS reports it: text
    std::string nas_identifier; ///< escaped to clean UTF-8
    /// Of the terms that its Accept gave (radius::Fingerprint), from the Class; nothing: not known.
    std::optional<std::array<std::uint32_t, 4>> fingerprint;
    std::optional<std::string> framed_ip; ///< text
    std::optional<std::string> ipv6_address; ///< Framed-IPv6-Address (RFC 6911 s3.1), text
    std::optional<std::string> ipv6_prefix; ///< Framed-IPv6-Prefix (RFC 3162 s2.3), "2001:db8:1::/64"
    std::optional<std::string> delegated_ipv6_prefix; ///< RFC 4818 s3
    std::optional<std::string> mac; ///< Calling-Station-Id, normalised when it is a MAC
    std::string nas_port_id;
    std::optional<std::uint32_t> nas_port;
    std::uint32_t interim_s = 0; ///< that the session was asked for; 0: none
    std::optional<std::uint32_t> session_time_s; ///< nothing: not reported
    std::uint64_t download_octets = 0, upload_octets = 0;
    std::uint64_t download_packets = 0, upload_packets = 0;
    bool wrapped = false; ///< 2^32 was added for a NAS without gigawords: an estimate (protocol N-09)
    std::optional<std::uint32_t> terminate_cause; ///< RFC 2866 s5.10
    std::vector<NatBlock> nat;
    /// The packet's attributes octet for octet, those of unknown vendors too, without credentials (protocol P-15,
    /// N-17). They stay in the journal; the database gets those of refused records.
    std::vector<std::uint8_t> attributes;
    std::string complaint; ///< of kind malformed: what is wrong with it
};

/// A record for the journal: fields by number, so that a version reads what the one before and the one after it wrote
/// (protocol F-30). Appends to `out`.
void encode(const Usage& usage, std::vector<std::uint8_t>& out);
/// Nothing: it is no such record. Fields of a later version are passed over.
std::optional<Usage> decode_usage(std::span<const std::uint8_t> octets);

/// One answer to an Access-Request, for `auth list`.
struct AuthRecord {
    Instant at;
    std::int64_t nas_id = 0;
    std::string nas;
    std::string login; ///< as received, escaped to clean UTF-8
    std::string method; ///< "pap", "chap", "" when there were no credentials
    Reason reason = Reason::none; ///< none: accepted
    bool garden = false; ///< accepted into a walled garden, because of `reason`
    std::string mac;
    std::uint32_t times = 1; ///< repeats folded into this one
};

} // namespace provisioning
