// provisioning/ladder/ladder.hpp - what debt does to a contract, day by day: pending, reduced, suspended, termination
// due, and back. Facts in, one action out; no clock, no I/O. The same function answers the billing run, its forecast,
// the release at a payment and the explanation, so they cannot differ.
//
// rgc2023: Anatel Res. 765/2023 (in force since 2025-09-01): access closes 15 days after the notice of the debt,
// termination 60 days after that. rgc2014: Res. 632/2014 arts 90-103: reduced speed 15 days after the notice, closed 30
// days later, termination 30 days after that. custom: the provider's own days. Not legal advice.
#pragma once

#include "provisioning/ladder/calendar.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace provisioning::ladder {

enum class Profile : std::uint8_t { rgc2023, rgc2014, custom };
std::optional<Profile> profile_of(std::string_view text) noexcept;
std::string_view name(Profile profile) noexcept;

struct Rules {
    Profile profile = Profile::rgc2023;
    int pending_days = 5; ///< pending from the day after due + pending_days on
    int block_days = 15; ///< the first cut: from the day after due + block_days on...
    int notice_days = 15; ///< ...and not before notice + notice_days
    bool notice_required = true; ///< no notice, no cut
    bool reduces = false; ///< the first cut lowers the speed only
    int reduced_days = 30; ///< reduced that long: access closes
    int termination_days = 60; ///< closed that long: termination is due, which a person confirms
    Rest rest{};
};
/// The days of a profile by the law; block and pending days are those of `base`. custom: `base` as it is.
Rules with_profile(Rules base, Profile profile) noexcept;

/// A charge that is not paid in full.
struct Debt {
    std::int64_t charge = 0;
    Day due{};
    std::string rest{}; ///< still owed: "99.90"
    std::optional<Day> notice{}; ///< of the first notice of this debt that counts
    bool before_closing = false; ///< it was there when access was closed or reduced
};

enum class Stage : std::uint8_t { open, reduced, suspended };

/// How a contract stands as far as debt is concerned. A suspension of another cause is not asked about.
struct Standing {
    Stage stage = Stage::open;
    Day since{}; ///< of reduced or suspended
    bool automatic = true; ///< billing may cut it
    bool by_billing = true; ///< suspended by billing, not by hand
    bool termination_due = false; ///< flagged already
    bool settled_since = false; ///< something was paid in full since the suspension
    std::optional<Day> trust_until{}; ///< last day of a trust bonus
};

enum class What : std::uint8_t { nothing, reduce, suspend, release, terminate };
std::string_view name(What what) noexcept;
constexpr bool cuts(What what) noexcept { return what == What::reduce || what == What::suspend; }

struct Action {
    What what = What::nothing;
    const Debt* debt = nullptr; ///< that it is for; null for a release
};

/// Since when this debt alone would close access, rest days and trust apart; nothing while a notice is wanting.
std::optional<Day> first_cut(const Debt& debt, const Rules& rules) noexcept;
/// The oldest debt that would close access today by itself; null: none.
const Debt* cutting(std::span<const Debt> debts, const Rules& rules, Day today) noexcept;
/// Whether a debt makes the contract pending, which is told and changes nothing.
bool pending(const Debt& debt, const Rules& rules, Day today) noexcept;

/// What is to be done today. `debts` in the order of their due dates.
Action action_on(Day today, const Standing& standing, std::span<const Debt> debts, const Rules& rules,
                 const Holidays& holidays) noexcept;
struct Planned {
    Day day;
    Action action;
    Standing before; ///< how the contract stood when it came
};
/// What comes in [from, until] if nobody pays, is told or is trusted anew: at most one action a day.
std::vector<Planned> course(Day from, Day until, Standing standing, std::span<const Debt> debts, const Rules& rules,
                            const Holidays& holidays);

/// "charge 118 of 99.90, due 2026-11-01, is 16 days overdue (limit 15), notice of 2026-11-03": why an action is due.
std::string reason(const Action& action, const Standing& standing, const Rules& rules, Day today);

} // namespace provisioning::ladder
