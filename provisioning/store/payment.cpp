// provisioning/store/payment.cpp - charge pay: the payment and the release it earns, in one transaction.
#include "provisioning/store/resolve.hpp"
#include "provisioning/store/suspension.hpp"

namespace provisioning::store {
namespace {

struct Owed {
    std::string rest, due;
    std::int64_t contract = 0;
};

Owed owed(Transaction& t, std::int64_t charge)
{
    const auto row = t.work().exec_params1(
        "select amount - paid, due::text, coalesce(contract_id, 0), paid_on::text from charge where id = $1", charge);
    Owed rest{row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<std::int64_t>()};
    if (rest.rest == "0.00") {
        throw Refusal(ErrorCode::conflict, "charge",
                      "charge " + std::to_string(charge) + " is paid already, on " + row[3].as<std::string>());
    }
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

}  // namespace

Payment charge_pay(Session& session, std::string_view what, std::string_view amount, std::string_view on,
                   std::string_view today, const BillingDefaults& defaults, const Actor& actor)
{
    const auto paid_on = day(on, today);
    const Value given =
        amount.empty() ? Value{} : canonical({.name = "amount", .type = FieldType::money, .help = {}}, amount);
    return in_transaction(session, actor, Transaction::Mode::read_write, default_deadline, [&](Transaction& t) {
        const auto id = resolve_locked(t, charge_type, what, Rows::live, Lock::update);
        const auto rest = owed(t, id);
        const auto fits = t.work().exec_params1("select $1::numeric > 0, $1::numeric <= $2::numeric",
                                                given.value_or(rest.rest), rest.rest);
        if (!fits[0].as<bool>()) throw Refusal(ErrorCode::invalid, "amount", "is nothing, owed is " + rest.rest);
        if (!fits[1].as<bool>())
            throw Refusal(ErrorCode::invalid, "amount", *given + " is more than what is owed: owed is " + rest.rest);
        t.work().exec_params0("update charge set paid = paid + $2::numeric, paid_on = $3::date where id = $1", id,
                              given.value_or(rest.rest), paid_on);
        Payment payment;
        if (rest.contract != 0) {
            // the lock waits for a billing run that is about to suspend it; what it did is then seen
            t.work().exec_params("select from contract where id = $1 for update", rest.contract);
            if (is_released_by(t, rest.contract, today, defaults)) {
                release_in(t, rest.contract);
                payment.released.push_back(rest.contract);
            }
        }
        payment.charge = show_in(t, charge_type, id);
        return payment;
    });
}

}  // namespace provisioning::store
