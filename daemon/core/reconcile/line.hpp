// daemon/core/reconcile/line.hpp - the way to one address and port of a NAS: whose turn it is, which requests are in
// flight, when each is repeated or given up. Knows no session and no packet's sense; nothing here waits. Source: RFC
// 5080 s2.2.1 (repetitions), RFC 5176 s2.3 (identifiers); protocol O-06, O-07, O-08.
#pragma once

#include "daemon/core/engine.hpp"

#include <map>

namespace core {

class Line {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Milliseconds = std::chrono::milliseconds;
    /// -1 to 1, evenly.
    using Jitter = std::function<double()>;
    using Place = std::uint64_t;

    static constexpr Milliseconds first_wait{2000}, longest_wait{16'000}, given_up_after{30'000};
    static constexpr Milliseconds identifier_rest{30'000}, probe_each{5000};
    static constexpr std::uint32_t most_sendings = 5; ///< of one request (RFC 5080 MRC)
    static constexpr std::size_t window = 32;

    struct Flight {
        std::uint64_t owner = 0;
        std::uint8_t identifier = 0;
        std::vector<std::uint8_t> octets{}; ///< the same at each sending
        provisioning::Secret secret{}; ///< that it was signed with
        Path path{};
        Time first{}, due{}, until{};
        Milliseconds wait{0};
        std::uint32_t sent = 1;
        bool repeats = true;
        bool over = false; ///< a probe, or nobody needs the answer any more: its silence says nothing of the line
    };

    explicit Line(Jitter jitter) : jitter_(std::move(jitter)) {}

    // The queue: of sessions, not of packets -----------------------------------------------------------------------

    enum class Urgency : std::uint8_t { usual, by_hand };
    /// Those by hand go first, and neither wait for room in the window nor for the next try of a silent NAS.
    Place enqueue(std::uint32_t session, Urgency urgency);
    void leave(Place place) noexcept;
    /// Whose turn it is now; it has left the queue then. Nothing: nobody's, or no identifier is free.
    std::optional<std::uint32_t> next(Time now);
    std::size_t queued() const noexcept { return queue_.size(); }

    // In flight ------------------------------------------------------------------------------------------------------

    /// One that no request of the last 30 s has which was not answered; nothing: all 256 are taken.
    std::optional<std::uint8_t> free_identifier(Time now) const noexcept;
    /// The request has been sent for the first time. `patience`: when it is given up.
    Flight& start(Flight&& flight, Time now, Milliseconds patience = given_up_after);
    Flight* find(std::uint8_t identifier) noexcept;
    Flight* find_owner(std::uint64_t owner) noexcept;
    /// A genuine answer to it has come: it is in flight no more, and the NAS answers.
    Flight answered(std::uint8_t identifier, Time now);
    /// What it was for is over: no more repetitions, and `patience` more for its answer.
    void hurry(std::uint64_t owner, Time now, Milliseconds patience) noexcept;
    /// repeat(const Flight&) for each that is to be sent again; then gives back those that stay without an answer.
    template <class Repeat>
    std::vector<Flight> run(Time now, Repeat&& repeat)
    {
        for (Flight& flight : flights_)
            if (flight.until > now && is_due(flight, now)) {
                sent_again(flight, now);
                repeat(std::as_const(flight));
            }
        return given_up(now);
    }
    /// When run() or next() has something to do; nothing: not before something else happens.
    std::optional<Time> next_due(Time now) const noexcept;

    std::size_t in_flight() const noexcept { return flights_.size(); }
    std::size_t peak_in_flight() const noexcept { return peak_; }
    bool answers() const noexcept { return !silent_since_; }
    /// When the first request was sent that it did not answer, nor any other since.
    std::optional<Time> silent_since() const noexcept { return silent_since_; }

    std::uint64_t sent = 0, repeated = 0, acknowledged = 0, refused = 0, unanswered = 0, bad_replies = 0;

private:
    bool has_turn(Time now) const noexcept;
    bool is_due(const Flight& flight, Time now) const noexcept;
    void sent_again(Flight& flight, Time now);
    std::vector<Flight> given_up(Time now);
    Milliseconds jittered(Milliseconds base, Milliseconds by);

    Jitter jitter_;
    std::map<Place, std::uint32_t> queue_; ///< those by hand have the lower half of the numbers
    Place next_place_ = Place{1} << 63, next_place_by_hand_ = 1;
    std::vector<Flight> flights_;
    std::size_t peak_ = 0;
    std::array<Time, 256> rests_until_{};
    std::uint8_t next_identifier_ = 0;
    std::optional<Time> silent_since_, answered_at_;
};

} // namespace core
