// daemon/core/sessions.hpp - who is online, as far as the limit of simultaneous sessions needs to know: a slot is
// reserved at an Accept, confirmed by the Start, and given back by the Stop, by silence, or to the same caller who
// dials again. Source: protocol, N-12. Bounded; no call sweeps more than a few entries. What the records say
// is elsewhere.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace core {

class Sessions {
public:
    using Time = std::chrono::steady_clock::time_point;
    /// The random part of our Class, else the first 16 octets of a hash of the record's key: evenly spread either way.
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
    static constexpr std::chrono::seconds stale_kept_for{24 * 3600};
    /// A session is stale when it was not heard for longer than this; `interim_s` 0: it sends none.
    static constexpr std::chrono::seconds silence_allowed(std::uint32_t interim_s) noexcept
    {
        return interim_s ? std::chrono::seconds{3} * interim_s + std::chrono::seconds{60}
                         : std::chrono::seconds{24 * 3600};
    }

    /// A login id of 0 or less is nobody's: such sessions are kept, but never counted, taken over or visited.
    /// `most` sessions (at least 1, below 2^31), at most 136 octets each, touched as they come. At the bound what has
    /// stopped goes first, then the longest unheard. The text keys of foreign sessions come on top, as they are.
    explicit Sessions(std::size_t most);

    struct Standing {
        std::uint32_t live = 0; ///< started and not stale, or reserved less than 60 s ago
        std::uint32_t own = 0; ///< of those, of the same caller
    };
    Standing standing(std::int64_t login_id, const Caller& caller, Time now) const noexcept;

    /// At an Accept: counts from now on, for 60 s unless it starts. `interim_s` is what the Accept asks for.
    void reserve(const Key& key, std::int64_t login_id, const Caller& caller, std::uint32_t interim_s,
                 Time now) noexcept;

    /// At an Accept that is one too many but for the caller's own: the `count` least recently heard of those stop
    /// counting now, and taken_over_by(`by`) gives them back once that one has started. If it never does, they count
    /// again at their next Interim. A reservation among them never started: what it had taken over is now `by`'s.
    void take_over(std::int64_t login_id, const Caller& caller, std::uint32_t count, const Key& by, Time now) noexcept;

    enum class Report : std::uint8_t { start, interim, stop };
    /// Accounting. Opens what is not known (by an Interim as well), confirms a reservation, ends at a Stop. An Interim
    /// revives what was stale or taken over; a repeated Start does not bring back what was taken over. A key that
    /// stopped, known before or not, is no session and opens none for 60 s.
    /// `other_key`: the record's key as text when it does not come from our Class, else empty. A caller's MAC or port
    /// that a report does not carry stays as it was known. `interim_s` is what the session is asked to send. Reports
    /// that were missed (before this program started) are told in the order of their times.
    void heard(const Key& key, std::string_view other_key, std::int64_t login_id, const Caller& caller, Report report,
               std::uint32_t interim_s, Time now);

    struct Lost {
        Key key;
        std::string_view other_key; ///< valid during the visit
        std::int64_t login_id, nas_id;
        Time last_heard;
    };
    /// What `by`, which has just started, took over: to be closed in the records as Lost-Carrier. Calls
    /// visit(const Lost&) for each, and forgets them. `visit` must not call this table.
    template <class Visit>
    void taken_over_by(const Key& by, Visit&& visit)
    {
        for (std::uint32_t at = first_taken_by(by); at; at = first_taken_by(by)) {
            visit(Lost{slots_[at].key, other_key(at), slots_[at].login_id, slots_[at].caller.nas_id, slots_[at].heard});
            forget(at);
        }
    }

    enum class State : std::uint8_t { reserved, live, stale, taken_over };
    struct View {
        Key key;
        std::string_view other_key; ///< valid during the visit
        Caller caller;
        State state;
        Time last_heard; ///< reserved: when
        std::uint32_t interim_s;
    };
    /// visit(const View&) for each session of the login, the last heard first; those that ended are none.
    template <class Visit>
    void each_of(std::int64_t login_id, Time now, Visit&& visit) const
    {
        for (std::uint32_t at = first_of(login_id); at; at = next_of(at))
            if (!ended(slots_[at], now))
                visit(View{slots_[at].key, other_key(at), slots_[at].caller, state_of(slots_[at], now),
                           slots_[at].heard, slots_[at].interim_s});
    }
    std::uint32_t live_of(std::int64_t login_id, Time now) const noexcept;

    std::size_t size() const noexcept { return queues_[reserved].size + queues_[open].size; } ///< stale ones as well
    std::uint64_t evicted() const noexcept { return evicted_; } ///< sessions forgotten for want of room

private:
    enum Kind : std::uint8_t { reserved, open, stopped, kinds };
    struct Slot {
        Key key;
        Key by; ///< who took it over
        std::int64_t login_id;
        Caller caller;
        Time heard;
        std::uint32_t interim_s;
        std::uint32_t next_by_key, next_of_login, before_of_login, older, newer; ///< 0: none
        Kind kind;
        bool taken;
    };
    static_assert(sizeof(Slot) <= 128);
    struct Queue {
        std::uint32_t oldest = 0, newest = 0;
        std::size_t size = 0;
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
    std::uint32_t& bucket_of(const Key& key) const noexcept;
    std::uint32_t& bucket_of(std::int64_t login_id) const noexcept;
    std::uint32_t find(const Key& key) const noexcept;
    std::uint32_t first_of(std::int64_t login_id) const noexcept;
    std::uint32_t next_of(std::uint32_t at) const noexcept; ///< the next of the same login
    std::uint32_t first_taken_by(const Key& by) noexcept;
    std::string_view other_key(std::uint32_t at) const noexcept;

    std::uint32_t make(const Key& key, std::int64_t login_id, const Caller& caller, Kind kind, Time now) noexcept;
    void set(std::uint32_t at, std::int64_t login_id, const Caller& caller, Kind kind, Time now) noexcept;
    void enter(std::uint32_t at) noexcept; ///< into its queue and its login's list, as the newest
    void leave(std::uint32_t at) noexcept;
    void forget(std::uint32_t at) noexcept;
    void sweep(Time now) noexcept;

    std::uint32_t most_;
    std::uint32_t mask_;
    Zeroed<Slot> slots_; ///< the first is not used: 0 is "none"
    Zeroed<std::uint32_t> by_key_, by_login_; ///< hash buckets: the first slot of each
    std::uint32_t used_ = 0; ///< slots ever used
    std::uint32_t spare_ = 0; ///< slots given back, chained by `older`
    Queue queues_[kinds];
    boost::unordered_flat_map<std::uint32_t, std::string> other_keys_; ///< by slot
    std::uint64_t evicted_ = 0;
};

} // namespace core
