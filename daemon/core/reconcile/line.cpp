#include "daemon/core/reconcile/line.hpp"

#include <algorithm>

namespace core {

namespace {

constexpr Line::Place first_usual = Line::Place{1} << 63;

} // namespace

Line::Place Line::enqueue(std::uint32_t session, Urgency urgency)
{
    const auto place = urgency == Urgency::by_hand ? next_place_by_hand_++ : next_place_++;
    queue_.emplace(place, session);
    return place;
}

void Line::leave(Place place) noexcept { queue_.erase(place); }

/// While the NAS is silent one request at a time tries it, when those before have run out.
bool Line::has_turn(Time now) const noexcept
{
    if (queue_.empty() || !free_identifier(now)) return false;
    if (queue_.begin()->first < first_usual) return true;
    return answers() ? flights_.size() < window : flights_.empty();
}

std::optional<std::uint32_t> Line::next(Time now)
{
    if (!has_turn(now)) return std::nullopt;
    const auto session = queue_.begin()->second;
    queue_.erase(queue_.begin());
    return session;
}

std::optional<std::uint8_t> Line::free_identifier(Time now) const noexcept
{
    for (int i = 0; i < 256; ++i) {
        const auto identifier = static_cast<std::uint8_t>(next_identifier_ + i);
        const bool taken =
            std::ranges::any_of(flights_, [&](const Flight& flight) { return flight.identifier == identifier; });
        if (!taken && rests_until_[identifier] <= now) return identifier;
    }
    return std::nullopt;
}

Line::Milliseconds Line::jittered(Milliseconds base, Milliseconds by)
{
    constexpr double part = 0.1; // RFC 5080 s2.2.1: RAND
    return base + Milliseconds{static_cast<Milliseconds::rep>(static_cast<double>(by.count()) * part * jitter_())};
}

Line::Flight& Line::start(Flight&& flight, Time now, Milliseconds patience)
{
    next_identifier_ = static_cast<std::uint8_t>(flight.identifier + 1);
    flight.first = now;
    flight.sent = 1;
    const bool tries = !answers();
    flight.wait = tries ? probe_each : jittered(first_wait, first_wait);
    flight.due = now + flight.wait;
    flight.until = now + (tries ? std::min(patience, most_sendings * probe_each) : patience);
    ++sent;
    flights_.push_back(std::move(flight));
    peak_ = std::max(peak_, flights_.size());
    return flights_.back();
}

Line::Flight* Line::find(std::uint8_t identifier) noexcept
{
    const auto at = std::ranges::find(flights_, identifier, &Flight::identifier);
    return at == flights_.end() ? nullptr : &*at;
}

Line::Flight* Line::find_owner(std::uint64_t owner) noexcept
{
    const auto at = std::ranges::find(flights_, owner, &Flight::owner);
    return at == flights_.end() ? nullptr : &*at;
}

Line::Flight Line::answered(std::uint8_t identifier, Time now)
{
    const auto at = std::ranges::find(flights_, identifier, &Flight::identifier);
    Flight flight = std::move(*at);
    flights_.erase(at);
    answered_at_ = now;
    silent_since_.reset();
    return flight;
}

void Line::hurry(std::uint64_t owner, Time now, Milliseconds patience) noexcept
{
    Flight* flight = find_owner(owner);
    if (flight == nullptr) return;
    flight->repeats = false;
    flight->over = true;
    flight->until = std::min(flight->until, now + patience);
}

bool Line::is_due(const Flight& flight, Time now) const noexcept
{
    return flight.repeats && flight.sent < most_sendings && flight.due <= now;
}

/// RFC 5080 s2.2.1: RT = 2 * RTprev + RAND * RTprev, at most MRT. A silent NAS is tried at an even pace.
void Line::sent_again(Flight& flight, Time now)
{
    ++flight.sent;
    ++repeated;
    if (flight.wait != probe_each) {
        flight.wait = jittered(2 * flight.wait, flight.wait);
        if (flight.wait > longest_wait) flight.wait = jittered(longest_wait, longest_wait);
    }
    flight.due = now + flight.wait;
}

/// That one was lost says little while others are answered; that none was answered since says that nobody is there.
std::vector<Line::Flight> Line::given_up(Time now)
{
    std::vector<Flight> gone;
    for (std::size_t i = 0; i < flights_.size();) {
        Flight& flight = flights_[i];
        if (flight.until > now) {
            ++i;
            continue;
        }
        rests_until_[flight.identifier] = now + identifier_rest;
        if (!flight.over) {
            ++unanswered;
            if (answers() && (!answered_at_ || *answered_at_ < flight.first)) silent_since_ = flight.first;
        }
        gone.push_back(std::move(flight));
        flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return gone;
}

std::optional<Line::Time> Line::next_due(Time now) const noexcept
{
    if (has_turn(now)) return now;
    std::optional<Time> next;
    const auto consider = [&](Time time) { next = next ? std::min(*next, time) : time; };
    for (const Flight& flight : flights_) {
        consider(flight.until);
        if (flight.repeats && flight.sent < most_sendings) consider(flight.due);
    }
    // Every identifier is taken or rests: one comes back each 30 s at the latest.
    if (!queue_.empty() && flights_.empty()) consider(*std::ranges::min_element(rests_until_));
    return next;
}

} // namespace core
