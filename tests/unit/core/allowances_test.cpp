// What logins have used of their allowance, over records, reports and the end of a period.
#include "daemon/core/allowances.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

struct AllowanceFixture {
    core::Allowances allowances;
    provisioning::Allowance plan{.octets = 1000, .period = provisioning::AllowancePeriod::day};
    core::Allowances::Time noon{std::chrono::sys_days{std::chrono::year{2027} / 1 / 15} + 12h};
    core::Allowances::Of of() const { return {.login_id = 7, .allowance = plan}; }
};

} // namespace

TEST_CASE_FIXTURE(AllowanceFixture, "reports count on top of what the records had, and the higher of both holds")
{
    CHECK(allowances.used(7, noon) == 0);
    CHECK_FALSE(allowances.know(of(), 300, noon));
    CHECK_FALSE(allowances.add(of(), 100, noon));
    CHECK(allowances.used(7, noon) == 400);
    allowances.know(of(), 350, noon);
    CHECK(allowances.used(7, noon) == 400);
    allowances.know(of(), 500, noon);
    CHECK(allowances.used(7, noon) == 500);
    CHECK(allowances.used(8, noon) == 0);
}

TEST_CASE_FIXTURE(AllowanceFixture, "the warning level and the end are each noted once")
{
    CHECK_FALSE(allowances.add(of(), 799, noon));
    CHECK(allowances.notes().empty());
    CHECK_FALSE(allowances.add(of(), 1, noon));
    CHECK_FALSE(allowances.add(of(), 1, noon));
    auto notes = allowances.notes();
    REQUIRE(notes.size() == 1);
    CHECK_FALSE(notes[0].used_up);
    CHECK(notes[0].used == 800);
    CHECK(allowances.add(of(), 199, noon));
    CHECK_FALSE(allowances.add(of(), 199, noon));
    notes = allowances.notes();
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].used_up);
    CHECK(notes[0].allowance == 1000);
}

TEST_CASE_FIXTURE(AllowanceFixture, "a new period begins with nothing, and with no old answer of the records")
{
    CHECK(allowances.add(of(), 1000, noon));
    CHECK(allowances.used(7, noon + 11h + 59min) == 1000);
    CHECK(allowances.used(7, noon + 12h) == 0);
    CHECK_FALSE(allowances.know(of(), 1000, noon + 12h + 30s));
    CHECK_FALSE(allowances.add(of(), 10, noon + 12h + 1min));
    CHECK(allowances.used(7, noon + 12h + 1min) == 10);
}

TEST_CASE_FIXTURE(AllowanceFixture, "a plan that holds more gives it back")
{
    CHECK(allowances.add(of(), 1000, noon));
    plan.octets = 5000;
    CHECK(allowances.add(of(), 1, noon));
    CHECK_FALSE(allowances.add(of(), 1, noon));
}
