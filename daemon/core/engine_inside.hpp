// daemon/core/engine_inside.hpp - what the engine's files share; nobody else includes it.
#pragma once

#include "daemon/core/access.hpp"
#include "daemon/core/class_token.hpp"
#include "daemon/core/engine.hpp"
#include "radius/authenticator.hpp"

#include <deque>

namespace core {

/// What is kept of a NAS between packets.
struct NasState {
    NasCounters counters;
    bool message_authenticator_verified = false;  ///< ever, with the secret in force
    std::uint32_t recent_rejects = 0, recent_garbage = 0;
    bool suspect_told = false;
    double status_tokens = 5;  ///< Status-Server: one a second, five at once (protocol S-01)
    std::chrono::steady_clock::time_point status_at{};
};

/// An Accounting-Response that waits until its record is safe.
struct Pending {
    Path path;
    Duplicates::Key key;
    std::int64_t nas_id = 0;
    std::vector<std::uint8_t> reply;
};

struct Engine::Inside {
    /// One genuine request on its way through the checks.
    struct Request {
        const Datagram& datagram;
        const radius::PacketView& packet;
        const provisioning::NasEntry& nas;
        NasState& state;
        Now now;
    };

    Inside(const provisioning::Sealer& key, Random source);

    Outcome on_auth(const Request& request);
    Outcome on_acct(const Request& request);

    // engine.cpp
    Outcome refuse(Counter counter, Event event) noexcept;
    Outcome status_server(const Request& request, radius::Code reply_code, radius::ReplyBuilder::Sign sign,
                          Counter counter);
    Outcome repeated(const Request& request, const Duplicates::Found& found);
    Outcome unverified(const Request& request, Counter counter, const char* detail);
    Duplicates::Key key_of(const Datagram& datagram, const radius::PacketView& packet) const noexcept;
    Duplicates::Print print_of(const radius::PacketView& packet) noexcept;
    void verified(const Request& request) noexcept;
    void note_unknown(const provisioning::Address& address);

    // engine_access.cpp
    Outcome decide(const Request& request, const AccessRequest& access, std::uint64_t ticket,
                   const Duplicates::Key& key);
    std::optional<Octets> accept(const Request& request, const provisioning::Decision& decision);
    std::optional<Octets> reject(const Request& request, provisioning::Reason reason);
    bool secret_is_suspect(NasState& state, const Proved& proved, bool accepted) noexcept;

    // engine_accounting.cpp
    std::optional<provisioning::Usage> usage_of(const Request& request, const char*& wrong);

    std::unique_ptr<provisioning::Directory> directory;
    provisioning::Sealer sealer;
    Random random;
    radius::Digester digester;
    Counters counters;
    Duplicates duplicates;
    std::array<std::uint8_t, 32> class_key;
    std::array<std::uint8_t, 32> print_key;
    std::vector<std::uint8_t> dummy_password;  ///< sealed; what an unknown login is checked against
    boost::unordered_flat_map<std::int64_t, std::unique_ptr<NasState>> nas_states;
    boost::unordered_flat_map<Ticket, Pending> pending;
    provisioning::Usage usage;  ///< of the last outcome
    std::array<std::uint8_t, radius::max_packet_octets> out;
    std::deque<UnknownSource> unknown;
    Pending finished;  ///< owns the octets of the last late reply
};

inline constexpr std::size_t max_pending_accounting = 20'000;

}  // namespace core
