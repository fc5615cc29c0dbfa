// provisioning/ladder/calendar.hpp - days of the provider's calendar, and those on which nobody is cut.
#pragma once

#include "provisioning/rules/values.hpp"

#include <chrono>
#include <set>

namespace provisioning::ladder {

/// A day in the provider's time zone.
using Day = std::chrono::sys_days;

using provisioning::day_of;
using provisioning::text_of;

class Holidays {
public:
    void add(Day day, bool yearly); ///< yearly: on its day of each year; 29 February in leap years only
    bool has(Day day) const noexcept;

private:
    std::set<Day> days_;
    std::set<std::chrono::month_day> yearly_;
};

/// The days on which no access is reduced or closed.
struct Rest {
    bool friday = false, weekend = false, holiday = false;
    bool eve = false; ///< the day before a holiday
};
bool rests(Day day, const Rest& rest, const Holidays& holidays) noexcept;

} // namespace provisioning::ladder
