// daemon/core/engine_inside.hpp - what the engine's files share; nobody else includes it.
#pragma once

#include "daemon/core/allowances.hpp"
#include "daemon/core/class_token.hpp"
#include "daemon/core/conversations.hpp"
#include "daemon/core/delayed.hpp"
#include "daemon/core/engine.hpp"
#include "daemon/core/failures.hpp"
#include "daemon/core/prover.hpp"
#include "daemon/core/reconcile/reconciler.hpp"
#include "daemon/core/remembered.hpp"
#include "radius/authenticator.hpp"
#include "radius/eap.hpp"

#include <deque>

namespace core {

/// What is kept of a NAS between packets.
struct NasState {
    NasCounters counters;
    bool message_authenticator_verified = false;  ///< ever, with the secret in force
    bool message_authenticator_learned = false;   ///< mode auto: needed from then on (protocol M-11)
    bool uses_previous_secret = true;  ///< as its last genuine packet did; while the old one is good (protocol C-07)
    std::uint32_t recent_rejects = 0, recent_garbage = 0;
    bool suspect_told = false;
    double status_tokens = 5;  ///< Status-Server: one a second, five at once (protocol S-01)
    std::chrono::steady_clock::time_point status_at{};
    std::optional<std::chrono::steady_clock::time_point> last_genuine, skew_told, silent_since;
};

/// An Accounting-Response that waits until its record is safe.
struct Pending {
    Path path;
    Duplicates::Key key;
    std::int64_t nas_id = 0;
    std::vector<std::uint8_t> reply;
};

/// An Access-Request that waits until its password has been checked on another thread.
struct PendingHash {
    Datagram datagram;  ///< its octets are those below
    std::vector<std::uint8_t> octets;
    Remembered::Digest digest;
    Duplicates::Key key;
};

inline bool is_auth(const Datagram& datagram) noexcept { return datagram.service == Service::auth; }

inline constexpr double most_malformed_a_second = 10;
inline constexpr std::uint32_t longest_delay_s = 7 * 86'400; ///< Acct-Delay-Time beyond it is ignored (protocol N-16)

std::string_view view_of(Octets value) noexcept;
/// Of a NAS-Port-Id as the records have it (see clean()). Never 0.
std::uint64_t port_key(std::string_view recorded) noexcept;
/// A place as the records have it.
Sessions::Caller place_of(std::int64_t nas_id, std::string_view mac, std::string_view nas_port_id,
                          std::optional<std::uint32_t> nas_port) noexcept;
/// Who shows neither MAC nor port cannot be told from another who does not, and dials again rather than twice. No
/// port's key is even.
inline constexpr std::uint64_t no_port = 2;

struct Changed {
    provisioning::EntryKind kind;
    std::int64_t id;
};
Changed changed_by(const provisioning::Change& change) noexcept;

struct Engine::Inside {
    /// One genuine request on its way through the checks.
    struct Request {
        const Datagram& datagram;
        const radius::PacketView& packet;
        const provisioning::NasEntry& nas;
        NasState& state;
        Now now;
        Octets secret;  ///< the one it was signed with, and its reply will be: during a grace there are two
    };
    /// A request that is being answered: the duplicate cache's entry of it, and its place in an EAP conversation.
    struct Turn {
        std::uint64_t ticket = 0;
        Duplicates::Key key;
        std::optional<std::uint8_t> eap_identifier;  ///< of the EAP packet that the reply closes
    };
    /// Whom a request comes from, and the keys by which failures are counted (0: nobody can be told from others).
    struct Caller {
        Sessions::Caller place;
        std::uint64_t login_key = 0, mac_key = 0;
    };

    /// What an Accounting-Request says.
    struct Reported {
        provisioning::Usage usage;
        std::chrono::steady_clock::time_point at; ///< usage.at by the monotonic clock
        OctetsReported download, upload;
        bool delay_ignored = false; ///< its Acct-Delay-Time is beyond belief
    };

    Inside(const provisioning::Sealer& key, Random source, Zone zone);

