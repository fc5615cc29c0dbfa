// provisioning/store/suspension.cpp - closing and opening a contract, and when debt lets it go.
#include "provisioning/store/suspension.hpp"

namespace provisioning::store {

void suspend_in(Transaction& t, std::int64_t contract, std::string_view kind, std::string_view reason, Origin origin)
{
    t.work().exec_params0("update contract set status = 'suspended', suspension_kind = $2, suspension_reason = $3,"
                          " suspension_origin = $4, suspended_at = coalesce(suspended_at, now()) where id = $1",
                          contract, std::string{kind}, std::string{reason},
                          origin == Origin::billing ? "billing" : "manual");
}

void release_in(Transaction& t, std::int64_t contract)
{
    t.work().exec_params0("update contract set status = 'active', suspension_kind = null, suspension_reason = null,"
                          " suspension_origin = null, suspended_at = null where id = $1",
                          contract);
}

bool is_released_by(Transaction& t, std::int64_t contract, std::string_view today, const BillingDefaults& defaults)
{
    const auto rows = t.work().exec_params(
        "select not exists (select from charge c where c.contract_id = k.id and c.removed_at is null and c.paid < "
        "c.amount"
        " and c.due < $2::date - case when k.suspension_origin = 'billing' then coalesce(k.block_days, $3::int) else 0 "
        "end)"
        " from contract k where k.id = $1 and k.status = 'suspended' and k.suspension_kind = 'debt'",
        contract, std::string{today}, defaults.block_days);
    return !rows.empty() && rows[0][0].as<bool>();
}

std::string checked_reason(std::string_view argument, std::string_view typed)
{
    return canonical({.name = argument, .given = Given::required, .help = {}}, typed);
}

}  // namespace provisioning::store
