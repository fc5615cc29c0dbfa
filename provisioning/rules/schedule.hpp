// provisioning/rules/schedule.hpp - at which times of the week a login may be used (horário), in the provider's zone.
// As typed: "mon-fri 08:00-18:00; sat 08:00-12:00"; days mon tue wed thu fri sat sun (seg ter qua qui sex sab dom),
// ranges and lists of them ("mon,wed-fri"), "daily" (diario); a range over midnight ("fri 22:00-02:00") ends the next
// day; 24:00 is the end of a day.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provisioning {

/// Windows in minutes since Monday 00:00 local time, [begin, end), sorted, not touching each other. Empty: always.
struct Schedule {
    struct Window {
        std::uint16_t begin = 0, end = 0;  ///< 0..10080
        bool operator==(const Window&) const = default;
    };
    std::vector<Window> windows;
    bool operator==(const Schedule&) const = default;
};

inline constexpr std::uint16_t minutes_a_week = 7 * 24 * 60;

/// The schedule and its canonical text, or a sentence that says what is wrong and what would be right.
struct ParsedSchedule {
    Schedule schedule;
    std::string canonical;
    std::string wrong;  ///< empty: right
};
ParsedSchedule parse_schedule(std::string_view typed);

/// The canonical text of it.
std::string schedule_text(const Schedule& schedule);

/// How long access stays open from `now`, cut to the second (its local time is now + utc_offset); nothing: it is closed
/// now. A schedule that is always open gives seconds::max(). An offset that changes meanwhile (summer time) moves the
/// end by as much. noexcept, no allocation.
std::optional<std::chrono::seconds> open_for(const Schedule& schedule, std::chrono::system_clock::time_point now,
                                             std::chrono::seconds utc_offset) noexcept;

} // namespace provisioning
