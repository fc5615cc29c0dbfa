// daemon/core/engine.hpp - one datagram in, one outcome out: which NAS, is it a packet, is it genuine, was it here
// before, who is it, may they in, and what is said. Decides; opens no socket, reads no clock, writes no log. The order
// of checks is part of the protocol: client -> structure -> authenticators -> duplicates -> decode -> policy.
#pragma once

#include "daemon/core/counters.hpp"
#include "daemon/core/duplicates.hpp"
#include "provisioning/policy.hpp"
#include "provisioning/seal.hpp"
#include "provisioning/usage.hpp"
#include "radius/reply.hpp"

#include <functional>
#include <memory>

namespace core {

using radius::Octets;

enum class Service : std::uint8_t { auth, acct };

/// Where a datagram came from and to, so that the reply leaves from the address that was asked (RFC 5080 s2.7).
struct Path {
    std::uint16_t socket = 0;  ///< index of the receiving socket
    std::uint16_t remote_port = 0;
    provisioning::Address remote;
    std::uint32_t scope = 0;      ///< of a link-local source
    provisioning::Address local;
    std::uint32_t interface = 0;
};

struct Datagram {
    Service service = Service::auth;
    Path path;
    Octets octets;
    bool truncated = false;  ///< larger than the receive buffer
};

struct Now {
    std::chrono::steady_clock::time_point steady;
    std::chrono::system_clock::time_point system;
};

/// What happened, for the log and the decision log; views live until the next call.
struct Event {
    enum class Kind : std::uint8_t {
        none,
        unknown_client,
        malformed,
        bad_authenticator,
        message_authenticator_missing,
        blastradius,
        unknown_type,
        stale_retransmission,
        no_room,
        decided,
        acct_malformed
    } kind = Kind::none;
    std::string_view detail = {};          ///< malformed: the PacketError's name, ...
    const provisioning::NasEntry* nas = nullptr;
    std::string_view login = {}, method = {}, mac = {};  ///< decided; as received
    provisioning::Reason reason = provisioning::Reason::none;
};

using Ticket = std::uint64_t;

struct Outcome {
    Octets reply;                               ///< to be sent back along the datagram's path; empty: nothing
    const provisioning::Usage* usage = nullptr; ///< to be stored; then stored() or not_stored() with `ticket`
    Ticket ticket = 0;
    Event event;
    bool secret_suspect = false;                ///< say once: this NAS's secret is probably wrong (protocol C-05)
};

/// A reply that had to wait until its record was safe.
struct LateReply {
    Path path;
    Octets reply;  ///< valid until the next call
};

class Engine {
public:
    using Random = std::function<void(std::span<std::uint8_t>)>;

    Engine(const provisioning::Sealer& sealer, Random random);
    ~Engine();

    /// The directory; until the first is here every Access-Request stays unanswered (protocol A-14).
    /// Returns the one before, which may be freed elsewhere: that takes a while.
    std::unique_ptr<provisioning::Directory> take(std::unique_ptr<provisioning::Directory> directory);
    void apply(std::vector<provisioning::Change>&& changes);
    const provisioning::Directory* directory() const noexcept;  ///< null before the first

    Outcome on_datagram(const Datagram& datagram, Now now);

    std::optional<LateReply> stored(Ticket ticket, Now now);
    void not_stored(Ticket ticket);  ///< the NAS will ask again, and is then not a duplicate

    Counters& counters() noexcept;
    const NasCounters* nas_counters(std::int64_t nas_id) const noexcept;
    struct UnknownSource {
        provisioning::Address address;
        std::uint64_t packets;
    };
    std::vector<UnknownSource> unknown_sources() const;  ///< the 256 last seen

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace core
