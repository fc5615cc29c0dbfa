// provisioning/policy_period.cpp - the periods of an allowance, in days of the provider's zone.
#include "provisioning/policy.hpp"

#include <algorithm>

namespace provisioning {
namespace {

using namespace std::chrono;

/// The day of that month on which a period begins: its last, where the month is too short.
sys_days reset_in(year_month month, unsigned reset_day) noexcept
{
    const auto last = static_cast<unsigned>((month / std::chrono::last).day());
    return month / day{std::min(reset_day, last)};
}

struct Days {
    sys_days from, until;
};

Days days_of_month(sys_days today, unsigned reset_day) noexcept
{
    const year_month_day date{today};
    auto month = date.year() / date.month();
    if (today < reset_in(month, reset_day)) month -= months{1};
    return {reset_in(month, reset_day), reset_in(month + months{1}, reset_day)};
}

Days days_of_week(sys_days today, unsigned reset_day) noexcept
{
    const auto from = today - (weekday{today} - weekday{reset_day}); // 7 is Sunday as well as 0
    return {from, from + weeks{1}};
}

} // namespace

Period period_of(const Allowance& allowance, system_clock::time_point now, seconds utc_offset) noexcept
{
    const auto today = floor<days>(floor<seconds>(now) + utc_offset);
    Days period{today, today + days{1}};
    const unsigned reset_day = std::max<unsigned>(1, allowance.reset_day);
    if (allowance.period == AllowancePeriod::month) period = days_of_month(today, reset_day);
    if (allowance.period == AllowancePeriod::week) period = days_of_week(today, std::min(7U, reset_day));
    return {period.from - utc_offset, period.until - utc_offset};
}

} // namespace provisioning
