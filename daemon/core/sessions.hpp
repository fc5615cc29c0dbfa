// daemon/core/sessions.hpp - who is online: a slot is reserved at an Accept, confirmed by the Start, and given back by
// the Stop, by the reboot of its NAS, by silence, or to the same caller who dials again. Keeps what the records' sense
// depends on (how long, how many octets). Source: protocol, N-06, N-09, N-11, N-12. Bounded; but for the
// reboot of a NAS no call looks at more than a few entries. What the records say is elsewhere.
#pragma once

#include "daemon/core/octets.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core {

class Sessions {
public:
    using Time = std::chrono::steady_clock::time_point;
    /// Those of our Class, else the first 16 octets of a hash of the record's key: the first ones evenly spread.
    using Key = std::array<std::uint8_t, 16>;
    struct Caller {
        std::int64_t nas_id = 0;
        std::array<char, 17> mac{}; ///< canonical; all NUL: none
        std::uint64_t port = 0; ///< keyed hash of NAS-Port-Id, or of NAS-Port; 0: none
        /// Same NAS and same MAC; where either has no MAC, same NAS and same port.
        bool same_as(const Caller& other) const noexcept;
    };

    static constexpr std::chrono::seconds reserved_for{60}; ///< without a Start
    static constexpr std::chrono::seconds stop_kept_for{60}; ///< so that a late Start or Interim opens nothing
    /// A session is stale when it was not heard for longer than this; `interim_s` 0: it sends none.
    static constexpr std::chrono::seconds silence_allowed(std::uint32_t interim_s) noexcept
    {
        return interim_s ? std::chrono::seconds{3} * interim_s + std::chrono::seconds{60}
                         : std::chrono::seconds{24 * 3600};
    }

    /// A login id of 0 or less is nobody's: such sessions are kept, but never counted, taken over or visited.
    /// `most` sessions (at least 1, below 2^31), at most 160 octets each, touched as they come. At the bound what has
    /// stopped goes first, then the longest unheard. The text keys of foreign sessions come on top, as they are.
    explicit Sessions(std::size_t most);

    struct Standing {
        std::uint32_t live = 0; ///< started and not stale, or reserved less than 60 s ago
        std::uint32_t own = 0; ///< of those, of the same caller
    };
    Standing standing(std::int64_t login_id, const Caller& caller, Time now) const noexcept;

    /// At an Accept: counts from now on, for 60 s unless it starts. `interim_s` is what the Accept asks for.
    void reserve(const Key& key, std::int64_t login_id, const Caller& caller, std::uint32_t interim_s, Time now);

    /// At an Accept that is one too many but for the caller's own: the `count` least recently heard of those stop
    /// counting now, and taken_over_by(`by`) gives them back once that one has started. If it never does, they count
    /// again at their next Interim. A reservation among them never started: what it had taken over is now `by`'s.
    void take_over(std::int64_t login_id, const Caller& caller, std::uint32_t count, const Key& by, Time now) noexcept;

    enum class Report : std::uint8_t { start, interim, stop };
    /// One accounting record.
    struct Told {
        Report report = Report::start;
        bool reusable = false; ///< its key does not come from our Class: the NAS may use it again for another session
        Time at; ///< when it happened
        std::uint32_t interim_s = 0; ///< what the session is asked to send
        std::optional<std::uint32_t> nas_port, session_time_s;
        OctetsReported download, upload;
        bool reckoned = false; ///< the octets are what heard() gave before
        bool estimated = false; ///< and hold additions of ours
    };
    struct Heard {
        OctetsReckoned download, upload;
        bool started = false; ///< it is open, and this is the first Start of it
        bool open = false; ///< it is, by now
        std::uint64_t more = 0; ///< octets of both ways since what was known before; 0 where nothing was
        bool replaced = false; ///< the key is used again: the open session that had it is none any more
    };
    /// Opens what is not known (by an Interim as well), confirms a reservation, ends at a Stop. An Interim revives what
    /// was stale or taken over; a repeated Start does not bring back what was taken over. A key that stopped, known
    /// before or not, is no session and opens none for 60 s, but a reusable one whose session began later. What
    /// happened before the last reboot of its NAS opens nothing.
    /// `other_key`: the record's key as text when it does not come from our present Class, else empty. A caller's MAC
    /// or port that a report does not carry stays as it was known.
    Heard heard(const Key& key, std::string_view other_key, std::int64_t login_id, const Caller& caller,
                const Told& told, Time now);

