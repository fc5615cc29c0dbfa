// provisioning/store/guard.cpp
#include "provisioning/store/guard.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;

// A share says nothing of a small provider: one cut of nineteen contracts is no accident.
constexpr std::int64_t least_for_share = 10;

}  // namespace

void add_usual(Transaction& t, Cuts& cuts)
{
    const auto row = t.work().exec_params1(
        "select (select count(*) from contract where status = 'active' and removed_at is null),"
        " coalesce((select max(n) from (select count(*) as n from billing_step s join billing_run r on r.id = s.run_id"
        "           where r.at > now() - interval '62 days' and s.action in ('reduce', 'suspend')"
        "                 and s.undone_at is null group by r.id) each), 0),"
        " coalesce((select max(n) from (select count(distinct m.contract_id) as n from message m"
        "           join billing_run r on r.id = m.run_id where r.at > now() - interval '62 days'"
        "                and m.kind in ('pending', 'will_be_suspended') and m.state <> 'dropped' group by r.id) each), "
        "0)");
    cuts.contracts = row[0].as<std::int64_t>();
    cuts.usual = row[1].as<std::int64_t>();
    cuts.usually_told = row[2].as<std::int64_t>();
}

std::string guard_of(const Cuts& cuts, const Settings& settings, std::optional<std::int64_t> confirmed)
{
    const std::int64_t number = settings.number("guard.number"), percent = settings.number("guard.percent");
    const auto beyond = cuts.planned - cuts.usual;
    const bool many = number > 0 && beyond > number;
    const bool share = percent > 0 && beyond > least_for_share && cuts.planned * 100 > cuts.contracts * percent;
    if ((!many && !share) || confirmed == cuts.planned) return {};
    const auto planned = std::to_string(cuts.planned);
    return "it would cut " + planned + " of " + std::to_string(cuts.contracts) + " open contracts, the usual most is " +
           std::to_string(cuts.usual) + " (limits beyond it: " + std::to_string(number) + " contracts, " +
           std::to_string(percent) + " %); nobody was cut" +
           (confirmed ? ", as " + std::to_string(*confirmed) + " were confirmed" : std::string{}) +
           ". Look at them with --dry-run; if they are right, give --confirm-cuts " + planned;
}

std::string guard_of_notices(const Cuts& cuts, const Settings& settings, std::optional<std::int64_t> confirmed)
{
    const std::int64_t percent = settings.number("guard.notice_percent");
    const bool many =
        percent > 0 && cuts.told - cuts.usually_told > least_for_share && cuts.told * 100 > cuts.contracts * percent;
    if (!many || confirmed == cuts.told) return {};
    const auto told = std::to_string(cuts.told);
    return "it would tell " + told + " of " + std::to_string(cuts.contracts) +
           " open contracts of a debt, the usual most is " + std::to_string(cuts.usually_told) +
           " (limit beyond it: " + std::to_string(percent) + " %); nobody was told or cut" +
           (confirmed ? ", as " + std::to_string(*confirmed) + " were confirmed" : std::string{}) +
           ". Look at them with --dry-run; if they are right, give --confirm-notices " + told;
}

std::int64_t begin_run(Transaction& t, const NewRun& run)
{
    // one that its daemon did not end is over: this one holds the turn
    t.work().exec_params0(
        "update billing_run set state = 'done', ended_at = clock_timestamp() where state = 'running'");
    return t.work()
        .exec_params1("insert into billing_run (day, kind, state, contracts, planned, confirmed, ended_at)"
                      " values ($1::date, $2, $3, $4, $5, nullif($6::bigint, -1),"
                      " case when $3 = 'stopped' then clock_timestamp() end) returning id",
                      run.day, run.kind, run.stopped ? "stopped" : "running", run.cuts.contracts, run.cuts.planned,
                      run.confirmed.value_or(-1))[0]
        .as<std::int64_t>();
}

void end_run(Session& session, std::int64_t run, const Actor& actor)
{
    if (session.broken()) return;
    in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        t.work().exec_params0("update billing_run set state = 'done', ended_at = clock_timestamp() where id = $1", run);
    });
}

Turn::Turn(Session& session) : session_(session)
{
    const bool taken = in_transaction(session_, {}, Mode::read_write, default_deadline, [](Transaction& t) {
        return t.work().exec_params1("select pg_try_advisory_lock($1, $2)", 0x706f7274, 2)[0].as<bool>();
    });
    if (!taken) throw Refusal(ErrorCode::conflict, "", "another billing run is under way, wait for its end");
}

Turn::~Turn()
{
    try {
        in_transaction(session_, {}, Mode::read_write, default_deadline, [](Transaction& t) {
            t.work().exec_params1("select pg_advisory_unlock($1, $2)", 0x706f7274, 2);
        });
    } catch (const std::exception&) {
        session_.mark_broken();  // its connection goes, and the lock with it
    }
}

}  // namespace provisioning::store
