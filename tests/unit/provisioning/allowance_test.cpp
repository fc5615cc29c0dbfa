// tests/unit/provisioning/allowance_test.cpp - a plan's traffic: its periods, and what holds once it is used up.
#include "allocations.hpp"
#include "entries.hpp"
#include "provisioning/policy.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace provisioning;
using namespace std::chrono_literals;

namespace {

using Instant = std::chrono::system_clock::time_point;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr sys_days midnight(int year, unsigned month, unsigned day_of_month)
{
    return std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day_of_month};
}

// A Monday.
constexpr sys_seconds noon = midnight(2026, 11, 23) + 12h;

struct Case {
    Provider provider;
    NasEntry nas{.id = 1, .name = "bng1"};
    std::vector<GardenEntry> gardens{};
    AccessQuery query{.login = "joao@isp", .kind = RequestKind::pppoe, .proof = Proof::proved, .now = noon};
    Directory directory;

    Case()
    {
        query.nas = &nas;
        provider.plan.allowance = {.octets = 1'000, .download_bps = 5'000'000, .upload_bps = 1'000'000};
    }
    Decision decided()
    {
        provider.put_into(directory);
        for (const auto& garden : gardens) directory.apply(GardenEntry{garden});
        Decision decision;
        CHECK(allocations_of([&] { decision = authorize(query, directory); }) == 0);
        return decision;
    }
};

} // namespace

TEST_CASE("a period begins on its day, in the provider's zone, and lasts until the next one does")
{
    struct Row {
        std::string name;
        AllowancePeriod period;
        std::uint8_t reset_day;
        sys_seconds now;
        std::chrono::seconds offset;
        sys_seconds from, until;
    };
    using enum AllowancePeriod;
    const Row rows[] = {
        {"the month", month, 1, noon, 0s, midnight(2026, 11, 1), midnight(2026, 12, 1)},
        {"the month, in its first second", month, 1, midnight(2026, 11, 1), 0s, midnight(2026, 11, 1),
         midnight(2026, 12, 1)},
        {"the month, in its last second", month, 1, midnight(2026, 12, 1) - 1s, 0s, midnight(2026, 11, 1),
         midnight(2026, 12, 1)},
        {"December ends with the year", month, 1, midnight(2026, 12, 31), 0s, midnight(2026, 12, 1),
         midnight(2027, 1, 1)},
        {"before its day", month, 24, noon, 0s, midnight(2026, 10, 24), midnight(2026, 11, 24)},
        {"on its day", month, 23, noon, 0s, midnight(2026, 11, 23), midnight(2026, 12, 23)},
        {"before its day in January", month, 15, midnight(2027, 1, 3), 0s, midnight(2026, 12, 15),
         midnight(2027, 1, 15)},
        {"the 31st in a month of 30 days", month, 31, noon, 0s, midnight(2026, 10, 31), midnight(2026, 11, 30)},
        {"the last day of a month of 30", month, 31, midnight(2026, 11, 30), 0s, midnight(2026, 11, 30),
         midnight(2026, 12, 31)},
        {"the 30th in February", month, 30, midnight(2027, 2, 10), 0s, midnight(2027, 1, 30), midnight(2027, 2, 28)},
        {"the 31st on the last of February", month, 31, midnight(2027, 2, 28), 0s, midnight(2027, 2, 28),
         midnight(2027, 3, 31)},
        {"the 29th in a February of 28 days", month, 29, midnight(2027, 2, 28), 0s, midnight(2027, 2, 28),
         midnight(2027, 3, 29)},
        {"the 29th in a leap year, the day before", month, 29, midnight(2028, 2, 28), 0s, midnight(2028, 1, 29),
         midnight(2028, 2, 29)},
        {"the 31st in a leap year", month, 31, midnight(2028, 2, 29), 0s, midnight(2028, 2, 29), midnight(2028, 3, 31)},
        {"2100 is no leap year", month, 29, midnight(2100, 2, 28), 0s, midnight(2100, 2, 28), midnight(2100, 3, 29)},
        {"still October in Sao Paulo", month, 1, midnight(2026, 11, 1) + 2h, -3h, midnight(2026, 10, 1) + 3h,
         midnight(2026, 11, 1) + 3h},
        {"November in Sao Paulo", month, 1, midnight(2026, 11, 1) + 3h, -3h, midnight(2026, 11, 1) + 3h,
         midnight(2026, 12, 1) + 3h},
        {"east of UTC it is tomorrow", month, 1, midnight(2026, 10, 31) + 23h, 2h, midnight(2026, 11, 1) - 2h,
         midnight(2026, 12, 1) - 2h},
        {"the week from Monday, on Monday", week, 1, noon, 0s, midnight(2026, 11, 23), midnight(2026, 11, 30)},
        {"the week from Monday, on Sunday", week, 1, midnight(2026, 11, 29), 0s, midnight(2026, 11, 23),
         midnight(2026, 11, 30)},
        {"the week from Sunday, on Monday", week, 7, noon, 0s, midnight(2026, 11, 22), midnight(2026, 11, 29)},
        {"the week from Sunday, on Sunday", week, 7, midnight(2026, 11, 22), 0s, midnight(2026, 11, 22),
         midnight(2026, 11, 29)},
        {"the week from Tuesday, on Monday", week, 2, noon, 0s, midnight(2026, 11, 17), midnight(2026, 11, 24)},
        {"a week over the turn of the year", week, 1, midnight(2027, 1, 1), 0s, midnight(2026, 12, 28),
         midnight(2027, 1, 4)},
        {"the week in Sao Paulo begins three hours later", week, 1, midnight(2026, 11, 23) + 2h, -3h,
         midnight(2026, 11, 16) + 3h, midnight(2026, 11, 23) + 3h},
        {"the day", AllowancePeriod::day, 1, noon, 0s, midnight(2026, 11, 23), midnight(2026, 11, 24)},
        {"the day, whatever its number", AllowancePeriod::day, 31, noon, 0s, midnight(2026, 11, 23),
         midnight(2026, 11, 24)},
        {"the day in Sao Paulo", AllowancePeriod::day, 1, midnight(2026, 11, 23) + 2h, -3h, midnight(2026, 11, 22) + 3h,
         midnight(2026, 11, 23) + 3h},
        {"before 1970", month, 1, midnight(1969, 12, 31), 0s, midnight(1969, 12, 1), midnight(1970, 1, 1)},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const Allowance allowance{.octets = 1, .period = row.period, .reset_day = row.reset_day};
        const auto period = period_of(allowance, row.now, row.offset);
        CHECK(period.from == row.from);
        CHECK(period.until == row.until);
    }
}

