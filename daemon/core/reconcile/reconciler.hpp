// daemon/core/reconcile/reconciler.hpp - sessions that are online follow their records. For each it knows what it has
// (a fingerprint of its terms) and asks the policy what it should have; where the two differ, a CoA-Request or a
// Disconnect-Request goes to its NAS, again and again with patience, and what came of it is kept. Decides; opens no
// socket, reads no clock. Source: RFC 5176, RFC 5080 s2.2.1; protocol O-01 to O-11, F-23.
#pragma once

#include "daemon/core/counters.hpp"
#include "daemon/core/engine.hpp"
#include "provisioning/enforcement.hpp"
#include "radius/dialect/change.hpp"

#include <functional>
#include <memory>

namespace core {

/// How a session stands to its records.
struct Following {
    enum class State : std::uint8_t {
        in_force, ///< it has what its records say
        pending,  ///< it is being told, or waits for its turn
        failed ///< given up: `why`; it is tried again when its records change, by hand, or when its NAS answers again
    } state = State::in_force;
    std::string wanted{}, has{}; ///< in words
    std::string why{}; ///< of pending and failed: "contract_suspended: waits for an answer", "NAK 404 ..."
    std::uint32_t attempts = 0;
    std::optional<std::chrono::seconds> next_in{}; ///< until it is tried again
};
std::string_view name(Following::State state) noexcept; ///< "in_force", "pending", "failed"

/// The way to one NAS.
struct NasLine {
    std::size_t queued = 0, in_flight = 0, peak_in_flight = 0, failed = 0;
    bool answers = true; ///< false: it did not for 30 s; one request each 5 s is tried until it does
    std::uint64_t sent = 0, repeated = 0, acknowledged = 0, refused = 0, unanswered = 0, bad_replies = 0;
};

class Reconciler {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Random = std::function<void(std::span<std::uint8_t>)>;

    Reconciler(Random random, Counters& counters, radius::Digester& digester);
    ~Reconciler();

    // From the engine ---------------------------------------------------------------------------------------------

    /// What a Start or Interim says of its session, or a row of the records about a session that was open before.
    struct Online {
        Sessions::Key key{};
        std::string session_key{}; ///< as the records have it
        provisioning::Instant began{};
        std::int64_t login_id = 0, nas_id = 0;
        std::string user_name{}, acct_session_id{}, nas_identifier{}; ///< as received
        std::string nas_ip{}, framed_ip{}; ///< text; empty: not reported
        std::string mac{}, nas_port_id{}; ///< as received
        Path from{}; ///< of its accounting; remote not set: not heard by this daemon
        std::optional<radius::Fingerprint> has{}; ///< of its Accept (Class), or of the last CoA; nothing: not known
        std::string has_words{}; ///< empty: as accepted
        bool ours = true; ///< false: another daemon hears its accounting and sends the requests
        std::optional<Time> at{}; ///< of this record; nothing: a row
        std::uint64_t download = 0, upload = 0; ///< so far
    };
    void online(Online&& session, Now now);
    void ended(const Sessions::Key& key, Now now);
    /// A change of the directory that has been made; a null directory was replaced as a whole.
    void changed(provisioning::EntryKind kind, std::int64_t id);
    void everything_changed();
    /// A login has used up its allowance, or has one again.
    void login_changed(std::int64_t login_id);

    /// What the policy says of a session now: the engine's, since it holds the directory.
    using Decide = std::function<provisioning::Decision(const Online&, Now)>;
    /// A session whose NAS does not know it (503): stale, never deleted (protocol O-05).
    using Unknown = std::function<void(const Sessions::Key&)>;
    /// The secret that a NAS used last: during a grace there are two.
    using SecretOf = std::function<Octets(const provisioning::NasEntry&, Now)>;
    struct Records {
        Decide decide;
        Unknown unknown;
        SecretOf secret_of;
    };
    /// `directory` null: nothing is done until there is one.
    void serve(const provisioning::Directory* directory, Records records);

    // From io -----------------------------------------------------------------------------------------------------

    struct Packet {
        Path path; ///< socket: 0, the sender's to choose by the family of `remote`
        Octets octets;
    };
    using Send = std::function<void(const Packet&)>;
    /// About a millisecond of what is due: looks at sessions, sends, repeats, gives up. When to call again.
    std::optional<Time> work(Now now, const Send& send);
    void on_reply(const Path& path, Octets octets, Now now);
    /// What came of requests since the last call, for the records. One that was acknowledged and then shown to have had
    /// no effect comes twice, with the same `at`: the second time counts.
    std::vector<provisioning::EnforcementAttempt> take_attempts();

    // From people, on the loop ------------------------------------------------------------------------------------

    struct Outcome {
        provisioning::EnforcementResult result = provisioning::EnforcementResult::not_sent;
        std::optional<std::uint32_t> error_cause{};
        std::uint32_t sent = 0;
        std::chrono::milliseconds took{0};
        bool over = false; ///< of a disconnect: its Stop has come
        std::string problem{}; ///< of not_sent, in words
    };
    using Done = std::function<void(const Outcome&)>;
    /// `done` is called once: when the answer is final (a disconnect's: its Stop, or 10 s after the ACK without one).
    void disconnect(const Sessions::Key& key, std::string actor, Done done, Now now);
    struct Rates {
        std::uint64_t download_bps = 0, upload_bps = 0;
    };
    /// In force until the session's records change or it ends.
    void set_rates(const Sessions::Key& key, Rates rates, std::string actor, Done done, Now now);
    /// A request about a session that cannot be there: whoever knows the secret answers 503 (or another NAK).
    struct Probed {
        bool answered = false, signed_right = true; ///< signed_right false: an answer came that another secret signed
        bool acknowledged = false;
        std::optional<std::uint32_t> error_cause{};
        std::chrono::milliseconds took{0};
        std::optional<std::int64_t> clock_skew_s{}; ///< its Event-Timestamp less our clock
    };
    void probe(const provisioning::NasEntry& nas, const Path& to, std::function<void(const Probed&)> done, Now now);
    /// Looks at every session of the NAS anew, failed ones too.
    void look_again(std::int64_t nas_id);

    std::optional<Following> following(const Sessions::Key& key, Now now) const;
    struct Totals {
        std::size_t in_force = 0, pending = 0, failed = 0;
    };
    Totals totals(std::int64_t nas_id) const; ///< 0: of all
    /// Those that do not have what they should, at most `most`: visit(online, following).
    void each_unsettled(std::int64_t nas_id, std::size_t most, Now now,
                        const std::function<void(const Online&, const Following&)>& visit) const;
    NasLine line(std::int64_t nas_id) const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace core
