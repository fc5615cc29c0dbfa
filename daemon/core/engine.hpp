// daemon/core/engine.hpp - one datagram in, one outcome out: which NAS, is it a packet, is it genuine, was it here
// before, who is it, may they in, and what is said. Decides; opens no socket, reads no clock, writes no log. The order
// of checks is part of the protocol: client -> structure -> authenticators -> duplicates -> decode -> policy.
#pragma once

#include "daemon/core/counters.hpp"
#include "daemon/core/duplicates.hpp"
#include "daemon/core/sessions.hpp"
#include "provisioning/policy.hpp"
#include "provisioning/rules/zone.hpp"
#include "provisioning/seal.hpp"
#include "provisioning/usage.hpp"
#include "radius/reply.hpp"

#include <functional>
#include <memory>

namespace core {

class Reconciler;

using radius::Octets;

enum class Service : std::uint8_t { auth, acct, coa }; ///< coa: answers to requests of ours

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
        acct_malformed,
        clock_skew  ///< once an hour for a NAS; detail: by how many seconds
    } kind = Kind::none;
    std::string_view detail = {};          ///< malformed: the PacketError's name, ...
    const provisioning::NasEntry* nas = nullptr;
    std::string_view login = {}, method = {}, mac = {};  ///< decided; as received
    provisioning::Reason reason = provisioning::Reason::none;
    bool garden = false; ///< decided: let into a walled garden because of `reason`
};

using Ticket = std::uint64_t;

/// A check that takes milliseconds by design (crypt), for a thread of its own; then hash_checked() with `ticket`.
struct HashWork {
    provisioning::Secret stored, typed;
};
/// What the records are to keep of a decision, best effort.
struct LearnedMac {
    std::int64_t login_id;
    provisioning::MacText mac;
};
struct PasswordUpgrade {
    std::int64_t login_id;
    std::vector<std::uint8_t> sealed;  ///< as it is stored now: another one meanwhile stays
    provisioning::Secret clear;
    provisioning::Storage to;
};

struct Outcome {
    Octets reply;                                ///< to be sent back along the datagram's path; empty: nothing
    /// To be journalled; then stored() or not_stored() with `ticket`. Ticket 0: nobody waits for it (kind malformed).
    const provisioning::Usage* usage = nullptr;
    std::span<const provisioning::Usage> lost; ///< sessions that this one took over: to be closed in the records
    Ticket ticket = 0;
    Event event;
    bool secret_suspect = false; ///< say once: this NAS's secret is probably wrong (protocol C-05)
    std::int64_t learned_message_authenticator = 0; ///< id of a NAS that from now on needs one (protocol M-11)
    std::optional<HashWork> hash;
    std::optional<LearnedMac> learned_mac;
    std::optional<PasswordUpgrade> upgrade;
};

/// A reply that had to wait: until its record was safe, or its time had come.
struct LateReply {
    Path path;
    Octets reply; ///< valid until the next call
};
struct LateOutcome {
    Path path;
    Outcome outcome;
};

/// What a configuration may change while the daemon runs.
struct Settings {
    std::vector<std::string> messages; ///< Reply-Message by Reason; empty: none is sent
    std::optional<provisioning::Storage> upgrade_to; ///< a weak hash that PAP proved is kept so from then on
    std::chrono::seconds close_stale_after{3600}; ///< a stale session is closed as lost (protocol N-12)
};
/// The built-in messages in Portuguese or English.
enum class Language : std::uint8_t { portuguese, english };
std::vector<std::string> built_in_messages(Language language);

/// An open session as the records have it.
struct KnownSession {
    std::string session_key, login;
    std::int64_t login_id = 0, nas_id = 0; ///< login_id 0: unknown
    std::string mac, nas_port_id;
    std::optional<std::uint32_t> nas_port;
    std::chrono::seconds open_for{0}, silent_for{0};
    std::uint32_t interim_s = 0, session_time_s = 0;
    std::uint64_t download_octets = 0, upload_octets = 0;
    // For the reconciler:
    provisioning::Instant began{};
    std::string acct_session_id{}, framed_ip{}, nas_ip{}, nas_identifier{};
    bool ours = true; ///< its accounting came to this daemon last
    std::optional<std::array<std::uint32_t, 4>> fingerprint{};
    std::string has{};
};

/// What a login has used of its allowance, as the records have it.
struct KnownUse {
    std::int64_t login_id = 0;
    std::uint64_t octets = 0;
};

