// provisioning/ladder/calendar.cpp
#include "provisioning/ladder/calendar.hpp"

#include <charconv>

namespace provisioning::ladder {
namespace {

std::optional<int> number(std::string_view digits) noexcept
{
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

void put(std::string& text, unsigned value)
{
    text += static_cast<char>('0' + value / 10);
    text += static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<Day> day_of(std::string_view iso) noexcept
{
    if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-') return std::nullopt;
    const auto year = number(iso.substr(0, 4)), month = number(iso.substr(5, 2)), day = number(iso.substr(8, 2));
    if (!year || !month || !day || *month < 1 || *day < 1) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return Day{date};
}

std::string text_of(Day day)
{
    const std::chrono::year_month_day date{day};
    auto text = std::to_string(static_cast<int>(date.year()));
    text += '-';
    put(text, static_cast<unsigned>(date.month()));
    text += '-';
    put(text, static_cast<unsigned>(date.day()));
    return text;
}

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
