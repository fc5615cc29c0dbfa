// tests/unit/core/sessions_fixture.hpp - callers and keys for the tests of the table of sessions.
#pragma once

#include "daemon/core/sessions.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace tests::sessions {

using core::Sessions;

inline const Sessions::Time start{std::chrono::hours{24 * 30}};
inline constexpr std::int64_t login = 7;
inline constexpr std::uint32_t interim = 300; // s: stale after 960 s

inline Sessions::Key key(std::uint64_t number)
{
    Sessions::Key made{};
    const std::uint64_t spread = number * 0x9e3779b97f4a7c15; // like the random octets that it stands for
    std::memcpy(made.data(), &spread, sizeof spread);
    std::memcpy(made.data() + sizeof spread, &number, sizeof number);
    return made;
}

inline Sessions::Caller caller(std::string_view mac, std::int64_t nas_id = 1, std::uint64_t port = 0)
{
    Sessions::Caller made{nas_id, {}, port};
    std::copy(mac.begin(), mac.end(), made.mac.begin());
    return made;
}

inline const Sessions::Caller house = caller("00:0C:42:00:00:01"), neighbour = caller("00:0C:42:00:00:02");

/// A record that arrives as it happens.
inline Sessions::Heard tell(Sessions& table, const Sessions::Key& key, std::string_view other_key,
                            std::int64_t login_id, const Sessions::Caller& caller, Sessions::Report report,
                            std::uint32_t interim_s, Sessions::Time now)
{
    Sessions::Told told;
    told.report = report;
    told.reusable = other_key.starts_with("n:");
    told.at = now;
    told.interim_s = interim_s;
    return table.heard(key, other_key, login_id, caller, told, now);
}

/// Those closed for their silence.
inline std::vector<Sessions::Key> close_stale(Sessions& table, std::chrono::seconds kept, Sessions::Time now,
                                              std::size_t most = 1000, Sessions::Time listening = {})
{
    std::vector<Sessions::Key> found;
    table.close_stale(most, kept, listening, now, [&](const Sessions::Lost& lost) { found.push_back(lost.key); });
    return found;
}

inline std::vector<Sessions::Key> lost_to(Sessions& table, const Sessions::Key& by)
{
    std::vector<Sessions::Key> found;
    table.taken_over_by(by, [&](const Sessions::Lost& lost) { found.push_back(lost.key); });
    return found;
}

} // namespace tests::sessions
