// provisioning/store/trust.cpp - access in spite of debt, within limits.
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/suspension.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;

struct Bonus {
    Transaction& t;
    const Ladder& ladder;
    ladder::Day today, last; ///< the last day of access
    std::string reason;
};

[[noreturn]] void refuse(std::int64_t contract, std::string_view field, const std::string& why)
{
    throw Refusal(ErrorCode::conflict, std::string{field}, "contract " + std::to_string(contract) + ' ' + why);
}

ladder::Day last_day(const TrustWish& wish, ladder::Day today, int longest)
{
    if (wish.until.empty() == (wish.days == 0))
        throw Refusal(ErrorCode::usage, "days", "give --days or --until, one of them");
    const auto last = wish.until.empty() ? today + std::chrono::days{wish.days} : ladder::day_of(wish.until).value();
    const auto field = wish.until.empty() ? "days" : "until";
    const auto most = today + std::chrono::days{longest};
    if (last < today)
        throw Refusal(ErrorCode::invalid, field,
                      ladder::text_of(last) + " is past, give a day from " + ladder::text_of(today) + " on");
    if (last > most)
        throw Refusal(ErrorCode::invalid, field,
                      "ends on " + ladder::text_of(last) + ", the longest is " + std::to_string(longest) +
                          " days, until " + ladder::text_of(most) + " (setting trust.longest_days)");
    return last;
}

/// Given lately, or for this charge: more than the settings allow is refused.
void check_limits(const Bonus& bonus, std::int64_t contract, std::int64_t charge)
{
    const auto& settings = bonus.ladder.settings;
    const int per_charge = settings.number("trust.per_charge"), per_period = settings.number("trust.per_period"),
              period = settings.number("trust.period_days");
    const auto row =
        bonus.t.work().exec_params1("select count(*) filter (where charge_id = $2),"
                                    " count(*) filter (where contract_id = $1 and at > now() - $3 * interval '1 day'),"
                                    " (max(at) filter (where contract_id = $1))::date::text"
                                    " from trust_bonus where contract_id = $1 or charge_id = $2",
                                    contract, charge, period);
    if (per_charge > 0 && row[0].as<int>() >= per_charge)
        refuse(contract, "contract",
               "had its trust bonus for charge " + std::to_string(charge) + " already, " + std::to_string(per_charge) +
                   " for each charge (setting trust.per_charge)");
    if (per_period > 0 && row[1].as<int>() >= per_period)
        refuse(contract, "contract",
               "had a trust bonus on " + row[2].as<std::string>() + ", " + std::to_string(per_period) + " in " +
                   std::to_string(period) + " days (settings trust.per_period, trust.period_days)");
}

const ladder::Debt* oldest_overdue(const Situation& situation, ladder::Day today)
{
    const auto& debts = situation.debts;
    return debts.empty() || debts.front().due >= today ? nullptr : &debts.front();
}

void give(const Bonus& bonus, const Situation& situation)
{
    const auto contract = situation.contract_id;
    const auto* debt = oldest_overdue(situation, bonus.today);
    if (debt == nullptr) refuse(contract, "contract", "has nothing overdue, so it needs no trust");
    if (situation.standing.trust_until && *situation.standing.trust_until >= bonus.today)
        refuse(contract, "contract",
               "is trusted already, until the end of " + ladder::text_of(*situation.standing.trust_until));
    check_limits(bonus, contract, debt->charge);
    auto& work = bonus.t.work();
    because(bonus.t, bonus.reason);
    work.exec_params0("update contract set trust_until = ($2::date + 1)::timestamptz where id = $1", contract,
                      ladder::text_of(bonus.last));
    work.exec_params0("insert into trust_bonus (contract_id, charge_id, until, reason)"
                      " values ($1, $2, ($3::date + 1)::timestamptz, nullif($4, ''))",
                      contract, debt->charge, ladder::text_of(bonus.last), bonus.reason);
}

Bonus bonus_of(Transaction& t, const Ladder& ladder, const TrustWish& wish, std::string_view today)
{
    const auto day = ladder::day_of(today).value();
    const auto why = wish.reason.empty() ? std::string{} : checked_reason("reason", wish.reason);
    return {t, ladder, day, last_day(wish, day, ladder.settings.number("trust.longest_days")), why};
}

}  // namespace

Record contract_trust(Session& session, std::string_view what, const TrustWish& wish, std::string_view today,
                      const BillingDefaults& defaults, const Actor& actor)
{
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto id = resolve_locked(t, contract_type, what, Rows::live, Lock::update);
        const auto ladder = ladder_in(t, defaults);
        const auto bonus = bonus_of(t, ladder, wish, today);
        const auto record = show_in(t, contract_type, id);
        const auto found = situations(t, ladder, bonus.today, id);
        if (found.empty()) {
            const auto& kind = record.at("suspension_kind");
            if (!kind.empty())
                refuse(id, "contract", "is suspended (" + kind.front() + "), not for debt; release it first");
            const auto& status = record.at("status").front();
            refuse(id, "contract", status == "active" ? "has nothing overdue, so it needs no trust" : "is " + status);
        }
        give(bonus, found.front());
        return show_in(t, contract_type, id);
    });
}

std::vector<Record> client_trust(Session& session, std::string_view what, const TrustWish& wish, std::string_view today,
                                 const BillingDefaults& defaults, const Actor& actor)
{
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto client = resolve_locked(t, client_type, what, Rows::live, Lock::update);
        const auto ladder = ladder_in(t, defaults);
        const auto bonus = bonus_of(t, ladder, wish, today);
        std::vector<Record> trusted;
        for (const auto& row : t.work().exec_params(
                 "select id from contract where client_id = $1 and removed_at is null order by id for update",
                 client)) {
            const auto contract = row[0].as<std::int64_t>();
            const auto found = situations(t, ladder, bonus.today, contract);
            if (found.empty() || oldest_overdue(found.front(), bonus.today) == nullptr) continue;
            give(bonus, found.front());
            trusted.push_back(show_in(t, contract_type, contract));
        }
        if (trusted.empty())
            throw Refusal(ErrorCode::conflict, "client",
                          "client " + std::to_string(client) + " has no contract with something overdue");
        return trusted;
    });
}

}  // namespace provisioning::store
