// provisioning/store/billing_runs.cpp - what runs did, and how one is taken back.
#include "provisioning/store/billing.hpp"
#include "provisioning/store/guard.hpp"
#include "provisioning/store/rows.hpp"
#include "provisioning/store/statement.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds deadline{60};

void known_run(Transaction& t, std::int64_t run)
{
    if (t.work().exec_params("select from billing_run where id = $1", run).empty())
        throw Refusal(ErrorCode::not_found, "run",
                      "there is no billing run " + std::to_string(run) + ", see `porteiro billing list`");
}

std::vector<BillingStep> cuts_of(Transaction& t, std::int64_t run)
{
    std::vector<BillingStep> cuts;
    for (const auto& row : t.work().exec_params(
             "select s.contract_id, k.client_id, n.name, array(select l.login from login l where l.contract_id = k.id"
             "   and l.removed_at is null order by l.login), s.action"
             " from billing_step s join contract k on k.id = s.contract_id join client n on n.id = k.client_id"
             " where s.run_id = $1 and s.action in ('reduce', 'suspend') and s.undone_at is null order by k.id",
             run)) {
        auto& step = cuts.emplace_back();
        step.action = "restore";
        step.contract_id = row[0].as<std::int64_t>();
        step.client_id = row[1].as<std::int64_t>();
        step.client = row[2].as<std::string>();
        step.logins = read_list(row[3]);
        step.why = row[4].as<std::string>() + " of run " + std::to_string(run) + " undone";
    }
    return cuts;
}

bool restored(Session& session, const BillingStep& step, std::int64_t run, const std::string& reason,
              const Actor& actor)
{
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        t.work().exec_params("select from contract where id = $1 for update", step.contract_id);
        const auto same = t.work().exec_params1("select after = contract_stage(contract_id) from billing_step"
                                                " where run_id = $1 and contract_id = $2",
                                                run, step.contract_id);
        if (!same[0].as<bool>()) return false;
        because(t, reason);
        t.work().exec_params0(
            "update contract k set status = b.status, suspension_kind = b.suspension_kind,"
            " suspension_reason = b.suspension_reason, suspension_origin = b.suspension_origin,"
            " suspended_at = b.suspended_at, reduced_at = b.reduced_at, reduced_reason = b.reduced_reason,"
            " termination_due = b.termination_due, trust_until = b.trust_until"
            " from billing_step s, jsonb_to_record(s.before) as b(status text, suspension_kind text,"
            " suspension_reason text, suspension_origin text, suspended_at timestamptz, reduced_at timestamptz,"
            " reduced_reason text, termination_due date, trust_until timestamptz)"
            " where s.run_id = $1 and s.contract_id = $2 and k.id = $2",
            run, step.contract_id);
        t.work().exec_params0("update billing_step set undone_at = now() where run_id = $1 and contract_id = $2", run,
                              step.contract_id);
        return true;
    });
}

}  // namespace

BillingResult billing_undo(Session& session, std::int64_t run, std::string_view reason, const Actor& actor)
{
    const auto why = canonical({.name = "reason", .given = Given::required, .help = {}}, reason);
    const Turn turn(session);
    BillingResult result{.run_id = run};
    result.steps = in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        known_run(t, run);
        return cuts_of(t, run);
    });
    for (auto& step : result.steps) {
        const auto skip = [&step](std::string what) {
            step.action = "skip";
            step.why = std::move(what);
        };
        if (session.broken()) {
            skip("the database went away");
            continue;
        }
        try {
            if (!restored(session, step, run, why, actor)) skip("it was changed since, look at it by hand");
        } catch (const Refusal& refusal) {
            skip(refusal.message());
        }
    }
    if (session.broken()) return result;
    in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        t.work().exec_params0("update billing_run set state = 'undone' where id = $1 and not exists ("
                              "select from billing_step s where s.run_id = $1 and s.undone_at is null"
                              " and s.action in ('reduce', 'suspend'))",
                              run);
        t.work().exec_params0("update message set state = 'dropped', result = 'its run was undone'"
                              " where run_id = $1 and state = 'queued'",
                              run);
    });
    return result;
}

std::vector<Row> billing_list(Session& session, std::int64_t limit, std::int64_t offset)
{
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        return rows_of(t.work().exec_params(
            "select r.id as run, to_char(r.at, 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM') as at, r.day::text as day, r.kind,"
            " r.actor, r.state, r.contracts, r.planned, r.confirmed,"
            " count(*) filter (where s.action = 'reduce') as reduced,"
            " count(*) filter (where s.action = 'suspend') as suspended,"
            " count(*) filter (where s.action = 'release') as released,"
            " count(*) filter (where s.action = 'termination_due') as termination_due,"
            " count(s.undone_at) as undone,"
            " (select count(*) from message m where m.run_id = r.id) as messages"
            " from billing_run r left join billing_step s on s.run_id = r.id group by r.id order by r.id desc"
            " limit nullif($1::bigint, 0) offset $2::bigint",
            limit, offset));
    });
}

std::vector<Row> billing_show(Session& session, std::int64_t run, std::int64_t limit, std::int64_t offset)
{
    return in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        known_run(t, run);
        return rows_of(t.work().exec_params(
            "select s.action, s.contract_id as contract, k.client_id, n.name as client,"
            " (select string_agg(l.login, ' ' order by l.login) from login l"
            "  where l.contract_id = k.id and l.removed_at is null) as logins, s.charge_id as charge, s.why,"
            " to_char(s.at, 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM') as at,"
            " to_char(s.undone_at, 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM') as undone_at"
            " from billing_step s join contract k on k.id = s.contract_id join client n on n.id = k.client_id"
            " where s.run_id = $1 order by s.at, s.contract_id limit nullif($2::bigint, 0) offset $3::bigint",
            run, limit, offset));
    });
}

}  // namespace provisioning::store
