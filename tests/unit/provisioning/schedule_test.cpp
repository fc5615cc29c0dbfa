// tests/unit/provisioning/schedule_test.cpp - times of access: as typed, as kept, and what remains of them.
#include "provisioning/rules/schedule.hpp"

#include "allocations.hpp"
#include "provisioning/rules/zone.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace provisioning;
using namespace std::chrono_literals;

namespace {

using Instant = std::chrono::system_clock::time_point;
using std::chrono::seconds;

// 2026-11-23 is a Monday; UTC.
constexpr std::chrono::sys_days monday{std::chrono::year{2026} / 11 / 23};
constexpr auto always = seconds::max();

Schedule schedule_of(std::string_view typed)
{
    auto parsed = parse_schedule(typed);
    CHECK(parsed.wrong == "");
    return parsed.schedule;
}

} // namespace

TEST_CASE("a schedule is kept in one text, however it was typed")
{
    struct Row {
        std::string typed, kept;
    };
    const Row rows[] = {
        {"mon-fri 08:00-18:00; sat 08:00-12:00", "mon-fri 08:00-18:00; sat 08:00-12:00"},
        {"seg-sex 8-18;sab 8:00-12", "mon-fri 08:00-18:00; sat 08:00-12:00"},
        {" SEG , Qua-Sex 08:00 - 18:00 ", "mon 08:00-18:00; wed-fri 08:00-18:00"},
        {"s\xC3\xA1"
         "b,dom 00:00-24:00",
         "sat-sun 00:00-24:00"},
        {"daily 08:00-18:00", "mon-sun 08:00-18:00"},
        {"diario 00:00-24:00", "mon-sun 00:00-24:00"},
        {"fri 22:00-02:00", "fri 22:00-02:00"},
        {"sun 22:00-02:00", "sun 22:00-02:00"},
        {"daily 22:00-06:00", "mon-sun 22:00-06:00"},
        {"fri-mon 10:00-11:00", "mon 10:00-11:00; fri-sun 10:00-11:00"},
        {"mon 08:00-12:00; mon 10:00-14:00", "mon 08:00-14:00"},
        {"mon 08:00-12:00; mon 12:00-14:00", "mon 08:00-14:00"},
        {"mon 08:00-12:00; mon 13:00-18:00", "mon 08:00-12:00; mon 13:00-18:00"},
        {";; mon 08:00-12:00 ;", "mon 08:00-12:00"},
        {"", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.typed);
        const auto parsed = parse_schedule(row.typed);
        CHECK(parsed.wrong == "");
        CHECK(parsed.canonical == row.kept);
        const auto again = parse_schedule(parsed.canonical);
        CHECK(again.schedule == parsed.schedule);
        CHECK(again.canonical == row.kept);
    }
}

TEST_CASE("a slip in a schedule is told with what would be right")
{
    struct Row {
        std::string typed, wrong;
    };
    const std::string form = "give it like 'mon-fri 08:00-18:00; sat 08:00-12:00'";
    const Row rows[] = {
        {"always", "always lacks days or hours, " + form},
        {"mon 08:00", "\"mon 08:00\" lacks the end of its hours, " + form},
        {"mon 08:00-", "\"mon 08:00-\" lacks the end of its hours, " + form},
        {"monday 08:00-18:00", "monday is no day: mon tue wed thu fri sat sun, or seg ter qua qui sex sab dom"},
        {"mon-funday 08:00-18:00", "funday is no day: mon tue wed thu fri sat sun, or seg ter qua qui sex sab dom"},
        {"mon 8h-18h", "8h is no time of day like 08:00"},
        {"mon 08:00-18:60", "18:60 is no time of day, which goes from 00:00 to 24:00"},
        {"mon 08:00-24:01", "24:01 is no time of day, which goes from 00:00 to 24:00"},
        {"mon 08:000-18:00", "08:000 is no time of day like 08:00"},
        {"mon 08:00-08:00", "\"mon 08:00-08:00\" begins when it ends; a whole day is 00:00-24:00"},
        {"mon -08:00-18:00", "\"mon -08:00-18:00\" lacks days or hours, " + form},
        {"08:00-18:00", "08:00-18:00 lacks days or hours, " + form},
        {" ; ;", "\" ; ;\" holds no hours, " + form},
    };
    for (const auto& row : rows) {
        CAPTURE(row.typed);
        const auto parsed = parse_schedule(row.typed);
        CHECK(parsed.wrong == row.wrong);
        CHECK(parsed.schedule.windows.empty());
    }
}