    /// A session that was open before this program started. What has been heard of it since counts more.
    struct Before {
        Time started, heard;
        std::uint32_t interim_s = 0, session_time_s = 0;
        std::optional<std::uint32_t> nas_port;
        std::uint64_t download = 0, upload = 0;
    };
    /// False: it has stopped since.
    bool remember(const Key& key, std::string_view other_key, std::int64_t login_id, const Caller& caller,
                  const Before& before);
    /// What the session was asked for, as it is known; nothing: it is not.
    std::optional<std::uint32_t> interim_of(const Key& key) const noexcept;

    struct Lost {
        Key key;
        std::string_view other_key; ///< valid during the visit
        std::int64_t login_id, nas_id;
        Time last_heard;
        std::uint32_t interim_s;
    };
    // Sessions that end without a Stop: visit(const Lost&) for each, and they are forgotten. `visit` must not call
    // this table.

    /// What `by`, which has just started, took over: to be closed in the records as Lost-Carrier.
    template <class Visit>
    void taken_over_by(const Key& by, Visit&& visit)
    {
        for (std::uint32_t at = first_taken_by(by); at; at = first_taken_by(by)) end(at, visit);
    }
    /// What `by`, which has just started, shows to be over: older sessions of its login at the same NAS-Port number of
    /// the same NAS, and the caller's own by which the login has more than `limit` (0: none), the least recently heard
    /// first. `caller`: a port of 0 is like no other.
    template <class Visit>
    void superseded_by(const Key& by, const Caller& caller, std::uint32_t limit, Time now, Visit&& visit)
    {
        for (std::uint32_t at = first_superseded(by, caller, limit, now); at;
             at = first_superseded(by, caller, limit, now))
            end(at, visit);
    }
    /// At most `most` of those that have been stale for `kept` or longer, and that this program has listened to since
    /// `listening` long enough to hear from.
    template <class Visit>
    void close_stale(std::size_t most, std::chrono::seconds kept, Time listening, Time now, Visit&& visit)
    {
        tick(now);
        for (; most; --most) {
            const std::uint32_t at = first_to_close(kept, listening, now);
            if (!at) return;
            end(at, visit);
        }
    }
    /// The NAS has begun anew, or is about to end: its sessions that started before `at`, and were not heard of later,
    /// are over: over(key) for each. Returns how many.
    std::size_t rebooted(std::int64_t nas_id, Time at, const std::function<void(const Key&)>& over = {});
    /// A record that closed a session, again: over, unless it was heard of later than `at`. Says whether it is.
    bool closed(const Key& key, Time at) noexcept;
    /// Its NAS does not know it: stale from now on, until it is heard of.
    void mark_stale(const Key& key, Time now) noexcept;

    struct OfNas {
        std::uint32_t open = 0, stale = 0; ///< stale ones are open too
        std::uint32_t updating = 0, updating_stale = 0; ///< of those, the ones that send interim updates
        std::chrono::seconds allowed{0}; ///< the silence after which the last of them became stale
        std::optional<Time> rebooted;
    };
    /// As tick() left it.
    OfNas of_nas(std::int64_t nas_id) const noexcept;
    template <class Visit>
    void each_nas(Visit&& visit) const
    {
        for (const auto& [id, of] : of_nas_) visit(id, of);
    }
    /// Brings what only time changes up to date: what has become stale, what is to be forgotten.
    void tick(Time now);

    enum class State : std::uint8_t { reserved, live, stale, taken_over };
    struct View {
        Key key;
        std::string_view other_key; ///< valid during the visit
        Caller caller;
        State state;
        Time last_heard; ///< reserved: when
        std::uint32_t interim_s;
        Time started, last_event; ///< not of reserved ones
        std::uint64_t download, upload;
    };
    /// visit(const View&) for each session of the login, the last heard first; those that ended are none.
    template <class Visit>
    void each_of(std::int64_t login_id, Time now, Visit&& visit) const
    {
        for (std::uint32_t at = first_of(login_id); at; at = next_of(at))
            if (const Slot& slot = slots_[at]; !ended(slot, now))
                visit(View{slot.key, other_key(at), slot.caller, state_of(slot, now), slot.heard, slot.interim_s,
                           slot.started, slot.event, slot.octets[0], slot.octets[1]});
    }
    std::uint32_t live_of(std::int64_t login_id, Time now) const noexcept;

