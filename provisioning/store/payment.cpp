// provisioning/store/payment.cpp - charge pay: the payment and the release it earns, in one transaction.
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/suspension.hpp"

namespace provisioning::store {
namespace {

std::string owed(Transaction& t, std::int64_t charge)
{
    const auto row =
        t.work().exec_params1("select amount - paid, paid_on::text, closed from charge where id = $1", charge);
    const auto refuse = [&](const std::string& why) {
        throw Refusal(ErrorCode::conflict, "charge", "charge " + std::to_string(charge) + ' ' + why);
    };
    auto rest = row[0].as<std::string>();
    if (rest == "0.00") refuse("is paid already, on " + row[1].as<std::string>());
    if (!row[2].is_null()) refuse("is " + row[2].as<std::string>() + ", nothing is owed on it");
    return rest;
}

std::string day(std::string_view on, std::string_view today)
{
    if (on.empty()) return std::string{today};
    auto paid_on = canonical({.name = "on", .type = FieldType::date, .help = {}}, on);
    if (paid_on > today)
        throw Refusal(ErrorCode::invalid, "on", paid_on + " is in the future, give a day until " + std::string{today});
    return paid_on;
}

/// A payment that another system numbers is taken once.
bool is_there(Transaction& t, std::int64_t charge, const std::string& external_id)
{
    if (external_id.empty()) return false;
    const auto found = t.work().exec_params(
        "select charge_id from payment where external_id = $1 and reversed_at is null", external_id);
    if (found.empty()) return false;
    if (found[0][0].as<std::int64_t>() != charge)
        throw Refusal(ErrorCode::conflict, "external_id",
                      external_id + " is a payment of charge " + found[0][0].as<std::string>() + " already");
    return true;
}

std::string checked_amount(Transaction& t, const Value& given, const std::string& rest)
{
    if (!given) return rest;
    const auto fits = t.work().exec_params1("select $1::numeric > 0, $1::numeric <= $2::numeric", *given, rest);
    if (!fits[0].as<bool>()) throw Refusal(ErrorCode::invalid, "amount", "is nothing, owed is " + rest);
    if (!fits[1].as<bool>())
        throw Refusal(ErrorCode::invalid, "amount", *given + " is more than what is owed: owed is " + rest);
    return *given;
}

}  // namespace

Payment pay_in(Transaction& t, std::int64_t charge, const PaymentWish& wish, std::string_view today,
               const BillingDefaults& defaults)
{
    const auto on = day(wish.on, today);
    const Value given = wish.amount.empty()
                            ? Value{}
                            : canonical({.name = "amount", .type = FieldType::money, .help = {}}, wish.amount);
    Payment payment;
    payment.repeated = is_there(t, charge, wish.external_id);
    if (!payment.repeated) {
        const auto amount = checked_amount(t, given, owed(t, charge));
        t.work().exec_params0("insert into payment (client_id, charge_id, \"on\", amount, form, external_id, note)"
                              " select client_id, id, $2::date, $3::numeric, $4, nullif($5, ''), nullif($6, '')"
                              " from charge where id = $1",
                              charge, on, amount, wish.form.empty() ? std::string{"other"} : wish.form,
                              wish.external_id, wish.note);
        payment.released = settle_contracts_of(t, charge, defaults, today);
    }
    payment.charge = show_in(t, charge_type, charge);
    return payment;
}

Payment charge_pay(Session& session, std::string_view what, const PaymentWish& wish, std::string_view today,
                   const BillingDefaults& defaults, const Actor& actor)
{
    return in_transaction(session, actor, Transaction::Mode::read_write, default_deadline, [&](Transaction& t) {
        return pay_in(t, resolve_locked(t, charge_type, what, Rows::live, Lock::update), wish, today, defaults);
    });
}

}  // namespace provisioning::store
