// tests/unit/provisioning/ladder_test.cpp - golden calendars: what a debt does on which day.
// Days of the profiles: Anatel Res. 632/2014 arts 90-103 (rgc2014); Res. 765/2023 art. 70 (rgc2023).
#include "provisioning/ladder/ladder.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace provisioning::ladder;

namespace {

Day on(std::string_view iso)
{
    const auto day = day_of(iso);
    REQUIRE(day);
    return *day;
}

Debt debt(std::string_view due, std::string_view notice = {}, std::int64_t charge = 1)
{
    Debt made{.charge = charge, .due = on(due), .rest = "99.90"};
    if (!notice.empty()) made.notice = on(notice);
    return made;
}

/// "suspend 2026-03-26, termination_due 2026-05-25"
std::string calendar(const std::vector<Debt>& debts, const Rules& rules, std::string_view from, std::string_view until,
                     const Standing& standing = {}, const Holidays& holidays = {})
{
    std::string text;
    for (const auto& [day, action, before] : course(on(from), on(until), standing, debts, rules, holidays))
        text += (text.empty() ? "" : ", ") + std::string{name(action.what)} + ' ' + text_of(day);
    return text;
}

Rules rules_without_notice(Profile profile = Profile::rgc2023)
{
    Rules rules;
    rules.notice_required = false;
    return with_profile(rules, profile);
}

}  // namespace

TEST_CASE("days are read and written as ISO dates, and only those that exist")
{
    for (const auto* const day : {"2026-02-28", "2028-02-29", "2026-12-31", "1999-01-01"}) {
        CAPTURE(day);
        CHECK(text_of(on(day)) == day);
    }
    for (const auto* const none :
         {"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-10", "10/12/2026", "", "2026-12-1x"}) {
        CAPTURE(none);
        CHECK(!day_of(none));
    }
}

