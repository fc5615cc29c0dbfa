// provisioning/notices/reminders.cpp
#include "provisioning/notices/reminders.hpp"

#include <algorithm>
#include <array>

namespace provisioning::notices {
namespace {

using ladder::Debt;
using std::chrono::days;

constexpr std::array<std::string_view, 6> names{"issued",    "due_soon", "pending", "will_be_suspended",
                                                "suspended", "released"};

/// The debts as they are once what goes out today has come.
std::vector<Debt> after_notice(std::span<const Debt> debts, const std::vector<std::int64_t>& charges, ladder::Day today)
{
    std::vector<Debt> all(debts.begin(), debts.end());
    for (auto& debt : all)
        if (!debt.notice && std::ranges::find(charges, debt.charge) != charges.end()) debt.notice = today;
    return all;
}

/// The debts that close access within the days of the warning.
std::vector<std::int64_t> about_to_cut(ladder::Day today, const ladder::Standing& standing, std::span<const Debt> debts,
                                       const ladder::Rules& rules, const ladder::Holidays& holidays, int warn_days)
{
    std::vector<std::int64_t> charges;
    if (warn_days == 0) return charges;
    for (const auto& [day, action, before] :
         ladder::course(today + days{1}, today + days{warn_days}, standing, debts, rules, holidays)) {
        if (!ladder::cuts(action.what)) continue;
        for (const auto& debt : debts) {
            const auto from = ladder::first_cut(debt, rules);
            if (from && *from <= day) charges.push_back(debt.charge);
        }
        break;
    }
    return charges;
}

}  // namespace

std::optional<Kind> kind_of(std::string_view text) noexcept
{
    const auto at = std::ranges::find(names, text);
    if (at == names.end()) return std::nullopt;
    return static_cast<Kind>(at - names.begin());
}

std::string_view name(Kind kind) noexcept { return names[static_cast<std::size_t>(kind)]; }

std::vector<Reminder> reminders(ladder::Day today, const ladder::Standing& standing,
                                std::span<const ladder::Debt> debts, const ladder::Rules& rules,
                                const ladder::Holidays& holidays, const Switches& switches, const Told& told)
{
    if (standing.stage == ladder::Stage::suspended) return {};
    const auto now = ladder::action_on(today, standing, debts, rules, holidays).what;
    if (ladder::cuts(now) || now == ladder::What::release) return {};
    std::vector<std::int64_t> untold;
    for (const auto& debt : debts) {
        const bool told_of = debt.notice || told.of(debt.charge);
        if (ladder::pending(debt, rules, today) && !told_of) untold.push_back(debt.charge);
    }
    std::vector<Reminder> all;
    const auto first = switches.pending ? Kind::pending : Kind::will_be_suspended;
    const bool sends_first = switches.pending || (switches.will_be_suspended && standing.automatic);
    if (!untold.empty() && sends_first) all.push_back({first, untold});
    if (!switches.will_be_suspended) return all;
    const auto known = after_notice(debts, sends_first ? untold : std::vector<std::int64_t>{}, today);
    auto cutting = about_to_cut(today, standing, known, rules, holidays, switches.warn_days);
    std::erase_if(cutting, [&](std::int64_t charge) {
        return told.will_be_suspended.contains(charge) || std::ranges::find(untold, charge) != untold.end();
    });
    if (!cutting.empty()) all.push_back({Kind::will_be_suspended, std::move(cutting)});
    return all;
}

}  // namespace provisioning::notices
