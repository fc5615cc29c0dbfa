// provisioning/ladder/calendar.cpp
#include "provisioning/ladder/calendar.hpp"

namespace provisioning::ladder {

void Holidays::add(Day day, bool yearly)
{
    const std::chrono::year_month_day date{day};
    if (yearly)
        yearly_.insert(std::chrono::month_day{date.month(), date.day()});
    else
        days_.insert(day);
}

bool Holidays::has(Day day) const noexcept
{
    const std::chrono::year_month_day date{day};
    return days_.contains(day) || yearly_.contains(std::chrono::month_day{date.month(), date.day()});
}

bool rests(Day day, const Rest& rest, const Holidays& holidays) noexcept
{
    const std::chrono::weekday weekday{day};
    if (rest.friday && weekday == std::chrono::Friday) return true;
    if (rest.weekend && (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday)) return true;
    if (rest.holiday && holidays.has(day)) return true;
    return rest.eve && holidays.has(day + std::chrono::days{1});
}

}  // namespace provisioning::ladder
