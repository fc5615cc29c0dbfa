// provisioning/store/charges.cpp - one charge, or a few, that become something else.
#include "provisioning/store/charges.hpp"
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/suspension.hpp"

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;

std::string of_charge(std::int64_t id) { return "charge " + std::to_string(id); }

/// The charge, locked, on which something is still owed.
std::int64_t owed_charge(Transaction& t, std::string_view what)
{
    const auto id = resolve_locked(t, charge_type, what, Rows::live, Lock::update);
    const auto row = t.work().exec_params1("select closed, paid >= amount from charge where id = $1", id);
    if (!row[0].is_null())
        throw Refusal(ErrorCode::conflict, "charge", of_charge(id) + " is " + row[0].as<std::string>() + " already");
    if (row[1].as<bool>()) throw Refusal(ErrorCode::conflict, "charge", of_charge(id) + " is paid already");
    return id;
}

/// One transaction that changes a charge and then looks at the contracts that it counted against.
template <class Change>
ChargeChange changed(Session& session, std::string_view what, std::string_view reason, std::string_view today,
                     const BillingDefaults& defaults, const Actor& actor, Change change)
{
    const auto why = checked_reason("reason", reason);
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto id = owed_charge(t, what);
        because(t, why);
        change(t, id, why);
        const auto released = settle_contracts_of(t, id, defaults, today);
        return ChargeChange{show_in(t, charge_type, id), released};
    });
}

/// The amount in parts; what does not divide comes with the first.
std::vector<Record> split(Transaction& t, const Record& whole, int installments, std::int64_t renegotiation)
{
    const auto text = [&](std::string_view field) { return std::string{first_value(whole, field)}; };
    std::vector<Record> made;
    for (const auto& row :
         t.work().exec_params("select due_in(date_trunc('month', $1::date + (n - 1) * interval '1 month')::date,"
                              "              extract(day from $1::date)::integer)::text,"
                              " (trunc($2::numeric / $3, 2) + case n when 1 then $2::numeric - $3 * trunc($2::numeric "
                              "/ $3, 2) else 0 end)::text"
                              " from generate_series(1, $3::integer) n",
                              text("due"), text("amount"), installments)) {
        auto part = whole;
        part["due"] = {row[0].as<std::string>()};
        part["amount"] = {row[1].as<std::string>()};
        const auto number = std::to_string(made.size() + 1) + '/' + std::to_string(installments);
        if (installments > 1) {
            const auto description = text("description");
            part["description"] = {description.empty() ? number : description + " (" + number + ')'};
        }
        made.push_back(add_plain_in(t, charge_type, part));
        if (renegotiation == 0) continue;
        const auto id = std::stoll(made.back()["id"].front());
        t.work().exec_params0("update charge set renegotiation = $2 where id = $1", id, renegotiation);
        made.back() = show_in(t, charge_type, id);
    }
    return made;
}

}  // namespace

std::vector<Record> charge_add(Session& session, const Record& checked, int installments, const Actor& actor)
{
    return in_transaction(session, actor, Mode::read_write, default_deadline,
                          [&](Transaction& t) { return split(t, checked, installments, 0); });
}

ChargeChange charge_reverse(Session& session, std::string_view what, std::int64_t payment, std::string_view reason,
                            const Actor& actor)
{
    const auto why = checked_reason("reason", reason);
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto id = resolve_locked(t, charge_type, what, Rows::live, Lock::update);
        const auto found = t.work().exec_params("select id from payment where charge_id = $1 and reversed_at is null"
                                                " and ($2 = 0 or id = $2) order by id desc limit 1",
                                                id, payment);
        if (found.empty()) {
            throw Refusal(ErrorCode::conflict, payment == 0 ? "charge" : "payment",
                          of_charge(id) + " has no payment" + (payment == 0 ? "" : ' ' + std::to_string(payment)) +
                              " that can be taken back, see `porteiro payment list --charge " + std::to_string(id) +
                              '`');
        }
        because(t, why);
        t.work().exec_params0("update payment set reversed_at = now(), reversal = $2 where id = $1",
                              found[0][0].as<std::int64_t>(), why);
        return ChargeChange{show_in(t, charge_type, id), {}};
    });
}

ChargeChange charge_postpone(Session& session, std::string_view what, std::string_view due, std::string_view reason,
                             std::string_view today, const BillingDefaults& defaults, const Actor& actor)
{
    const auto day = canonical({.name = "due", .type = FieldType::date, .given = Given::required, .help = {}}, due);
    return changed(
        session, what, reason, today, defaults, actor, [&](Transaction& t, std::int64_t id, const std::string&) {
            const auto now = t.work().exec_params1("select due::text from charge where id = $1", id);
            if (day <= now[0].as<std::string>())
                throw Refusal(ErrorCode::invalid, "due",
                              day + " is not after its due date, " + now[0].as<std::string>() + ", give a later one");
            t.work().exec_params0("update charge set due = $2::date where id = $1", id, day);
        });
}

ChargeChange charge_cancel(Session& session, std::string_view what, std::string_view reason, std::string_view today,
                           const BillingDefaults& defaults, const Actor& actor)
{
    return changed(
        session, what, reason, today, defaults, actor, [](Transaction& t, std::int64_t id, const std::string& why) {
            t.work().exec_params0("update charge set closed = 'cancelled', closed_reason = $2 where id = $1", id, why);
        });
}

Agreed charge_renegotiate(Session& session, const Agreement& agreement, std::string_view today,
                          const BillingDefaults& defaults, const Actor& actor)
{
    const auto why = checked_reason("reason", agreement.reason);
    const auto due = canonical({.name = "first_due", .type = FieldType::date, .given = Given::required, .help = {}},
                               agreement.first_due);
    if (due < today)
        throw Refusal(ErrorCode::invalid, "first_due", due + " is past, give a day from " + std::string{today} + " on");
    return in_transaction(session, actor, Mode::read_write, default_deadline, [&](Transaction& t) {
        std::vector<std::int64_t> ids;
        for (const auto& what : agreement.charges) ids.push_back(owed_charge(t, what));
        const auto list = array_literal(ids);
        const auto sums = t.work().exec_params1("select count(distinct client_id), count(distinct "
                                                "coalesce(contract_id, 0)), min(client_id), min(contract_id),"
                                                " sum(amount - paid)::text from charge where id = any($1::bigint[])",
                                                list);
        if (sums[0].as<int>() != 1 || sums[1].as<int>() != 1)
            throw Refusal(ErrorCode::invalid, "charge",
                          "they are of several clients or contracts, renegotiate those of one at a time");
        because(t, why);
        Agreed agreed;
        agreed.renegotiation = t.work().exec_params1("select nextval('renegotiation_id_seq')")[0].as<std::int64_t>();
        t.work().exec_params0("update charge set closed = 'renegotiated', closed_reason = $2, renegotiation = $3"
                              " where id = any($1::bigint[])",
                              list, why, agreed.renegotiation);
        Record fresh{{"client", {sums[2].as<std::string>()}},
                     {"due", {due}},
                     {"amount", {agreement.total.empty() ? sums[4].as<std::string>() : agreement.total}},
                     {"description", {"renegotiation " + std::to_string(agreed.renegotiation)}}};
        if (!sums[3].is_null()) fresh["contract"] = {sums[3].as<std::string>()};
        agreed.made = split(t, checked_for_add(charge_type, fresh), agreement.installments, agreed.renegotiation);
        agreed.released = settle_contracts_of(t, ids.front(), defaults, today);
        return agreed;
    });
}

}  // namespace provisioning::store