TEST_CASE("the calendar of a debt, by profile")
{
    struct Row {
        std::string name;
        Profile profile;
        std::string due, notice, actions;
    };
    const Row rows[] = {
        {"rgc2023: the due date decides", Profile::rgc2023, "2026-03-10", "2026-03-11",
         "suspend 2026-03-26, termination_due 2026-05-25"},
        {"rgc2023: a late notice decides", Profile::rgc2023, "2026-03-10", "2026-04-01",
         "suspend 2026-04-16, termination_due 2026-06-15"},
        {"rgc2023: the two agree", Profile::rgc2023, "2026-03-10", "2026-03-11",
         "suspend 2026-03-26, termination_due 2026-05-25"},
        {"rgc2023: over a month of 28 days", Profile::rgc2023, "2026-02-10", "2026-02-11",
         "suspend 2026-02-26, termination_due 2026-04-27"},
        {"rgc2023: over a leap day", Profile::rgc2023, "2028-02-14", "2028-02-15",
         "suspend 2028-03-01, termination_due 2028-04-30"},
        {"rgc2023: the same without one", Profile::rgc2023, "2026-02-14", "2026-02-15",
         "suspend 2026-03-02, termination_due 2026-05-01"},
        {"rgc2023: due on the last of a year", Profile::rgc2023, "2026-12-31", "2027-01-01",
         "suspend 2027-01-16, termination_due 2027-03-17"},
        {"rgc2023: notice on a leap day", Profile::rgc2023, "2028-01-31", "2028-02-29",
         "suspend 2028-03-15, termination_due 2028-05-14"},
        {"rgc2014: speed, access, termination", Profile::rgc2014, "2026-03-10", "2026-03-11",
         "reduce 2026-03-26, suspend 2026-04-25, termination_due 2026-05-25"},
        {"rgc2014: a late notice moves all of it", Profile::rgc2014, "2026-03-10", "2026-03-31",
         "reduce 2026-04-15, suspend 2026-05-15, termination_due 2026-06-14"},
        {"rgc2023: no notice, no cut", Profile::rgc2023, "2026-03-10", "", ""},
        {"rgc2014: no notice, no cut", Profile::rgc2014, "2026-03-10", "", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto rules = with_profile(Rules{}, row.profile);
        CHECK(calendar({debt(row.due, row.notice)}, rules, row.due, "2028-12-31") == row.actions);
    }
}

TEST_CASE("the custom profile goes by its own days")
{
    Rules rules;
    rules.block_days = 30;
    rules.notice_days = 20;
    rules.reduces = true;
    rules.reduced_days = 15;
    rules.termination_days = 90;
    rules = with_profile(rules, Profile::custom);
    CHECK(calendar({debt("2026-01-10", "2026-01-11")}, rules, "2026-01-10", "2026-12-31") ==
          "reduce 2026-02-10, suspend 2026-02-25, termination_due 2026-05-26");
    CHECK(calendar({debt("2026-01-10", "2026-01-25")}, rules, "2026-01-10", "2026-12-31") ==
          "reduce 2026-02-14, suspend 2026-03-01, termination_due 2026-05-30");
    rules.reduces = false;
    rules.notice_required = false;
    rules.block_days = 0;
    CHECK(calendar({debt("2026-01-10")}, rules, "2026-01-01", "2026-01-31") == "suspend 2026-01-11");
}

TEST_CASE("nobody is cut on a day of rest; termination and release do not wait for one")
{
    // 2026-11-27 is a Friday; the debt would cut on it.
    Holidays holidays;
    holidays.add(on("2026-12-01"), false);
    holidays.add(on("2000-12-25"), true);
    const auto cut = [&](const Rest& rest, std::string_view due = "2026-11-11") {
        auto rules = rules_without_notice();
        rules.rest = rest;
        return calendar({debt(due)}, rules, due, "2027-01-15", {}, holidays);
    };
    CHECK(cut({}) == "suspend 2026-11-27");
    CHECK(cut({.friday = true}) == "suspend 2026-11-28");
    CHECK(cut({.friday = true, .weekend = true}) == "suspend 2026-11-30");
    CHECK(cut({.friday = true, .weekend = true, .eve = true}) == "suspend 2026-12-01");
    CHECK(cut({.friday = true, .weekend = true, .holiday = true, .eve = true}) == "suspend 2026-12-02");
    CHECK(cut({.holiday = true}, "2026-12-09") == "suspend 2026-12-26");
    CHECK(cut({.holiday = true}, "2026-12-08") == "suspend 2026-12-24");
    CHECK(cut({.eve = true}, "2026-12-08") == "suspend 2026-12-25");

    auto rules = rules_without_notice();
    rules.rest = {.friday = true, .weekend = true, .holiday = true, .eve = true};
    const Standing suspended{.stage = Stage::suspended, .since = on("2026-11-16")};
    CHECK(action_on(on("2026-11-28"), suspended, {}, rules, holidays).what == What::release);
    const std::vector owed{debt("2026-08-01")};
    CHECK(calendar(owed, rules, "2027-01-10", "2027-01-20", suspended, holidays) == "termination_due 2027-01-15");
}

TEST_CASE("a yearly holiday comes each year; one of 29 February in leap years only")
{
    Holidays holidays;
    holidays.add(on("2024-02-29"), true);
    holidays.add(on("2026-04-03"), false);
    CHECK(holidays.has(on("2028-02-29")));
    CHECK(!holidays.has(on("2026-02-28")));
    CHECK(!holidays.has(on("2026-03-01")));
    CHECK(holidays.has(on("2026-04-03")));
    CHECK(!holidays.has(on("2027-04-03")));
}

TEST_CASE("a payment on the last day keeps access open, one later opens it")
{
    const auto rules = rules_without_notice();
    const std::vector owed{debt("2026-03-10")};
    CHECK(action_on(on("2026-03-25"), {}, owed, rules, {}).what == What::nothing);
    CHECK(action_on(on("2026-03-26"), {}, {}, rules, {}).what == What::nothing);
    const Standing suspended{.stage = Stage::suspended, .since = on("2026-03-26")};
    CHECK(action_on(on("2026-03-26"), suspended, owed, rules, {}).what == What::nothing);
    CHECK(action_on(on("2026-03-26"), suspended, {}, rules, {}).what == What::release);
    const std::vector second{debt("2026-03-20", {}, 2)};
    CHECK(action_on(on("2026-04-04"), suspended, second, rules, {}).what == What::release);
    CHECK(action_on(on("2026-04-05"), suspended, second, rules, {}).what == What::nothing);
}

TEST_CASE("reduced speed comes back when no debt would cut any more")
{
    const auto rules = rules_without_notice(Profile::rgc2014);
    const Standing reduced{.stage = Stage::reduced, .since = on("2026-03-26")};
    CHECK(action_on(on("2026-04-01"), reduced, {}, rules, {}).what == What::release);
    const std::vector owed{debt("2026-03-10")};
    CHECK(action_on(on("2026-04-24"), reduced, owed, rules, {}).what == What::nothing);
    CHECK(action_on(on("2026-04-25"), reduced, owed, rules, {}).what == What::suspend);
    // the provider went over to a profile without the step
    CHECK(action_on(on("2026-03-27"), reduced, owed, rules_without_notice(), {}).what == What::suspend);
}

TEST_CASE("a trust bonus puts the cut off until its last day is over")
{
    auto rules = rules_without_notice();
    const std::vector owed{debt("2026-03-10"), debt("2026-04-10", {}, 2)};
    const Standing trusted{.trust_until = on("2026-03-30")};
    CHECK(calendar({owed[0]}, rules, "2026-03-20", "2026-04-10", trusted) == "suspend 2026-03-31");
    CHECK(calendar(owed, rules, "2026-03-20", "2026-04-10", trusted) == "suspend 2026-03-31");
    rules.rest.weekend = true;
    const Standing until_friday{.trust_until = on("2026-04-03")};
    CHECK(calendar({owed[0]}, rules, "2026-03-20", "2026-04-30", until_friday) == "suspend 2026-04-06");
    // closed before, open by trust: it is closed still, and nothing is to be done when the bonus ends
    const Standing closed{.stage = Stage::suspended, .since = on("2026-03-26"), .trust_until = on("2026-03-30")};
    CHECK(calendar(owed, rules, "2026-03-27", "2026-04-20", closed) == "");
    // nobody ran anything for a week: the first run after it cuts
    CHECK(action_on(on("2026-04-08"), trusted, owed, rules, {}).what == What::suspend);
}

TEST_CASE("who is exempt is not cut, but is released, and termination comes due")
{
    const auto rules = rules_without_notice();
    const std::vector owed{debt("2026-03-10")};
    CHECK(calendar(owed, rules, "2026-03-10", "2026-12-31", {.automatic = false}) == "");
    const Standing closed{.stage = Stage::suspended, .since = on("2026-03-26"), .automatic = false};
    CHECK(action_on(on("2026-04-01"), closed, {}, rules, {}).what == What::release);
}

TEST_CASE("a suspension for debt by hand opens when something was paid and nothing is overdue")
{
    const auto rules = rules_without_notice();
    Standing closed{.stage = Stage::suspended, .since = on("2026-03-12"), .by_billing = false};
    const std::vector overdue{debt("2026-03-10")}, not_yet{debt("2026-04-10")};
    CHECK(action_on(on("2026-03-13"), closed, {}, rules, {}).what == What::nothing);
    closed.settled_since = true;
    CHECK(action_on(on("2026-03-13"), closed, overdue, rules, {}).what == What::nothing);
    CHECK(action_on(on("2026-03-13"), closed, not_yet, rules, {}).what == What::release);
    CHECK(action_on(on("2026-03-13"), closed, {}, rules, {}).what == What::release);
}

TEST_CASE("a renegotiation in the middle: the old debts are gone, the new ones have their own days")
{
    const auto rules = with_profile(Rules{}, Profile::rgc2023);
    const Standing closed{.stage = Stage::suspended, .since = on("2026-03-26")};
    const std::vector renegotiated{debt("2026-04-10", {}, 7), debt("2026-05-10", {}, 8)};
    CHECK(action_on(on("2026-03-28"), closed, renegotiated, rules, {}).what == What::release);
    const std::vector noticed{debt("2026-04-10", "2026-04-12", 7), debt("2026-05-10", {}, 8)};
    CHECK(calendar(noticed, rules, "2026-03-28", "2026-06-30") == "suspend 2026-04-27, termination_due 2026-06-26");
}

TEST_CASE("an action says why")
{
    auto rules = rules_without_notice(Profile::rgc2014);
    const std::vector owed{debt("2026-03-10", "2026-03-11", 118)};
    const auto why = [&](const Standing& standing, std::string_view day) {
        return reason(action_on(on(day), standing, owed, rules, {}), standing, rules, on(day));
    };
    CHECK(why({}, "2026-03-26") ==
          "charge 118 of 99.90, due 2026-03-10, is 16 days overdue (limit 15), notice of 2026-03-11");
    CHECK(why({.stage = Stage::reduced, .since = on("2026-03-26")}, "2026-04-25") ==
          "charge 118 of 99.90, due 2026-03-10, is 46 days overdue (limit 15), notice of 2026-03-11, reduced since "
          "2026-03-26");
    CHECK(why({.stage = Stage::suspended, .since = on("2026-04-25")}, "2026-05-25") ==
          "suspended since 2026-04-25 (limit 30 days)");
    const Standing closed{.stage = Stage::suspended, .since = on("2026-04-25")};
    CHECK(reason({What::release}, closed, rules, on("2026-05-01")) ==
          "no charge is overdue beyond its block days on 2026-05-01");
}

TEST_CASE("what is closed opens by payment, not by the want of a notice")
{
    const Rules rules = with_profile({}, Profile::rgc2023);
    const Standing closed{.stage = Stage::suspended, .since = on("2026-03-26")};
    struct Row {
        std::string name;
        Debt left;
        What expected;
        bool before_closing = true;
    };
    const Row rows[] = {
        {"closed before notices were asked for", debt("2026-03-10"), What::nothing},
        {"told of only afterwards", debt("2026-03-10", "2026-03-30"), What::nothing},
        {"told of in time", debt("2026-03-10", "2026-03-11"), What::nothing},
        {"told of, but not long enough ago", debt("2026-03-10", "2026-03-20"), What::release},
        {"was not late when access closed", debt("2026-03-20"), What::release},
        {"was entered only afterwards", debt("2026-02-10"), What::release, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        std::vector<Debt> debts{row.left};
        debts.front().before_closing = row.before_closing;
        CHECK(action_on(on("2026-04-01"), closed, debts, rules, {}).what == row.expected);
        auto reduced = closed;
        reduced.stage = Stage::reduced;
        CHECK((action_on(on("2026-04-01"), reduced, debts, rules, {}).what == What::release) ==
              (row.expected == What::release));
    }
    CHECK(action_on(on("2026-04-01"), closed, {}, rules, {}).what == What::release);
}