TEST_CASE("access stays open for what remains of its window")
{
    struct Row {
        std::string name, schedule;
        seconds since_monday;
        std::optional<seconds> left;
    };
    const auto day = 24h;
    const Row rows[] = {
        {"no schedule", "", 0s, always},
        {"all the week", "daily 00:00-24:00", 3h, always},
        {"the first second", "mon 08:00-18:00", 8h, 10h},
        {"the second before it", "mon 08:00-18:00", 8h - 1s, {}},
        {"the last second", "mon 08:00-18:00", 18h - 1s, 1s},
        {"its end", "mon 08:00-18:00", 18h, {}},
        {"another day", "mon 08:00-18:00", day + 9h, {}},
        {"the same hour a week later", "mon 08:00-18:00", 7 * day + 9h, 9h},
        {"a week before", "mon 08:00-18:00", -7 * day + 9h, 9h},
        {"the second window of a day", "mon 08:00-12:00; mon 13:00-18:00", 13h + 30min, 4h + 30min},
        {"between two windows", "mon 08:00-12:00; mon 13:00-18:00", 12h + 30min, {}},
        {"before midnight", "fri 22:00-02:00", 4 * day + 23h, 3h},
        {"after midnight", "fri 22:00-02:00", 5 * day + 1h, 1h},
        {"after midnight, over", "fri 22:00-02:00", 5 * day + 2h, {}},
        {"the evening of the day after", "fri 22:00-02:00", 5 * day + 23h, {}},
        {"Sunday before midnight", "sun 22:00-02:00", 6 * day + 23h, 3h},
        {"Sunday's night on Monday", "sun 22:00-02:00", 1h, 1h},
        {"Saturday and Sunday are one", "sat-sun 00:00-24:00", 5 * day, 2 * day},
        {"from Sunday into Monday, days on end", "sun-mon 00:00-24:00", 6 * day + 12h, 36h},
        {"days that touch over the week's end", "sun 12:00-24:00; mon 00:00-12:00", 6 * day + 23h, 13h},
        {"all but one hour", "mon 01:00-24:00; tue-sun 00:00-24:00", 6 * day + 23h, 1h},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto schedule = schedule_of(row.schedule);
        const Instant now = monday + row.since_monday;
        CHECK(open_for(schedule, now, 0s) == row.left);
        CHECK(open_for(schedule, now + 999ms, 0s) == row.left); // cut to the second
        CHECK(open_for(schedule, now + 3h, -3h) == row.left);
        CHECK(allocations_of([&] { (void)open_for(schedule, now, 0s); }) == 0);
    }
    CHECK(open_for(schedule_of("thu 00:00-01:00"), Instant{}, 0s) == 1h); // 1970-01-01 was a Thursday
    CHECK_FALSE(open_for(Schedule{.windows = {{0, 0}}}, monday, 0s));     // what cannot be read is shut
}

TEST_CASE("what is kept says minute by minute what was typed")
{
    // Against the rule itself: a window of day d is open on d from its begin, and over midnight on the day after.
    for (int seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        std::array<bool, minutes_a_week> open{};
        std::string typed;
        unsigned random = static_cast<unsigned>(seed) * 2654435761U;
        const auto next = [&](unsigned below) {
            random = random * 1664525U + 1013904223U;
            return (random >> 16U) % below;
        };
        for (int rule = 0; rule < seed % 5 + 1; ++rule) {
            const unsigned day = next(7), begin = next(1440), length = next(1440) + 1, end = (begin + length) % 1440;
            if (begin == end) continue;
            constexpr std::string_view days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
            const auto clock = [](unsigned m) { return std::to_string(m / 60) + ':' + std::to_string(m % 60); };
            typed += std::string{days[day]} + ' ' + clock(begin) + '-' + clock(end) + ';';
            for (unsigned m = 0; m < length; ++m) open[(day * 1440 + begin + m) % minutes_a_week] = true;
        }
        const auto parsed = parse_schedule(typed);
        REQUIRE(parsed.wrong == "");
        const auto kept = parse_schedule(parsed.canonical);
        int wrong = 0;
        for (int minute = 0; minute < minutes_a_week && !typed.empty(); ++minute) {
            const Instant now = monday + std::chrono::minutes{minute};
            const bool expected = open[static_cast<std::size_t>(minute)];
            if (open_for(parsed.schedule, now, 0s).has_value() != expected) ++wrong;
            if (open_for(kept.schedule, now, 0s).has_value() != expected) ++wrong;
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("the provider's zone tells the local time, summer time included")
{
    using namespace std::chrono;
    struct Row {
        std::string name, zone;
        sys_seconds now;
        seconds offset;
    };
    const auto at = [](year_month_day date, seconds time) { return sys_seconds{sys_days{date}} + time; };
    // IANA time zone database: Brazil has kept standard time since 2019; New York's clocks go forward on 2026-03-08
    // at 07:00 UTC and back on 2026-11-01 at 06:00 UTC.
    const Row rows[] = {
        {"Sao Paulo in the summer of 2026", "America/Sao_Paulo", at(2026y / 12 / 1, 12h), -3h},
        {"Sao Paulo in its last summer time", "America/Sao_Paulo", at(2018y / 12 / 1, 12h), -2h},
        {"Manaus", "America/Manaus", at(2026y / 12 / 1, 12h), -4h},
        {"New York, the last second of winter", "America/New_York", at(2026y / 3 / 8, 7h - 1s), -5h},
        {"New York, the first second of summer", "America/New_York", at(2026y / 3 / 8, 7h), -4h},
        {"New York, the first second of winter", "America/New_York", at(2026y / 11 / 1, 6h), -5h},
        {"UTC", "UTC", at(2026y / 12 / 1, 12h), 0h},
    };
    const auto morning = schedule_of("daily 08:00-12:00");
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto zone = zone_offset(row.zone, row.now);
        CHECK(zone.offset == row.offset);
        CHECK(zone.holds(row.now));
        CHECK(zone.holds(row.now + 1h) == (row.now + 1h < zone.until));
        const auto local_nine = floor<days>(row.now + row.offset) + 9h - row.offset;
        CHECK(open_for(morning, local_nine, zone.offset) == 3h);
    }
    CHECK(zone_offset("America/New_York", at(2026y / 3 / 8, 6h)).until == at(2026y / 3 / 8, 7h));
    CHECK_THROWS_AS(zone_offset("America/Nowhere", Instant{}), std::runtime_error);
}
