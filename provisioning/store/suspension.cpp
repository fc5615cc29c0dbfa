// provisioning/store/suspension.cpp - closing and opening a contract, and when debt lets it go.
#include "provisioning/store/suspension.hpp"

namespace provisioning::store {

void suspend_in(Transaction& t, std::int64_t contract, std::string_view kind, std::string_view reason, Origin origin,
                std::string_view since)
{
    t.work().exec_params0("update contract set status = 'suspended', suspension_kind = $2, suspension_reason = $3,"
                          " suspension_origin = $4, suspended_at = coalesce(suspended_at, nullif($5, '')::date, now())"
                          " where id = $1",
                          contract, std::string{kind}, std::string{reason},
                          origin == Origin::billing ? "billing" : "manual", std::string{since});
}

void reduce_in(Transaction& t, std::int64_t contract, std::string_view reason, std::string_view since)
{
    t.work().exec_params0("update contract set reduced_at = coalesce(nullif($3, '')::date, now()), reduced_reason = $2"
                          " where id = $1",
                          contract, std::string{reason}, std::string{since});
}

void release_in(Transaction& t, std::int64_t contract)
{
    t.work().exec_params0("update contract set status = 'active', suspension_kind = null, suspension_reason = null,"
                          " suspension_origin = null, suspended_at = null, reduced_at = null, reduced_reason = null,"
                          " trust_until = null where id = $1",
                          contract);
}

bool settle_in(Transaction& t, std::int64_t contract, const Ladder& ladder, ladder::Day today)
{
    t.work().exec_params0("delete from settlement where contract_id = $1", contract);
    const auto found = situations(t, ladder, today, contract);
    if (found.empty()) return false;
    const auto& now = found.front();
    if (ladder::action_on(today, now.standing, now.debts, now.rules, ladder.holidays).what == ladder::What::release) {
        release_in(t, contract);
        return true;
    }
    // trusted while it was open: nothing is left that would cut it
    if (now.standing.trust_until && now.standing.stage == ladder::Stage::open &&
        ladder::cutting(now.debts, now.rules, today) == nullptr)
        t.work().exec_params0("update contract set trust_until = null where id = $1", contract);
    return false;
}

std::vector<std::int64_t> settle_contracts_of(Transaction& t, std::int64_t charge, const BillingDefaults& defaults,
                                              std::string_view today)
{
    std::vector<std::int64_t> opened;
    const auto ladder = ladder_in(t, defaults);
    for (const auto& row : t.work().exec_params(
             "select k.id from contract k join charge c on c.client_id = k.client_id"
             " where c.id = $1 and (c.contract_id is null or c.contract_id = k.id) order by k.id for update of k",
             charge)) {
        const auto contract = row[0].as<std::int64_t>();
        if (settle_in(t, contract, ladder, ladder::day_of(today).value())) opened.push_back(contract);
    }
    return opened;
}

std::string checked_reason(std::string_view argument, std::string_view typed)
{
    return canonical({.name = argument, .given = Given::required, .help = {}}, typed);
}

}  // namespace provisioning::store
