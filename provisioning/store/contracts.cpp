// provisioning/store/contracts.cpp - contract suspend, release, cancel; client and login on and off.
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/suspension.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;

struct Held {
    std::int64_t id;
    Record record;
    const std::string& text(std::string_view field) const
    {
        static const std::string nothing;
        const auto& values = record.find(field)->second;
        return values.empty() ? nothing : values.front();
    }
};

Held held(Transaction& t, const RecordType& type, std::string_view what)
{
    const auto id = resolve_locked(t, type, what, Rows::live, Lock::update);
    return {id, show_in(t, type, id)};
}

[[noreturn]] void refuse(const Held& contract, std::string_view why)
{
    throw Refusal(ErrorCode::conflict, "contract", "contract " + std::to_string(contract.id) + ' ' + std::string{why});
}

/// A person may not cut for debt what the law does not let billing cut: nobody was told of the debt, or not long ago.
void check_noticed(Transaction& t, std::int64_t contract, const BillingDefaults& defaults, std::string_view today)
{
    const auto ladder = ladder_in(t, defaults);
    const auto day = ladder::day_of(today).value();
    if (!ladder.settings.on("ladder.require_notice")) return;
    const auto refuse_without = [&](const std::string& what) {
        throw Refusal(ErrorCode::conflict, "kind",
                      what + ". Record the notice that was sent with `porteiro notice add --client C --contract " +
                          std::to_string(contract) +
                          " --on DATE --channel letter`; kinds request, fraud and court need none");
    };
    const auto found = situations(t, ladder, day + std::chrono::days{1}, contract);
    if (found.empty() || found.front().debts.empty()) refuse_without("debt: the contract has no charge that is due");
    std::optional<ladder::Day> earliest;
    const auto& now = found.front();
    for (const auto& debt : now.debts) {
        if (debt.notice && (!earliest || *debt.notice < *earliest)) earliest = debt.notice;
    }
    if (!earliest) refuse_without("debt: no notice of it is recorded");
    const auto from = *earliest + std::chrono::days{now.rules.notice_days};
    if (from > day) {
        refuse_without("debt: the notice of " + ladder::text_of(*earliest) + " is not " +
                       std::to_string(now.rules.notice_days) + " days old, it may be cut from " +
                       ladder::text_of(from) + " on");
    }
}

/// One record, locked, changed by `change(t, held)` and shown as it is afterwards.
template <class Change>
Record changed(Session& session, const RecordType& type, std::string_view what, const Actor& actor, Change change)
{
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto one = held(t, type, what);
        change(t, one);
        return show_in(t, type, one.id);
    });
}

}  // namespace

Record contract_suspend(Session& session, std::string_view what, std::string_view reason, std::string_view kind,
                        std::string_view today, const BillingDefaults& defaults, const Actor& actor)
{
    const auto why = checked_reason("reason", reason);
    auto causes = *find_field(contract_type, "suspension_kind");
    causes.name = "kind";
    const auto cause = canonical(causes, kind.empty() ? "debt" : kind);
    return changed(session, contract_type, what, actor, [&](Transaction& t, const Held& contract) {
        const auto& status = contract.text("status");
        const auto& before = contract.text("suspension_kind");
        if (status == "suspended" && before != "debt" && before != cause)
            refuse(contract, "is suspended already (" + before + "), release it first");
        if (status == "cancelled") refuse(contract, "is cancelled, there is nothing to suspend");
        if (status == "pre-activation") refuse(contract, "is not active yet, there is nothing to suspend");
        if (cause == "debt") check_noticed(t, contract.id, defaults, today);
        suspend_in(t, contract.id, cause, why, Origin::manual);
    });
}

Record contract_release(Session& session, std::string_view what, std::string_view reason, const Actor& actor)
{
    const auto why = reason.empty() ? std::string{} : checked_reason("reason", reason);
    return changed(session, contract_type, what, actor, [&](Transaction& t, const Held& contract) {
        const auto& status = contract.text("status");
        const bool reduced = !contract.text("reduced_at").empty();
        if (status != "suspended" && !reduced) refuse(contract, "is not suspended, it is " + status);
        because(t, why);
        release_in(t, contract.id);
    });
}

Record contract_cancel(Session& session, std::string_view what, std::string_view reason, const Actor& actor)
{
    const auto why = checked_reason("reason", reason);
    return changed(session, contract_type, what, actor, [&](Transaction& t, const Held& contract) {
        if (contract.text("status") == "cancelled") refuse(contract, "is cancelled already");
        t.work().exec_params0("update contract set status = 'cancelled', cancelled_at = now(), cancel_reason = $2,"
                              " suspension_kind = null, suspension_reason = null, suspension_origin = null,"
                              " suspended_at = null where id = $1",
                              contract.id, why);
    });
}

Record client_disable(Session& session, std::string_view what, std::string_view reason, const Actor& actor)
{
    const auto why = checked_reason("reason", reason);
    return changed(session, client_type, what, actor, [&](Transaction& t, const Held& client) {
        t.work().exec_params0("update client set active = false, inactive_reason = $2 where id = $1", client.id, why);
    });
}

Record client_enable(Session& session, std::string_view what, const Actor& actor)
{
    return changed(session, client_type, what, actor, [](Transaction& t, const Held& client) {
        t.work().exec_params0("update client set active = true, inactive_reason = null where id = $1", client.id);
    });
}

Record login_set_enabled(Session& session, std::string_view what, bool enabled, const Actor& actor)
{
    return changed(session, login_type, what, actor, [&](Transaction& t, const Held& login) {
        t.work().exec_params0("update login set enabled = $2 where id = $1", login.id, enabled);
    });
}

}  // namespace provisioning::store