TEST_CASE("the periods of each day follow each other without a gap, for every day on which they may begin")
{
    std::size_t wrong = 0;
    for (const auto period : {AllowancePeriod::day, AllowancePeriod::week, AllowancePeriod::month})
        for (std::uint8_t reset_day = 1; reset_day <= 31; ++reset_day) {
            const Allowance allowance{.octets = 1, .period = period, .reset_day = reset_day};
            auto last = period_of(allowance, midnight(2023, 12, 31), 0s);
            for (auto today = midnight(2024, 1, 1); today < midnight(2029, 1, 1); today += std::chrono::days{1}) {
                const auto now = period_of(allowance, today, 0s);
                const bool goes_on = now.from == last.from && now.until == last.until;
                if (now.from > today || today >= now.until) ++wrong;
                if (!goes_on && now.from != last.until) ++wrong;
                last = now;
            }
        }
    CHECK(wrong == 0);
}

TEST_CASE("a used-up allowance reduces the rates, or leads into the garden for quota")
{
    struct Row {
        std::string name;
        std::function<void(Case&)> change;
        std::string words;
        bool used;
    };
    const auto use = [](Case& c) { c.query.used_octets = 1'000; };
    const auto with_garden = [&](Case& c) {
        use(c);
        c.provider.plan.allowance.garden = true;
        c.gardens = {{.id = 1, .name = "quota", .reason = GardenReason::quota, .framed_pool = "quota"}};
    };
    const Row rows[] = {
        {"one octet is left", [](Case& c) { c.query.used_octets = 999; }, "300M/150M", false},
        {"the last one is used", use, "5M/1M", true},
        {"more than all", [](Case& c) { c.query.used_octets = UINT64_MAX; }, "5M/1M", true},
        {"no allowance", [](Case& c) { c.provider.plan.allowance = {}, c.query.used_octets = 9; }, "300M/150M", false},
        {"the download alone is reduced", [&](Case& c) { use(c), c.provider.plan.allowance.upload_bps = 0; }, "5M/150M",
         true},
        {"no rate is reduced",
         [&](Case& c) { use(c), c.provider.plan.allowance.download_bps = c.provider.plan.allowance.upload_bps = 0; },
         "300M/150M", true},
        {"a garden", with_garden, "garden quota", true},
        {"a garden, and the plan reduces", [&](Case& c) { with_garden(c), c.provider.plan.allowance.garden = false; },
         "5M/1M", true},
        {"a garden that is not there", [&](Case& c) { with_garden(c), c.gardens.clear(); }, "5M/1M", true},
        {"a garden of another reason", [&](Case& c) { with_garden(c), c.gardens[0].reason = GardenReason::expired; },
         "5M/1M", true},
        {"a garden at a NAS that takes nobody into one", [&](Case& c) { with_garden(c), c.nas.gardens = false; },
         "5M/1M", true},
        {"a garden, and no NAS is asked about", [&](Case& c) { with_garden(c), c.query.nas = nullptr; }, "5M/1M", true},
        {"a login without a plan", [&](Case& c) { use(c), c.provider.login.plan_id = 0; }, "unlimited/unlimited",
         false},
        {"refused for another reason", [&](Case& c) { use(c), c.provider.login.enabled = false; },
         "reject: login_disabled", false},
        {"in a garden for another reason",
         [&](Case& c) {
             use(c);
             c.provider.bindings().valid_until = noon;
             c.gardens = {{.id = 1, .name = "late", .reason = GardenReason::expired, .framed_pool = "late"}};
         },
         "garden expired", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Case c;
        row.change(c);
        const auto decision = c.decided();
        CHECK(in_words(decision) == row.words);
        CHECK(decision.allowance_used == row.used);
        // The decision is looked at anew when the period ends; its sessions do not end with it.
        CHECK((decision.valid_until == midnight(2026, 12, 1)) == row.used);
        if (row.used && decision.garden == nullptr) CHECK(decision.session_timeout_s == 86'400);
        if (row.used) CHECK(decision.refused == Reason::none);
    }
}

TEST_CASE("reduced rates have no burst; everything else stays as the plan has it")
{
    Case c;
    c.provider.plan.burst_download_bps = c.provider.plan.burst_upload_bps = 400'000'000;
    c.provider.plan.burst_time_s = 8;
    CHECK(c.decided().burst_download_bps == 400'000'000);
    c.query.used_octets = 1'000;
    const auto decision = c.decided();
    CHECK(decision.burst_download_bps + decision.burst_upload_bps + decision.burst_time_s == 0);
    CHECK(decision.framed_pool == "clientes");
    CHECK(decision.interim_s == 300);
    CHECK(decision.plan_reply.size() == 3);
    CHECK(decision.login_reply.size() == 2);
}

TEST_CASE("a validity that ends before the period goes before it")
{
    Case c;
    c.query.used_octets = 1'000;
    c.provider.bindings().valid_until = noon + 1h;
    const auto decision = c.decided();
    CHECK(decision.valid_until == noon + 1h);
    CHECK(decision.session_timeout_s == 3'600);
}

TEST_CASE("a garden for quota keeps the session limit and the login's records")
{
    Case c;
    c.query.used_octets = 1'000;
    c.provider.plan.allowance.garden = true;
    c.gardens = {{.id = 1, .name = "quota", .reason = GardenReason::quota, .framed_pool = "quota", .interim_s = 60}};
    const auto decision = c.decided();
    CHECK(decision.login->id == 5);
    CHECK(decision.framed_pool == "quota");
    CHECK(decision.interim_s == 60);
    CHECK(decision.plan_reply.empty());
    CHECK(decision.simultaneous == 1);
    c.query.sessions = 1;
    CHECK(c.decided().reason == Reason::session_limit);
}
