// provisioning/store/billing.cpp - billing run: what the debts of a day close and open.
#include "provisioning/store/statement.hpp"
#include "provisioning/store/suspension.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds deadline{60};

// Overdue beyond the block days: today > due + days. One row for each contract: its oldest such charge.
constexpr auto to_suspend = R"(
select k.id, k.client_id, n.name, array(select l.login from login l where l.contract_id = k.id and l.removed_at is null
                                        order by l.login) as logins,
       c.id, c.due::text, (c.amount - c.paid)::text, $1::date - c.due as days, coalesce(k.block_days, $2::int)
from contract k
join client n on n.id = k.client_id
join lateral (select x.id, x.due, x.amount, x.paid from charge x
              where x.contract_id = k.id and x.removed_at is null and x.paid < x.amount
                    and x.due < $1::date - coalesce(k.block_days, $2::int)
              order by x.due, x.id limit 1) c on true
where k.removed_at is null and k.status = 'active' and k.auto_suspend <> 'no' and ($3::bigint is null or k.id = $3)
order by k.id)";

constexpr auto to_release = R"(
select k.id, k.client_id, n.name, array(select l.login from login l where l.contract_id = k.id and l.removed_at is null
                                        order by l.login) as logins
from contract k
join client n on n.id = k.client_id
where k.removed_at is null and k.status = 'suspended' and k.suspension_kind = 'debt' and k.suspension_origin = 'billing'
      and not exists (select from charge x where x.contract_id = k.id and x.removed_at is null and x.paid < x.amount
                                                 and x.due < $1::date - coalesce(k.block_days, $2::int))
      and ($3::bigint is null or k.id = $3)
order by k.id)";

struct Run {
    Session& session;
    std::string today;
    BillingDefaults defaults;
    const Actor& actor;
};

BillingStep read_step(BillingStep::What what, const pqxx::row& row, const std::string& today)
{
    BillingStep step{};
    step.what = what;
    step.contract_id = row[0].as<std::int64_t>();
    step.client_id = row[1].as<std::int64_t>();
    step.client = row[2].as<std::string>();
    step.logins = read_list(row[3]);
    if (what == BillingStep::What::release) {
        step.why = "no charge is overdue beyond its block days on " + today;
        return step;
    }
    step.charge_id = row[4].as<std::int64_t>();
    step.due = row[5].as<std::string>();
    step.amount = row[6].as<std::string>();
    step.overdue_days = row[7].as<std::int64_t>();
    step.why = "charge " + std::to_string(step.charge_id) + " of " + step.amount + ", due " + step.due + ", is " +
               std::to_string(step.overdue_days) + " days overdue (limit " + row[8].as<std::string>() + ")";
    return step;
}

std::vector<BillingStep> steps(Transaction& t, const Run& run_, BillingStep::What what, const Value& contract)
{
    std::vector<BillingStep> found;
    const auto* sql = what == BillingStep::What::suspend ? to_suspend : to_release;
    for (const auto& row : run(t, {sql, {run_.today, std::to_string(run_.defaults.block_days), contract}}))
        found.push_back(read_step(what, row, run_.today));
    return found;
}

/// Under the contract's lock it is looked at again: a payment may have come in between.
bool applied(const Run& run_, BillingStep& step)
{
    return in_transaction(run_.session, run_.actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        t.work().exec_params("select from contract where id = $1 for update", step.contract_id);
        auto again = steps(t, run_, step.what, std::to_string(step.contract_id));
        if (again.empty()) return false;
        step = std::move(again.front());
        if (step.what == BillingStep::What::suspend)
            suspend_in(t, step.contract_id, "debt", step.why, Origin::billing);
        else
            release_in(t, step.contract_id);
        return true;
    });
}

/// One contract that cannot be done stops no other: its step says why. Without a database none of the rest can be.
std::vector<BillingStep> done_of(const Run& run_, std::vector<BillingStep> planned)
{
    std::vector<BillingStep> done;
    for (auto& step : planned) {
        const auto skip = [&](std::string why) {
            step.what = BillingStep::What::skip;
            step.why = std::move(why);
            done.push_back(std::move(step));
        };
        if (run_.session.broken()) {
            skip("the database went away");
            continue;
        }
        try {
            if (applied(run_, step)) done.push_back(std::move(step));
        } catch (const Refusal& refusal) {
            skip(refusal.message());
        }
    }
    return done;
}

/// One run at a time, whichever daemon or command starts it. The server lets go when the session dies.
class Turn {
public:
    explicit Turn(Session& session) : session_(session)
    {
        const bool taken = in_transaction(session_, {}, Mode::read_write, default_deadline, [](Transaction& t) {
            return t.work().exec_params1("select pg_try_advisory_lock($1, $2)", 0x706f7274, 2)[0].as<bool>();
        });
        if (!taken) throw Refusal(ErrorCode::conflict, "", "another billing run is under way, wait for its end");
    }
    ~Turn()
    {
        try {
            in_transaction(session_, {}, Mode::read_write, default_deadline, [](Transaction& t) {
                t.work().exec_params1("select pg_advisory_unlock($1, $2)", 0x706f7274, 2);
            });
        } catch (const std::exception&) {
            session_.mark_broken();  // its connection goes, and the lock with it
        }
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    Session& session_;
};

}  // namespace

std::vector<BillingStep> billing_run(Session& session, std::string_view today, const BillingDefaults& defaults,
                                     bool dry_run, const Actor& actor)
{
    const Run run_{session, canonical({.name = "on", .type = FieldType::date, .help = {}}, today), defaults, actor};
    const Turn turn(session);
    auto planned = in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        auto all = steps(t, run_, BillingStep::What::suspend, std::nullopt);
        auto releases = steps(t, run_, BillingStep::What::release, std::nullopt);
        all.insert(all.end(), std::make_move_iterator(releases.begin()), std::make_move_iterator(releases.end()));
        return all;
    });
    return dry_run ? planned : done_of(run_, std::move(planned));
}

}  // namespace provisioning::store
