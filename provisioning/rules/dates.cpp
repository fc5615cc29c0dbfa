// provisioning/rules/dates.cpp - days and instants of rules/values.hpp.
#include "provisioning/rules/values.hpp"

#include <date/date.h>

#include <chrono>

namespace provisioning {
namespace {

// Takes a number of `least` to `most` digits off `text`.
std::optional<int> number(std::string_view& text, std::size_t least, std::size_t most)
{
    int value = 0;
    std::size_t used = 0;
    for (; used < most && used < text.size() && text[used] >= '0' && text[used] <= '9'; ++used)
        value = value * 10 + (text[used] - '0');
    if (used < least) return std::nullopt;
    text.remove_prefix(used);
    return value;
}

bool take(std::string_view& text, std::string_view one_of)
{
    if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<date::year_month_day> existing_day(int year, int month, int day)
{
    constexpr int first_year = 1000;  // four digits were typed, so 0026 is a slip
    const auto result = date::year{year} / month / day;
    if (year < first_year || !result.ok()) return std::nullopt;
    return result;
}

std::string two_digits(long value)
{
    return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

std::string iso(date::year_month_day day)
{
    return std::to_string(static_cast<int>(day.year())) + '-' +
           two_digits(static_cast<int>(static_cast<unsigned>(day.month()))) + '-' +
           two_digits(static_cast<int>(static_cast<unsigned>(day.day())));
}

// "2026-12-10" off the front of `text`.
std::optional<date::year_month_day> iso_day(std::string_view& text)
{
    const auto year = number(text, 4, 4);
    if (!year || !take(text, "-")) return std::nullopt;
    const auto month = number(text, 2, 2);
    if (!month || !take(text, "-")) return std::nullopt;
    const auto day = number(text, 2, 2);
    if (!day) return std::nullopt;
    return existing_day(*year, *month, *day);
}

std::optional<date::year_month_day> day_first(std::string_view& text)
{
    const auto day = number(text, 1, 2);
    if (!day || !take(text, "/")) return std::nullopt;
    const auto month = number(text, 1, 2);
    if (!month || !take(text, "/")) return std::nullopt;
    const auto year = number(text, 4, 4);
    if (!year) return std::nullopt;
    return existing_day(*year, *month, *day);
}

// "21:14" off the front of `text`.
std::optional<std::chrono::minutes> hour_and_minute(std::string_view& text)
{
    const auto hour = number(text, 2, 2);
    if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
    const auto minute = number(text, 2, 2);
    if (!minute || *minute > 59) return std::nullopt;
    return std::chrono::hours{*hour} + std::chrono::minutes{*minute};
}

// "Z" or "-03:00" as the distance from UTC.
std::optional<std::chrono::minutes> offset(std::string_view& text)
{
    if (take(text, "Zz")) return std::chrono::minutes{0};
    const bool west = text.starts_with('-');
    if (!take(text, "+-")) return std::nullopt;
    const auto distance = hour_and_minute(text);
    if (!distance) return std::nullopt;
    return west ? -*distance : *distance;
}

// ".120" -> ".12", nothing typed -> ""; up to six digits, as PostgreSQL keeps.
std::optional<std::string> fraction(std::string_view& text)
{
    if (!take(text, ".")) return std::string{};
    const auto whole = text;
    if (!number(text, 1, 6)) return std::nullopt;
    std::string digits = '.' + std::string{whole.substr(0, whole.size() - text.size())};
    digits.erase(digits.find_last_not_of('0') + 1);
    return digits == "." ? std::string{} : digits;
}

}  // namespace

std::optional<std::string> date(std::string_view typed)
{
    const auto day = typed.find('/') == std::string_view::npos ? iso_day(typed) : day_first(typed);
    if (!day || !typed.empty()) return std::nullopt;
    return iso(*day);
}

std::optional<std::chrono::sys_days> day_of(std::string_view text) noexcept
{
    const auto day = iso_day(text);
    if (!day || !text.empty()) return std::nullopt;
    return std::chrono::sys_days{std::chrono::days{date::sys_days{*day}.time_since_epoch().count()}};
}

std::string text_of(std::chrono::sys_days day)
{
    return iso(date::sys_days{date::days{static_cast<int>(day.time_since_epoch().count())}});
}

std::optional<std::string> instant(std::string_view typed)
{
    const auto day = iso_day(typed);
    if (!day || !take(typed, "Tt ")) return std::nullopt;
    const auto time = hour_and_minute(typed);
    if (!time || !take(typed, ":")) return std::nullopt;
    const auto second = number(typed, 2, 2);
    if (!second || *second > 59) return std::nullopt;
    const auto rest = fraction(typed);
    if (!rest) return std::nullopt;
    const auto from_utc = offset(typed);
    if (!from_utc || !typed.empty()) return std::nullopt;

    const auto utc = date::sys_days{*day} + *time - *from_utc;
    const auto utc_day = date::floor<date::days>(utc);
    const auto clock = utc - utc_day;
    const auto hours = std::chrono::floor<std::chrono::hours>(clock);
    return iso(utc_day) + 'T' + two_digits(hours.count()) + ':' + two_digits((clock - hours).count()) + ':' +
           two_digits(*second) + *rest + 'Z';
}

}  // namespace provisioning
