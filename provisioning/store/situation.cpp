// provisioning/store/situation.cpp
#include "provisioning/store/situation.hpp"
#include "provisioning/store/statement.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

// $1 the day, $2 one contract or null, $3 whether a charge without a contract counts against all of the client's.
constexpr auto situation_sql = R"(
select k.id, k.client_id, n.name,
       array(select l.login from login l where l.contract_id = k.id and l.removed_at is null order by l.login) as logins,
       k.status = 'suspended' as suspended, k.suspension_origin = 'billing', k.suspended_at::date, k.reduced_at::date,
       k.termination_due is not null, (k.trust_until - interval '1 microsecond')::date,
       k.ladder, k.pending_days, k.block_days,
       case when k.auto_suspend <> 'default' then k.auto_suspend else n.auto_suspend end,
       k.suspended_at is not null and exists (
           select from charge s where s.client_id = k.client_id and s.settled_at >= k.suspended_at
                                      and (s.contract_id = k.id or $3 and s.contract_id is null)),
       exists (select from billing_step s join billing_run r on r.id = s.run_id
               where s.contract_id = k.id and s.undone_at is not null and r.day = $1::date),
       d.charges, d.dues, d.rests, d.notices, n.email_overdue <> 'no',
       array(select x.at < coalesce(k.suspended_at, k.reduced_at) from unnest(d.entered) with ordinality x (at, n) order by x.n)
from contract k
join client n on n.id = k.client_id
left join (
    select c.contract, array_agg(c.id order by c.due, c.id) as charges, array_agg(c.due order by c.due, c.id) as dues,
           array_agg(c.rest order by c.due, c.id) as rests,
           array_agg(c.created_at order by c.due, c.id) as entered,
           array_agg(coalesce(notice_of(c.id, c.contract, c.client_id, c.due)::text, '') order by c.due, c.id) as notices
    from (select x.id, x.contract_id as contract, x.client_id, x.due, x.rest, x.created_at
          from open_charge x
          where x.contract_id is not null and x.due < $1::date and ($2::bigint is null or x.contract_id = $2)
          union all
          select x.id, o.id, x.client_id, x.due, x.rest, x.created_at
          from open_charge x join contract o on o.client_id = x.client_id
          where $3 and x.contract_id is null and x.due < $1::date and ($2::bigint is null or o.id = $2)) c
    group by c.contract) d on d.contract = k.id
where k.removed_at is null and ($2::bigint is null or k.id = $2)
      and (k.status = 'active' and (d.contract is not null or k.reduced_at is not null or k.trust_until is not null)
           or k.status = 'suspended' and k.suspension_kind = 'debt')
order by k.id)";

std::optional<ladder::Day> day(const pqxx::field& field)
{
    return field.is_null() ? std::nullopt : ladder::day_of(field.c_str());
}

std::optional<int> number(const pqxx::field& field)
{
    return field.is_null() ? std::nullopt : std::optional{field.as<int>()};
}

std::vector<ladder::Debt> debts_of(const pqxx::row& row, pqxx::row::size_type at)
{
    const auto charges = read_list(row[at]), dues = read_list(row[at + 1]), rests = read_list(row[at + 2]),
               notices = read_list(row[at + 3]), before = read_list(row[at + 5]);
    std::vector<ladder::Debt> debts;
    for (std::size_t i = 0; i < charges.size(); ++i) {
        debts.push_back({std::stoll(charges[i]), ladder::day_of(dues[i]).value_or(ladder::Day{}), rests[i],
                         ladder::day_of(notices[i]), i < before.size() && before[i] == "t"});
    }
    return debts;
}

ladder::Standing standing_of(const pqxx::row& row, const Settings& settings)
{
    ladder::Standing standing;
    if (row[4].as<bool>()) {
        standing.stage = ladder::Stage::suspended;
        standing.by_billing = row[5].as<bool>();
        standing.since = day(row[6]).value_or(ladder::Day{});
    } else if (const auto since = day(row[7])) {
        standing.stage = ladder::Stage::reduced;
        standing.since = *since;
    }
    standing.termination_due = row[8].as<bool>();
    standing.trust_until = day(row[9]);
    const std::string_view own = row[13].c_str();
    standing.automatic = own == "default" ? settings.on("ladder.auto_suspend") : own == "yes";
    standing.settled_since = row[14].as<bool>();
    return standing;
}

}  // namespace

Ladder ladder_in(Transaction& t, const BillingDefaults& defaults)
{
    std::map<std::string, std::string, std::less<>> set;
    for (const auto& row : t.work().exec_params("select name, value from setting"))
        set.emplace(row[0].as<std::string>(), row[1].as<std::string>());
    Ladder ladder{Settings{std::move(set), defaults}, {}};
    for (const auto& row : t.work().exec_params("select day::text, yearly from holiday where removed_at is null")) {
        if (const auto holiday = day(row[0])) ladder.holidays.add(*holiday, row[1].as<bool>());
    }
    return ladder;
}

std::vector<Situation> situations(Transaction& t, const Ladder& ladder, ladder::Day until,
                                  std::optional<std::int64_t> contract)
{
    const Value one = contract ? Value{std::to_string(*contract)} : std::nullopt;
    const bool all_contracts = ladder.settings.text("charge.without_contract") == "all";
    std::vector<Situation> found;
    for (const auto& row :
         run(t, {situation_sql, {ladder::text_of(until), one, std::string{all_contracts ? "true" : "false"}}})) {
        auto& situation = found.emplace_back();
        situation.contract_id = row[0].as<std::int64_t>();
        situation.client_id = row[1].as<std::int64_t>();
        situation.client = row[2].as<std::string>();
        situation.logins = read_list(row[3]);
        situation.rules = rules_of(ladder.settings, row[10].c_str(), number(row[11]), number(row[12]));
        situation.standing = standing_of(row, ladder.settings);
        situation.spared = row[15].as<bool>();
        situation.debts = debts_of(row, 16);
        situation.reminded = row[20].as<bool>();
    }
    return found;
}

std::string stage_of(const Record& contract, std::span<const ladder::Debt> debts, const ladder::Rules& rules,
                     ladder::Day today)
{
    const auto text = [&](std::string_view field) { return std::string{first_value(contract, field)}; };
    const auto status = text("status");
    if (status == "suspended")
        return "suspended (" + text("suspension_kind") + ')' +
               (text("termination_due").empty() ? "" : ", termination due");
    if (status != "active") return status;
    if (!text("reduced_at").empty()) return "reduced";
    const bool pending =
        std::ranges::any_of(debts, [&](const auto& debt) { return ladder::pending(debt, rules, today); });
    return pending ? "pending" : "open";
}

}  // namespace provisioning::store
