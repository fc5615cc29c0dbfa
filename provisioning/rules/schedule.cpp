#include "provisioning/rules/schedule.hpp"

#include "provisioning/rules/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace provisioning {
namespace {

constexpr std::uint16_t minutes_a_day = 24 * 60;
constexpr int days_a_week = 7;
constexpr std::array<std::string_view, days_a_week> english = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::array<std::string_view, days_a_week> portuguese = {"seg", "ter", "qua", "qui", "sex", "sab", "dom"};
constexpr std::string_view form = "give it like 'mon-fri 08:00-18:00; sat 08:00-12:00'";

struct Wrong {
    std::string what;
};

std::string_view before(std::string_view& rest, char separator)
{
    const auto at = rest.find(separator);
    const auto part = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
    return trimmed(part);
}

int day_of(std::string_view word)
{
    for (int day = 0; day < days_a_week; ++day) {
        const auto place = static_cast<std::size_t>(day);
        if (same_word(word, english[place]) || same_word(word, portuguese[place])) return day;
    }
    if (same_word(word, "s\xC3\xA1"
                        "b"))
        return 5;
    throw Wrong{shown(word) + " is no day: mon tue wed thu fri sat sun, or seg ter qua qui sex sab dom"};
}

/// "mon-fri,sun", "daily": which days.
std::array<bool, days_a_week> days_of(std::string_view text)
{
    std::array<bool, days_a_week> days{};
    if (same_word(text, "daily") || same_word(text, "diario")) {
        days.fill(true);
        return days;
    }
    while (!text.empty()) {
        auto range = before(text, ',');
        const auto first = day_of(before(range, '-'));
        const auto last = range.empty() ? first : day_of(trimmed(range));
        for (int day = first;; day = (day + 1) % days_a_week) {
            days[static_cast<std::size_t>(day)] = true;
            if (day == last) break;
        }
    }
    return days;
}

std::uint16_t minute_of(std::string_view text)
{
    const auto number = [&](std::string_view part, std::size_t most_digits) {
        unsigned value = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        if (error != std::errc{} || end != part.data() + part.size() || part.size() > most_digits)
            throw Wrong{shown(text) + " is no time of day like 08:00"};
        return value;
    };
    auto rest = text;
    const auto hour = number(before(rest, ':'), 2);
    const auto minute = rest.empty() && text.find(':') == std::string_view::npos ? 0U : number(rest, 2);
    if (hour > 24 || minute > 59 || (hour == 24 && minute > 0))
        throw Wrong{shown(text) + " is no time of day, which goes from 00:00 to 24:00"};
    return static_cast<std::uint16_t>(hour * 60 + minute);
}

/// One day's window; over midnight it goes into the next day, and on Sunday into Monday.
void add_window(std::vector<Schedule::Window>& windows, int day, std::uint16_t begin, std::uint16_t end)
{
    const int from = day * minutes_a_day + begin;
    const int to = day * minutes_a_day + end + (end <= begin ? minutes_a_day : 0);
    windows.push_back(
        {static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(std::min<int>(to, minutes_a_week))});
    if (to > minutes_a_week) windows.push_back({0, static_cast<std::uint16_t>(to - minutes_a_week)});
}

void add_rule(std::vector<Schedule::Window>& windows, std::string_view rule)
{
    const auto digit = rule.find_first_of("0123456789");
    if (digit == std::string_view::npos || digit == 0 || (rule[digit - 1] != ' ' && rule[digit - 1] != '\t'))
        throw Wrong{shown(rule) + " lacks days or hours, " + std::string{form}};
    auto hours = trimmed(rule.substr(digit));
    const auto begin = minute_of(before(hours, '-'));
    if (hours.empty()) throw Wrong{shown(rule) + " lacks the end of its hours, " + std::string{form}};
    const auto end = minute_of(trimmed(hours));
    if (begin == end) throw Wrong{shown(rule) + " begins when it ends; a whole day is 00:00-24:00"};
    const auto days = days_of(trimmed(rule.substr(0, digit)));
    for (int day = 0; day < days_a_week; ++day)
        if (days[static_cast<std::size_t>(day)]) add_window(windows, day, begin, end);
}

std::vector<Schedule::Window> merged(std::vector<Schedule::Window> windows)
{
    std::ranges::sort(windows, {}, &Schedule::Window::begin);
    std::vector<Schedule::Window> out;
    for (const auto& window : windows) {
        if (!out.empty() && window.begin <= out.back().end)
            out.back().end = std::max(out.back().end, window.end);
        else
            out.push_back(window);
    }
    return out;
}

std::string clock(int minute)
{
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return two(minute / 60) + ':' + two(minute % 60);
}

/// The hours of one day, as text; a window over midnight belongs to the day that it begins on.
std::string hours_of(const Schedule& schedule, int day)
{
    std::string text;
    const int first = day * minutes_a_day, next = first + minutes_a_day;
    const auto& windows = schedule.windows;
    // A window over Sunday's midnight is told as one; days on end are told day by day anyway.
    const bool wraps = windows.size() > 1 && windows.front().begin == 0 && windows.back().end == minutes_a_week &&
                       windows.back().end - windows.back().begin + windows.front().end <= minutes_a_day;
    for (std::size_t i = 0; i < windows.size(); ++i) {
        int begin = windows[i].begin, end = windows[i].end;
        if (i == 0 && wraps) continue;
        if (i + 1 == windows.size() && wraps) end += windows.front().end;
        if (end - begin > minutes_a_day) {  // days on end: a part of each
            begin = std::max(begin, first);
            end = std::min(end, next);
            if (begin >= end) continue;
        }
        if (begin < first || begin >= next) continue;
        const int till = end - first;
        text += (text.empty() ? "" : ",") + clock(begin - first) + '-' +
                clock(till > minutes_a_day ? till - minutes_a_day : till);
    }
    return text;
}

}  // namespace

