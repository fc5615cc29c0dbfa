// provisioning/store/access_apply.cpp
#include "provisioning/store/access_apply.hpp"
#include "provisioning/store/guard.hpp"
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/suspension.hpp"

#include <set>

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::seconds deadline{60};

struct Applying {
    Session& session;
    const Actor& actor;
    ladder::Day today;
    Settings settings{};
    std::int64_t run = 0; ///< 0: only looking
};

/// What a row says, checked.
struct Order {
    bool suspends = false;
    std::string reason, kind, notice_on;
};

Order checked(const AccessOrder& typed)
{
    Order order;
    const auto action = canonical({.name = "action",
                                   .type = FieldType::choice,
                                   .given = Given::required,
                                   .help = {},
                                   .choices = "suspend release"},
                                  typed.action);
    order.suspends = action == "suspend";
    if (!order.suspends) {
        if (!typed.reason.empty()) order.reason = checked_reason("reason", typed.reason);
        return order;
    }
    order.reason = checked_reason("reason", typed.reason);
    auto kinds = *find_field(contract_type, "suspension_kind");
    kinds.name = "kind";
    order.kind = canonical(kinds, typed.kind.empty() ? "request" : typed.kind);
    if (typed.notice_on.empty()) return order;
    if (order.kind != "debt") throw Refusal(ErrorCode::invalid, "notice_on", "is for kind debt, this is " + order.kind);
    order.notice_on = canonical({.name = "notice_on", .type = FieldType::date, .help = {}}, typed.notice_on);
    return order;
}

std::int64_t contract_of(Transaction& t, const AccessOrder& typed, Lock lock)
{
    if (typed.login.empty() == typed.contract.empty())
        throw Refusal(ErrorCode::invalid, "login", "give login or contract, one of them");
    if (!typed.contract.empty()) return resolve_locked(t, contract_type, typed.contract, Rows::live, lock);
    const auto login = resolve_locked(t, login_type, typed.login, Rows::live, Lock::none);
    const auto contract = show_in(t, login_type, login).at("contract").front();
    return resolve_locked(t, contract_type, contract, Rows::live, lock);
}

/// A notice that was given elsewhere is evidence here, once.
void note_notice(Transaction& t, std::int64_t contract, const std::string& day)
{
    t.work().exec_params0(
        "insert into notice (client_id, contract_id, \"on\", channel, note)"
        " select k.client_id, k.id, $2::date, 'external', 'access apply' from contract k where k.id = $1"
        " and not exists (select from notice n where n.contract_id = k.id and n.\"on\" = $2::date"
        "                 and n.channel = 'external' and n.removed_at is null)",
        contract, day);
}

/// Refuses a cut for debt that the law does not allow yet, as `contract suspend` does: the debt is kept elsewhere, so
/// it is the notice alone that counts.
void check_notice(const Applying& applying, const Order& order)
{
    const auto rules = rules_of(applying.settings, {}, {}, {});
    if (order.kind != "debt" || !rules.notice_required) return;
    if (order.notice_on.empty())
        throw Refusal(ErrorCode::invalid, "notice_on", "missing: a cut for debt needs the day of its notice");
    const auto from = ladder::day_of(order.notice_on).value() + std::chrono::days{rules.notice_days};
    if (from > applying.today)
        throw Refusal(ErrorCode::invalid, "notice_on",
                      order.notice_on + " is not " + std::to_string(rules.notice_days) +
                          " days ago, it may be cut from " + ladder::text_of(from) + " on");
}

/// Empty: there is something to do; else why not.
std::string nothing_to_do(const Record& contract, const Order& order)
{
    const auto& status = contract.at("status").front();
    const auto kind = contract.at("suspension_kind").empty() ? std::string{} : contract.at("suspension_kind").front();
    if (order.suspends) {
        if (status == "suspended") return "is suspended already (" + kind + ')';
        if (status != "active")
            throw Refusal(ErrorCode::conflict, "contract", "is " + status + ", there is nothing to suspend");
        return {};
    }
    const bool reduced = !contract.at("reduced_at").empty();
    if (status != "suspended" && !reduced) return "is not suspended, it is " + status;
    if (kind == "fraud" || kind == "court")
        throw Refusal(ErrorCode::conflict, "contract",
                      "is suspended (" + kind + "), release it by `porteiro contract release`");
    return {};
}

