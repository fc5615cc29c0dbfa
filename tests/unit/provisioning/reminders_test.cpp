// tests/unit/provisioning/reminders_test.cpp - golden calendars of what a client is told of a debt.
#include "provisioning/notices/reminders.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace provisioning;
using namespace provisioning::notices;
using ladder::Day;
using ladder::Debt;
using ladder::Standing;

namespace {

Day on(std::string_view iso) { return ladder::day_of(iso).value(); }

/// Each day's reminders, with the ladder going on meanwhile: what is sent on a day is the notice of that day.
std::string calendar(std::vector<Debt> debts, const ladder::Rules& rules, const Switches& switches,
                     std::string_view from, std::string_view until, Standing standing = {},
                     const ladder::Holidays& holidays = {})
{
    std::string text;
    Told told;
    for (auto day = on(from); day <= on(until); day += std::chrono::days{1}) {
        std::vector<Debt> overdue;
        for (const auto& debt : debts)
            if (debt.due < day) overdue.push_back(debt);
        for (const auto& [kind, charges] : reminders(day, standing, overdue, rules, holidays, switches, told)) {
            text += (text.empty() ? "" : ", ") + std::string{name(kind)} + ' ' + ladder::text_of(day);
            for (const auto charge : charges) {
                text += charge == charges.front() ? ' ' : '+';
                text += std::to_string(charge);
                (kind == Kind::pending ? told.pending : told.will_be_suspended).insert(charge);
                for (auto& debt : debts)
                    if (debt.charge == charge && !debt.notice) debt.notice = day;
            }
        }
        const auto action = ladder::action_on(day, standing, overdue, rules, holidays);
        if (!ladder::cuts(action.what)) continue;
        text += (text.empty() ? "" : ", ") + std::string{ladder::name(action.what)} + ' ' + ladder::text_of(day);
        standing.stage = action.what == ladder::What::reduce ? ladder::Stage::reduced : ladder::Stage::suspended;
        standing.since = day;
    }
    return text;
}

}  // namespace

TEST_CASE("a debt is told of when it is pending, warned of before the cut, and cut no sooner than the law allows")
{
    struct Row {
        std::string name;
        std::vector<Debt> debts;
        Switches switches;
        std::string expected;
    };
    const Debt march{.charge = 1, .due = on("2026-03-10")}, april{.charge = 2, .due = on("2026-04-01")};
    const Debt told{.charge = 1, .due = on("2026-03-10"), .notice = on("2026-03-12")};
    const Row rows[] = {
        {"as it comes", {march}, {}, "pending 2026-03-16 1, will_be_suspended 2026-03-28 1, suspend 2026-03-31"},
        {"a second debt has its own",
         {march, april},
         {},
         "pending 2026-03-16 1, will_be_suspended 2026-03-28 1, suspend 2026-03-31"},
        {"without reminders the warning is the notice",
         {march},
         {.pending = false},
         "will_be_suspended 2026-03-16 1, suspend 2026-03-31"},
        {"without warnings", {march}, {.will_be_suspended = false}, "pending 2026-03-16 1, suspend 2026-03-31"},
        {"a day before",
         {march},
         {.warn_days = 1},
         "pending 2026-03-16 1, will_be_suspended 2026-03-30 1, suspend 2026-03-31"},
        {"no warning days", {march}, {.warn_days = 0}, "pending 2026-03-16 1, suspend 2026-03-31"},
        {"with neither nobody is cut", {march}, {.pending = false, .will_be_suspended = false}, ""},
        {"one that a letter told of is only warned of",
         {told},
         {},
         "will_be_suspended 2026-03-24 1, suspend 2026-03-27"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(calendar(row.debts, {}, row.switches, "2026-03-01", "2026-05-30") == row.expected);
    }
}

TEST_CASE("two debts of one contract that become pending together are told of together")
{
    const std::vector<Debt> two{{.charge = 1, .due = on("2026-03-10")}, {.charge = 2, .due = on("2026-03-10")}};
    CHECK(calendar(two, {}, {}, "2026-03-01", "2026-05-30") ==
          "pending 2026-03-16 1+2, will_be_suspended 2026-03-28 1+2, suspend 2026-03-31");
}

TEST_CASE("who is not cut is reminded, and not warned")
{
    const std::vector<Debt> debts{{.charge = 1, .due = on("2026-03-10")}};
    CHECK(calendar(debts, {}, {}, "2026-03-01", "2026-05-30", {.automatic = false}) == "pending 2026-03-16 1");
    CHECK(calendar(debts, {}, {.pending = false}, "2026-03-01", "2026-05-30", {.automatic = false}).empty());
    CHECK(calendar(debts, {}, {}, "2026-03-01", "2026-05-30", {.stage = ladder::Stage::suspended}).empty());
}

TEST_CASE("the warning comes before the day on which the cut really falls")
{
    const std::vector<Debt> debts{{.charge = 1, .due = on("2026-03-10")}};
    ladder::Holidays holidays;
    holidays.add(on("2026-03-31"), false);
    ladder::Rules rules;
    rules.rest.holiday = true;
    CHECK(calendar(debts, rules, {.warn_days = 1}, "2026-03-01", "2026-05-30", {}, holidays) ==
          "pending 2026-03-16 1, will_be_suspended 2026-03-31 1, suspend 2026-04-01");
    CHECK(calendar(debts, {}, {.warn_days = 1}, "2026-03-01", "2026-05-30", {.trust_until = on("2026-04-10")}) ==
          "pending 2026-03-16 1, will_be_suspended 2026-04-10 1, suspend 2026-04-11");
}

TEST_CASE("rgc2014 warns of the reduced speed, and of the closing after it")
{
    const std::vector<Debt> debts{{.charge = 1, .due = on("2026-03-10")}};
    const auto rules = ladder::with_profile({}, ladder::Profile::rgc2014);
    CHECK(calendar(debts, rules, {}, "2026-03-01", "2026-05-30") ==
          "pending 2026-03-16 1, will_be_suspended 2026-03-28 1, reduce 2026-03-31, suspend 2026-04-30");
}