    Outcome on_auth(const Request& request);
    Outcome on_acct(const Request& request);

    // engine.cpp
    Outcome refuse(Counter counter, Event event) noexcept;
    Outcome status_server(const Request& request, radius::Code reply_code, radius::ReplyBuilder::Sign sign,
                          Counter counter);
    void note_unknown(const provisioning::Address& address, Now now);
    NasState& state_of(const provisioning::NasEntry& nas);
    void refresh(NasState& state, const provisioning::NasEntry& nas) noexcept;

    // engine_genuine.cpp
    radius::MessageAuthenticator check_signature(Request& request);
    bool authenticated(Request& request) noexcept;
    Octets previous_secret(const provisioning::NasEntry& nas, Now now) const noexcept;
    void verified(const Request& request) noexcept;
    void note_bad(const Request& request) noexcept;
    Duplicates::Key key_of(const Datagram& datagram, const radius::PacketView& packet) const noexcept;
    Duplicates::Print print_of(const radius::PacketView& packet) noexcept;
    Outcome repeated(const Request& request, const Duplicates::Found& found);
    Outcome unverified(const Request& request, Counter counter, const char* detail);

    // engine_access.cpp
    Outcome answer(Request& request, radius::MessageAuthenticator signature);
    Outcome decide(Request& request, const AccessRequest& access, const Turn& turn);
    void prove_with_either_secret(Request& request, const AccessRequest& access, const provisioning::LoginEntry* login,
                                  Proved& proved) noexcept;
    Outcome settle(const Request& request, const AccessRequest& access, const Turn& turn,
                   const provisioning::LoginEntry* login, const Caller& caller, const Proved& proved, bool throttled);
    provisioning::AccessQuery query_of(const Request& request, const AccessRequest& access,
                                       const provisioning::LoginEntry* login, const Caller& caller,
                                       const Proved& proved);
    void count_decision(NasState& state, provisioning::Reason reason) noexcept;
    bool secret_is_suspect(const Request& request, const Proved& proved, provisioning::Reason reason) noexcept;

    // engine_late.cpp
    Outcome send(const Request& request, const Turn& turn, Octets reply, bool rejected);
    Outcome wait_for_hash(const Request& request, const Turn& turn, const Proved& proved,
                          const Remembered::Digest& digest);
    Remembered::Digest digest_of(const provisioning::LoginEntry& login, const Proved& proved) noexcept;

    // engine_reply.cpp
    std::optional<Octets> accept(const Request& request, const AccessRequest& access, const Turn& turn,
                                 const provisioning::Decision& decision, const Proved& proved,
                                 const std::array<std::uint8_t, 16>& session);
    std::optional<Octets> reject(const Request& request, const AccessRequest& access, const Turn& turn,
                                 provisioning::Reason reason);
    std::optional<Octets> reject(const Request& request, const AccessRequest& access, const Turn& turn,
                                 radius::MsChapError error, std::string_view message);
    void add_ms_chap_success(radius::ReplyBuilder& reply, const Request& request, const AccessRequest& access,
                             const Proved& proved);

    // engine_eap.cpp
    Outcome on_eap(Request& request, const AccessRequest& access, Turn turn);
    Outcome challenge(const Request& request, const AccessRequest& access, const Turn& turn, std::uint8_t identifier);
    Outcome ask_identity(const Request& request, const Turn& turn);

    // engine_caller.cpp
    Caller caller_of(const provisioning::NasEntry& nas, const provisioning::LoginEntry* login,
                     std::string_view login_name, std::string_view mac, std::string_view nas_port,
                     std::optional<std::uint32_t> nas_port_number) noexcept;
    bool throttled(const Caller& caller, Now now) const noexcept;
    void count_failure(const Caller& caller, provisioning::Reason reason, Now now) noexcept;
    std::chrono::seconds utc_offset(Now now);
    std::uint64_t keyed(std::initializer_list<Octets> pieces) noexcept;
    void take_slot(const provisioning::Decision& decision, const Caller& caller, const Sessions::Key& session, Now now);
    LearnedMac learn(const provisioning::LoginEntry& login, const provisioning::MacText& mac);