void carry_out(Transaction& t, const Applying& applying, std::int64_t contract, const Order& order)
{
    const auto before = t.work().exec_params1("select contract_stage($1)::text", contract)[0].as<std::string>();
    because(t, order.reason);
    if (!order.notice_on.empty()) note_notice(t, contract, order.notice_on);
    if (order.suspends)
        suspend_in(t, contract, order.kind, order.reason, Origin::manual);
    else
        release_in(t, contract);
    t.work().exec_params0("insert into billing_step (run_id, contract_id, action, why, before, after)"
                          " values ($1, $2, $3, $4, $5::jsonb, contract_stage($2)) on conflict do nothing",
                          applying.run, contract, order.suspends ? "suspend" : "release",
                          order.reason.empty() ? "access apply" : order.reason, before);
}

AccessResult one(const Applying& applying, const AccessOrder& typed)
{
    const bool looking = applying.run == 0;
    return in_transaction(applying.session, applying.actor, looking ? Mode::read_snapshot : Mode::read_write,
                          default_deadline, [&](Transaction& t) {
                              AccessResult result;
                              const auto order = checked(typed);
                              result.contract_id = contract_of(t, typed, looking ? Lock::none : Lock::update);
                              const auto record = show_in(t, contract_type, result.contract_id);
                              result.client =
                                  show_in(t, client_type, std::stoll(record.at("client").front())).at("name").front();
                              if (auto why = nothing_to_do(record, order); !why.empty()) {
                                  result.result = "unchanged";
                                  result.why = std::move(why);
                                  return result;
                              }
                              check_notice(applying, order);
                              if (!looking) carry_out(t, applying, result.contract_id, order);
                              result.result = order.suspends ? "suspended" : "released";
                              result.why = order.reason;
                              return result;
                          });
}

std::vector<AccessResult> each(const Applying& applying, const std::vector<AccessOrder>& orders)
{
    std::vector<AccessResult> rows;
    for (const auto& order : orders) {
        auto& row = rows.emplace_back();
        try {
            if (applying.session.broken()) throw Unavailable("the connection was lost");
            row = one(applying, order);
        } catch (const Refusal& refusal) {
            row.result = "refused";
            row.why = refusal.field().empty() ? refusal.message() : refusal.field() + ": " + refusal.message();
        }
    }
    return rows;
}

}  // namespace

AccessApplied access_apply(Session& session, const AccessList& list, std::string_view today,
                           const BillingDefaults& defaults, const Actor& actor)
{
    const Turn turn(session);
    Applying applying{session, actor, ladder::day_of(today).value()};
    Cuts cuts;
    in_transaction(session, {}, Mode::read_snapshot, deadline, [&](Transaction& t) {
        applying.settings = ladder_in(t, defaults).settings;
        add_usual(t, cuts);
    });
    AccessApplied applied;
    applied.rows = each(applying, list.orders);
    std::set<std::int64_t> cut;
    for (const auto& row : applied.rows)
        if (row.result == "suspended") cut.insert(row.contract_id);
    cuts.planned = static_cast<std::int64_t>(cut.size());
    const auto stops = guard_of(cuts, applying.settings, list.confirmed_cuts);
    if (list.dry_run) {
        applied.guard = stops;
        return applied;
    }
    const bool changes = std::any_of(applied.rows.begin(), applied.rows.end(), [](const AccessResult& row) {
        return row.result == "suspended" || row.result == "released";
    });
    if (!changes) return applied;
    applying.run = in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        return begin_run(t, {.day = std::string{today},
                             .kind = "apply",
                             .cuts = cuts,
                             .confirmed = list.confirmed_cuts,
                             .stopped = !stops.empty()});
    });
    if (!stops.empty()) throw Refusal(ErrorCode::guard, "", stops);
    applied.run_id = applying.run;
    applied.rows = each(applying, list.orders);
    end_run(session, applying.run, actor);
    return applied;
}

}  // namespace provisioning::store