    std::size_t size() const noexcept { return reserved_.size + open_; } ///< stale ones as well
    std::uint64_t evicted() const noexcept { return evicted_; } ///< sessions forgotten for want of room

private:
    enum class Kind : std::uint8_t { unused, reserved, open, stopped };
    struct Slot {
        Key key;
        std::uint64_t by; ///< who took it over
        std::int64_t login_id;
        Caller caller;
        Time heard; ///< arrival of the last record
        Time started, event; ///< of the session, and of its last record; stopped: of its Stop
        std::uint64_t octets[2]; ///< download, upload
        std::uint32_t gigawords[2];
        std::uint32_t session_time_s, interim_s, nas_port;
        std::uint32_t next_by_key, next_of_login, before_of_login, older, newer; ///< 0: none
        std::uint32_t pace; ///< index of its queues, when open
        Kind kind;
        bool taken : 1, stale : 1, start_seen : 1, nas_port_known : 1, gigawords_known : 1;
    };
    static_assert(sizeof(Slot) <= 160);
    struct Queue {
        std::uint32_t oldest = 0, newest = 0;
        std::size_t size = 0;
    };
    /// Open sessions with the same silence allowed, so that the oldest of each queue is the next to be stale.
    struct Pace {
        std::uint32_t interim_s;
        Queue fresh, stale;
    };
    struct Free {
        void operator()(void* memory) const noexcept { std::free(memory); }
    };
    template <class T>
    using Zeroed = std::unique_ptr<T[], Free>; ///< pages are touched as they are used

    static bool counts(const Slot& slot, Time now) noexcept;
    static bool ended(const Slot& slot, Time now) noexcept;
    static State state_of(const Slot& slot, Time now) noexcept;
    static Time forgotten_at(const Slot& slot) noexcept;
    static std::uint64_t folded(const Key& key) noexcept;
    static bool is_of_another(const Slot& slot, const Told& told) noexcept;
    static bool is_of_one_before(const Slot& slot, const Told& told) noexcept;
    static Heard reckoned(Slot& slot, const Told& told) noexcept;
    static void note(Slot& slot, const Told& told, bool first) noexcept;
    bool before_reboot(std::int64_t nas_id, const Told& told) const noexcept;
    std::uint32_t& bucket_of(const Key& key) const noexcept;
    std::uint32_t& bucket_of(std::int64_t login_id) const noexcept;
    std::uint32_t find(const Key& key) const noexcept;
    std::uint32_t first_of(std::int64_t login_id) const noexcept;
    std::uint32_t next_of(std::uint32_t at) const noexcept; ///< the next of the same login
    std::uint32_t first_taken_by(const Key& by) noexcept;
    std::uint32_t first_superseded(const Key& by, const Caller& caller, std::uint32_t limit, Time now) const noexcept;
    std::uint32_t first_to_close(std::chrono::seconds kept, Time listening, Time now) const noexcept;
    std::string_view other_key(std::uint32_t at) const noexcept;
    template <class Visit>
    void end(std::uint32_t at, Visit& visit)
    {
        const Slot& slot = slots_[at];
        visit(Lost{slot.key, other_key(at), slot.login_id, slot.caller.nas_id, slot.heard, slot.interim_s});
        forget(at);
    }

    std::uint32_t make(const Key& key, std::int64_t login_id, const Caller& caller, Kind kind, std::uint32_t interim_s,
                       Time now);
    void set(std::uint32_t at, std::int64_t login_id, const Caller& caller, Kind kind, std::uint32_t interim_s,
             Time now);
    std::uint32_t pace_of(std::uint32_t interim_s);
    Queue& queue_of(const Slot& slot) noexcept;
    void link(std::uint32_t at) noexcept; ///< into its queue, as the newest
    void unlink(std::uint32_t at) noexcept;
    void enter(std::uint32_t at); ///< into its queue and its login's list, as the newest, and counted for its NAS
    void leave(std::uint32_t at) noexcept;
    void forget(std::uint32_t at) noexcept;
    void become_stale(std::uint32_t at) noexcept;
    void join_stale(std::uint32_t at) noexcept; ///< from no queue
    std::uint32_t longest_unheard() const noexcept;
    void sweep(Time now, int most) noexcept;
    void put_in_order();

    std::uint32_t most_;
    std::uint32_t mask_;
    Zeroed<Slot> slots_; ///< the first is not used: 0 is "none"
    Zeroed<std::uint32_t> by_key_, by_login_; ///< hash buckets: the first slot of each
    std::uint32_t used_ = 0; ///< slots ever used
    std::uint32_t spare_ = 0; ///< slots given back, chained by `older`
    Queue reserved_, stopped_;
    std::vector<Pace> paces_;
    boost::unordered_flat_map<std::uint32_t, std::uint32_t> pace_by_interim_;
    std::size_t open_ = 0;
    bool disordered_ = false; ///< what was heard before this program started came after what it heard itself
    boost::unordered_flat_map<std::int64_t, OfNas> of_nas_;
    boost::unordered_flat_map<std::uint32_t, std::string> other_keys_; ///< by slot
    std::uint64_t evicted_ = 0;
};

} // namespace core