/// The sessions of a NAS.
struct NasOnline {
    std::size_t open = 0, stale = 0; ///< stale ones are open too
    /// None of its open sessions that send interim updates, and nothing else genuine, was heard in time: it, or the
    /// way to it, is probably down.
    bool silent = false;
};

class Engine {
public:
    using Random = std::function<void(std::span<std::uint8_t>)>;
    using Zone = std::function<provisioning::ZoneOffset(std::chrono::system_clock::time_point)>;

    /// `zone`: of the provider, for schedules; none: UTC.
    Engine(const provisioning::Sealer& sealer, Random random, Zone zone = {});
    ~Engine();

    /// The directory; until the first is here every Access-Request stays unanswered (protocol A-14).
    /// Returns the one before, which may be freed elsewhere: that takes a while.
    std::unique_ptr<provisioning::Directory> take(std::unique_ptr<provisioning::Directory> directory);
    void apply(std::vector<provisioning::Change>&& changes);
    void configure(Settings settings);
    const provisioning::Directory* directory() const noexcept; ///< null before the first
    /// Sessions that were open when the daemon started; what it has heard itself meanwhile counts more.
    void remember(std::span<const KnownSession> sessions, Now now);
    /// A record of the journal that the database may not have yet: into the table of sessions as it was heard then.
    void replay(const provisioning::Usage& usage, std::chrono::seconds ago, Now now);

    /// What the records have of allowances, at the start and now and then: what was heard since counts on top.
    void use_known(std::span<const KnownUse> used, Now now);
    /// Octets that the login has used in its present period; nothing: its plan has no allowance.
    std::optional<std::uint64_t> used(std::int64_t login_id, Now now) const;
    /// Logins that have passed their plan's warning level or used up their allowance since the last call.
    struct AllowanceNote {
        std::int64_t login_id;
        std::uint64_t used, allowance;
        bool used_up;
    };
    std::vector<AllowanceNote> allowance_notes();
    Reconciler& reconciler() noexcept;
    /// The table's key of a session that the records call so.
    Sessions::Key key_of(std::string_view session_key) const noexcept;

    /// Sessions that have been stale for longer than Settings::close_stale_after, at most `most` of them: they leave
    /// the table, and these records (kind closed) are to be journalled. Call each second.
    std::span<const provisioning::Usage> close_stale(std::size_t most, Now now);
    /// NAS that have fallen silent, or are heard again, since the last call; views live until the directory changes.
    struct Silence {
        const provisioning::NasEntry* nas;
        NasOnline online;
    };
    std::vector<Silence> silences(Now now);
    NasOnline online(std::int64_t nas_id, Now now) const;

    /// False while the journal takes no records: Status-Server at the accounting port stays unanswered (protocol
    /// S-03).
    void accounting_possible(bool possible) noexcept;

    Outcome on_datagram(const Datagram& datagram, Now now);

    std::optional<LateReply> stored(Ticket ticket, Now now);
    void not_stored(Ticket ticket); ///< the NAS will ask again, and is then not a duplicate
    /// The result of an Outcome's hash; nothing when its request is gone.
    std::optional<LateOutcome> hash_checked(Ticket ticket, bool right, Now now);
    void hash_not_checked(Ticket ticket); ///< no room: the NAS will ask again
    /// Rejects that wait (protocol L-07): when the next is due, and that reply.
    std::optional<std::chrono::steady_clock::time_point> next_due() const noexcept;
    std::optional<LateReply> due(Now now);

    /// What is asked of the policy besides the request itself, as a request from that caller would have it now; for
    /// `login explain`. `mac` and `nas_port` as in a request.
    struct Standing {
        std::uint32_t sessions = 0;
        bool throttled = false;
        std::chrono::seconds utc_offset{0};
    };
    Standing standing(const provisioning::LoginEntry& login, const provisioning::NasEntry* nas, std::string_view mac,
                      std::string_view nas_port, Now now) const;

    bool ms_chap_available() const noexcept;
    Counters& counters() noexcept;
    std::span<const std::uint64_t> rejects_by_reason() const noexcept; ///< by Reason
    std::size_t sessions_online() const noexcept;
    const NasCounters* nas_counters(std::int64_t nas_id) const noexcept;
    struct UnknownSource {
        provisioning::Address address;
        std::uint64_t packets;
        std::chrono::system_clock::time_point last_seen;
    };
    std::vector<UnknownSource> unknown_sources() const; ///< the 256 last seen

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace core