    // engine_accounting.cpp
    Outcome malformed_accounting(const Request& request, Reported&& reported);
    void note_skew(const Request& request, const Reported& reported, Event& event);

    // engine_usage.cpp
    Reported reported_by(const Request& request);
    void name_session(const Request& request, provisioning::Usage& usage) noexcept;

    // engine_hear.cpp
    void hear(const Request& request, Reported& reported);
    void end_others(const Request& request, const provisioning::Usage& started, const Sessions::Key& key,
                    const Caller& caller, bool is_start);
    Sessions::Key key_of_session(std::string_view session_key) noexcept;
    const provisioning::PlanEntry* plan_of(std::int64_t login_id) const noexcept;
    provisioning::Usage closed(const Sessions::Lost& one, provisioning::Closing why, provisioning::Instant at,
                               Now now) const;

    std::uint32_t interim_of(const Sessions::Key& key, const provisioning::Usage& heard,
                             const provisioning::NasEntry& nas) const noexcept;
    void lose(const Sessions::Lost& one, provisioning::Closing why, provisioning::Instant at, Now now);

    // engine_follow.cpp
    void serve_reconciler();
    provisioning::Decision decide_again(const Reconciler::Online& online, Now now);
    Octets secret_of(const provisioning::NasEntry& nas, Now now);
    void follow(const Request& request, const provisioning::Usage& heard, const Sessions::Key& key, Sessions::Time at);
    void follow_replayed(const provisioning::Usage& usage, const Sessions::Key& key, Now now);
    void follow_known(const KnownSession& known, const Sessions::Key& key, Now now);
    std::optional<Allowances::Of> allowance_of(std::int64_t login_id, Now now);
    void count_use(std::int64_t login_id, std::uint64_t octets, Now now);

    // engine_known.cpp
    bool is_silent(const NasState* state, const Sessions::OfNas& of, Now now) const noexcept;

    std::unique_ptr<provisioning::Directory> directory;
    provisioning::Sealer sealer;
    Random random;
    Zone zone;
    provisioning::ZoneOffset zone_offset;
    Settings settings;
    radius::Digester digester;
    Prover prover;
    Counters counters;
    std::array<std::uint64_t, provisioning::reason_count> rejects_by_reason{};
    Duplicates duplicates;
    Sessions sessions;
    Failures login_failures, mac_failures;
    Conversations conversations;
    Allowances allowances;
    Reconciler reconciler;
    Now reconciled{}; ///< when the reconciler asked last
    Delayed delayed;
    Remembered remembered;
    std::array<std::uint8_t, 32> class_key;
    std::array<std::uint8_t, 32> print_key;
    boost::unordered_flat_map<std::int64_t, std::unique_ptr<NasState>> nas_states;
    boost::unordered_flat_map<Ticket, Pending> pending;
    boost::unordered_flat_map<Ticket, PendingHash> pending_hashes;
    provisioning::Usage usage;               ///< of the last outcome
    std::vector<provisioning::Usage> lost;   ///< likewise
    std::vector<provisioning::Usage> stale;  ///< of the last close_stale()
    std::string skew;                        ///< the words of the last clock_skew
    double malformed_tokens = most_malformed_a_second; ///< so many bad packets may be kept at once
    std::chrono::steady_clock::time_point malformed_at{};
    bool accounting_is_possible = true;
    std::optional<std::chrono::steady_clock::time_point> listening; ///< since the first close_stale()
    std::array<std::uint8_t, radius::max_packet_octets> out;
    std::array<std::uint8_t, radius::max_packet_octets> eap_octets;
    std::deque<UnknownSource> unknown;
    Pending finished;           ///< owns the octets of the last late reply
    PendingHash finished_hash;  ///< and of the last request whose hash was checked
};

inline constexpr std::size_t max_pending_accounting = 20'000;
inline constexpr std::size_t max_pending_hashes = 1'024;

}  // namespace core
