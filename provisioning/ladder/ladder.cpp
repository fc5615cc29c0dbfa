// provisioning/ladder/ladder.cpp
#include "provisioning/ladder/ladder.hpp"

#include <algorithm>
#include <array>

namespace provisioning::ladder {
namespace {

using std::chrono::days;

constexpr std::array<std::pair<Profile, std::string_view>, 3> profiles{
    {{Profile::rgc2023, "rgc2023"}, {Profile::rgc2014, "rgc2014"}, {Profile::custom, "custom"}}};

bool any_overdue(std::span<const Debt> debts, Day today) noexcept
{
    return std::ranges::any_of(debts, [&](const Debt& debt) { return debt.due < today; });
}

/// On a rest day, during a trust bonus and for a contract that is left alone nobody is cut.
bool may_cut(Day today, const Standing& standing, const Rules& rules, const Holidays& holidays) noexcept
{
    const bool trusted = standing.trust_until && today <= *standing.trust_until;
    return standing.automatic && !trusted && !rests(today, rules.rest, holidays);
}

/// Access that was closed opens by payment, not by the want of a notice: a debt that was there and late enough when it
/// closed, and that nobody had told of by then, keeps it closed as well.
bool keeps_closed(const Debt& debt, const Rules& rules, const Standing& standing, Day today) noexcept
{
    if (const auto from = first_cut(debt, rules); from && *from <= today) return true;
    const bool told_before = debt.notice && *debt.notice <= standing.since;
    return debt.before_closing && !told_before && debt.due + days{rules.block_days + 1} <= standing.since;
}

bool any_keeps_closed(std::span<const Debt> debts, const Rules& rules, const Standing& standing, Day today) noexcept
{
    return std::ranges::any_of(debts, [&](const Debt& debt) { return keeps_closed(debt, rules, standing, today); });
}

Action of_suspended(Day today, const Standing& standing, std::span<const Debt> debts, const Rules& rules) noexcept
{
    if (!standing.by_billing) {
        if (standing.settled_since && !any_overdue(debts, today)) return {What::release};
    } else if (!any_keeps_closed(debts, rules, standing, today)) {
        return {What::release};
    }
    if (!standing.termination_due && !debts.empty() && today >= standing.since + days{rules.termination_days})
        return {What::terminate, &debts.front()};
    return {};
}

/// How the contract stands after an action.
Standing after(const Action& action, Day today, Standing standing) noexcept
{
    switch (action.what) {
    case What::reduce:
        standing.stage = Stage::reduced;
        standing.since = today;
        break;
    case What::suspend:
        standing.stage = Stage::suspended;
        standing.since = today;
        standing.by_billing = true;
        break;
    case What::release:
        standing.stage = Stage::open;
        standing.termination_due = false;
        break;
    case What::terminate:
        standing.termination_due = true;
        break;
    case What::nothing:
        break;
    }
    return standing;
}

std::string of_days(int count) { return std::to_string(count) + (count == 1 ? " day" : " days"); }

std::string since_text(std::string_view what, Day since) { return std::string{what} + " since " + text_of(since); }

}  // namespace

std::optional<Profile> profile_of(std::string_view text) noexcept
{
    for (const auto& [profile, word] : profiles) {
        if (word == text) return profile;
    }
    return std::nullopt;
}

std::string_view name(Profile profile) noexcept { return profiles[static_cast<std::size_t>(profile)].second; }

std::string_view name(What what) noexcept
{
    constexpr std::array<std::string_view, 5> names{"nothing", "reduce", "suspend", "release", "termination_due"};
    return names[static_cast<std::size_t>(what)];
}

Rules with_profile(Rules base, Profile profile) noexcept
{
    base.profile = profile;
    if (profile == Profile::custom) return base;
    base.notice_days = 15;
    base.reduces = profile == Profile::rgc2014;
    base.reduced_days = 30;
    base.termination_days = profile == Profile::rgc2014 ? 30 : 60;
    return base;
}

std::optional<Day> first_cut(const Debt& debt, const Rules& rules) noexcept
{
    const auto by_due = debt.due + days{rules.block_days + 1};
    if (debt.notice) return std::max(by_due, *debt.notice + days{rules.notice_days});
    if (rules.notice_required) return std::nullopt;
    return by_due;
}

const Debt* cutting(std::span<const Debt> debts, const Rules& rules, Day today) noexcept
{
    const auto at = std::ranges::find_if(debts, [&](const Debt& debt) {
        const auto from = first_cut(debt, rules);
        return from && *from <= today;
    });
    return at == debts.end() ? nullptr : &*at;
}

bool pending(const Debt& debt, const Rules& rules, Day today) noexcept
{
    return today > debt.due + days{rules.pending_days};
}

Action action_on(Day today, const Standing& standing, std::span<const Debt> debts, const Rules& rules,
                 const Holidays& holidays) noexcept
{
    if (standing.stage == Stage::suspended) return of_suspended(today, standing, debts, rules);
    const auto* debt = cutting(debts, rules, today);
    if (standing.stage == Stage::reduced) {
        if (!any_keeps_closed(debts, rules, standing, today)) return {What::release};
        if (debt == nullptr) return {};
        const bool long_enough = today >= standing.since + days{rules.reduced_days} || !rules.reduces;
        return long_enough && may_cut(today, standing, rules, holidays) ? Action{What::suspend, debt} : Action{};
    }
    if (debt == nullptr || !may_cut(today, standing, rules, holidays)) return {};
    return {rules.reduces ? What::reduce : What::suspend, debt};
}

std::vector<Planned> course(Day from, Day until, Standing standing, std::span<const Debt> debts, const Rules& rules,
                            const Holidays& holidays)
{
    std::vector<Planned> planned;
    for (auto day = from; day <= until; day += days{1}) {
        const auto action = action_on(day, standing, debts, rules, holidays);
        if (action.what == What::nothing) continue;
        planned.push_back({day, action, standing});
        standing = after(action, day, standing);
    }
    return planned;
}

std::string reason(const Action& action, const Standing& standing, const Rules& rules, Day today)
{
    if (action.what == What::release) {
        return standing.by_billing ? "no charge is overdue beyond its block days on " + text_of(today)
                                   : "nothing is overdue on " + text_of(today);
    }
    if (action.what == What::terminate)
        return since_text("suspended", standing.since) + " (limit " + of_days(rules.termination_days) + ')';
    if (action.debt == nullptr) return {};
    const auto& debt = *action.debt;
    auto text = "charge " + std::to_string(debt.charge) + " of " + debt.rest + ", due " + text_of(debt.due) + ", is " +
                of_days(static_cast<int>((today - debt.due).count())) + " overdue (limit " +
                std::to_string(rules.block_days) + ')';
    if (debt.notice) text += ", notice of " + text_of(*debt.notice);
    if (standing.stage == Stage::reduced) text += ", " + since_text("reduced", standing.since);
    return text;
}

}  // namespace provisioning::ladder