std::string schedule_text(const Schedule& schedule)
{
    std::string text;
    for (int day = 0; day < days_a_week;) {
        const auto hours = hours_of(schedule, day);
        int last = day;
        while (last + 1 < days_a_week && hours_of(schedule, last + 1) == hours) ++last;
        std::string days{english[static_cast<std::size_t>(day)]};
        if (last > day) days += '-' + std::string{english[static_cast<std::size_t>(last)]};
        for (auto rest = std::string_view{hours}; !rest.empty();)
            text += (text.empty() ? "" : "; ") + days + ' ' + std::string{before(rest, ',')};
        day = last + 1;
    }
    return text;
}

ParsedSchedule parse_schedule(std::string_view typed)
{
    ParsedSchedule parsed;
    try {
        std::vector<Schedule::Window> windows;
        for (auto rest = typed; !rest.empty();) {
            if (const auto rule = before(rest, ';'); !rule.empty()) add_rule(windows, rule);
        }
        if (windows.empty() && !typed.empty()) throw Wrong{shown(typed) + " holds no hours, " + std::string{form}};
        parsed.schedule.windows = merged(std::move(windows));
        parsed.canonical = schedule_text(parsed.schedule);
    } catch (const Wrong& wrong) {
        parsed.wrong = wrong.what;
    }
    return parsed;
}

std::optional<std::chrono::seconds> open_for(const Schedule& schedule, std::chrono::system_clock::time_point now,
                                             std::chrono::seconds utc_offset) noexcept
{
    using namespace std::chrono;
    const auto& windows = schedule.windows;
    if (windows.empty()) return seconds::max();
    // 1970-01-01 was a Thursday: the week before began on the Monday three days earlier.
    const auto since_monday = floor<seconds>(now.time_since_epoch()) + utc_offset + days{3};
    const auto at = since_monday - floor<seconds>(floor<weeks>(since_monday));
    for (const auto& window : windows) {
        if (at < minutes{window.begin} || at >= minutes{window.end}) continue;
        auto left = minutes{window.end} - at;
        const bool goes_on = window.end == minutes_a_week && windows.front().begin == 0;
        if (!goes_on) return left;
        if (windows.size() == 1) return seconds::max(); // the whole week
        return left + minutes{windows.front().end};
    }
    return std::nullopt;
}

}  // namespace provisioning
