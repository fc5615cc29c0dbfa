// provisioning/notices/reminders.hpp - what a client is told, and which debts are to be told of today. No clock, no
// I/O.
#pragma once

#include "provisioning/ladder/ladder.hpp"

#include <set>

namespace provisioning::notices {

enum class Kind : std::uint8_t { issued, due_soon, pending, will_be_suspended, suspended, released };
std::optional<Kind> kind_of(std::string_view text) noexcept;
std::string_view name(Kind kind) noexcept;
/// Whether it tells of a debt, so that the ladder takes it as the notice of it.
constexpr bool is_evidence(Kind kind) noexcept { return kind == Kind::pending || kind == Kind::will_be_suspended; }

struct Switches {
    bool pending = true;
    bool will_be_suspended = true;
    int warn_days = 3; ///< so many days before a cut its warning goes out
};
/// Charges that the client was told of, or is about to be.
struct Told {
    std::set<std::int64_t> pending{}, will_be_suspended{};
    bool of(std::int64_t charge) const { return pending.contains(charge) || will_be_suspended.contains(charge); }
};
struct Reminder {
    Kind kind;
    std::vector<std::int64_t> charges; ///< that it names
};
/// Of the debts of a contract (overdue, oldest first) on `today`: a debt is told of once it makes the contract pending,
/// and once more before its cut. Without the first of the two switched on, the warning goes out in its place at once,
/// since the ladder waits for a notice.
std::vector<Reminder> reminders(ladder::Day today, const ladder::Standing& standing,
                                std::span<const ladder::Debt> debts, const ladder::Rules& rules,
                                const ladder::Holidays& holidays, const Switches& switches, const Told& told);

} // namespace provisioning::notices
