// daemon/admin/charges.cpp - payments and what else becomes of charges; recurring ones, statements, debts.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/provider_day.hpp"
#include "daemon/admin/typing.hpp"
#include "daemon/admin/warnings.hpp"

#include "provisioning/store/actions.hpp"
#include "provisioning/store/charges.hpp"

namespace admin {
namespace {

namespace json = boost::json;
namespace store = provisioning::store;
using provisioning::charge_type;

json::object with_released(const provisioning::Record& charge, const std::vector<std::int64_t>& released)
{
    auto result = to_json(charge_type, charge);
    json::array contracts;
    for (const auto id : released) contracts.emplace_back(id);
    result["released"] = std::move(contracts);
    return result;
}

}  // namespace

boost::json::value charge_add(Call& call)
{
    const auto typed = call.arguments.fields();
    const auto checked = provisioning::checked_for_add(charge_type, typed);
    const auto installments = static_cast<int>(call.arguments.number("installments"));
    const auto made = store::charge_add(call.session(), checked, installments, call.actor);
    auto result = to_json(charge_type, made.front());
    if (made.size() > 1) result["installments"] = to_json(charge_type, made);
    add_warnings(charge_type, typed, made.front(), call.command.verb, result);
    return result;
}

boost::json::value charge_pay(Call& call)
{
    const auto [today, defaults] = provider_day(call);
    const store::PaymentWish wish{call.arguments.text("amount"), call.arguments.text("on"), call.arguments.text("form"),
                                  call.arguments.text("external_id"), call.arguments.text("note")};
    const auto payment =
        store::charge_pay(call.session(), call.arguments.text("id"), wish, today, defaults, call.actor);
    auto result = with_released(payment.charge, payment.released);
    if (payment.repeated) add_warning(result, "external_id: this payment was recorded before, nothing was changed");
    return result;
}

boost::json::value charge_reverse(Call& call)
{
    const auto change =
        store::charge_reverse(call.session(), call.arguments.text("id"), call.arguments.number("payment"),
                              call.arguments.text("reason"), call.actor);
    return to_json(charge_type, change.charge);
}

boost::json::value charge_postpone(Call& call)
{
    const auto [today, defaults] = provider_day(call);
    const auto change = store::charge_postpone(call.session(), call.arguments.text("id"), call.arguments.text("due"),
                                               call.arguments.text("reason"), today, defaults, call.actor);
    return with_released(change.charge, change.released);
}

boost::json::value charge_cancel(Call& call)
{
    const auto [today, defaults] = provider_day(call);
    const auto change = store::charge_cancel(call.session(), call.arguments.text("id"), call.arguments.text("reason"),
                                             today, defaults, call.actor);
    return with_released(change.charge, change.released);
}

boost::json::value charge_renegotiate(Call& call)
{
    const auto [today, defaults] = provider_day(call);
    store::Agreement agreement{.charges = call.arguments.all("charge"),
                               .first_due = call.arguments.text("first_due"),
                               .installments = static_cast<int>(call.arguments.number("installments")),
                               .total = call.arguments.text("total"),
                               .reason = call.arguments.text("reason")};
    const auto agreed = store::charge_renegotiate(call.session(), agreement, today, defaults, call.actor);
    return to_json(charge_type, agreed.made);
}

boost::json::value charge_generate(Call& call)
{
    return to_json(call.command.columns,
                   store::charge_generate(call.session(), call.arguments.text("month"), call.arguments.text("contract"),
                                          call.arguments.on("dry_run"), call.actor));
}

boost::json::value charge_statement(Call& call)
{
    return to_json(call.command.columns,
                   store::charge_statement(call.session(), call.arguments.text("client"), call.arguments.text("from"),
                                           call.arguments.text("to")));
}

boost::json::value debt_list(Call& call)
{
    const auto today = provider_day(call).today;
    const auto over = call.arguments.number("over_days");
    const auto by_age = call.arguments.on("by_age");
    const auto rows = by_age ? store::debt_by_age(call.session(), today, over)
                             : store::debt_list(call.session(), today, over, call.arguments.number("limit"),
                                                call.arguments.number("offset"));
    // the two kinds of rows share the command's columns
    std::vector<Column> columns;
    for (const auto& column : call.command.columns) {
        const bool of_ages = column.name == "age" || column.name == "clients";
        const bool of_both = column.name == "charges" || column.name == "owed";
        if (of_both || of_ages == by_age) columns.push_back(column);
    }
    return to_json(columns, rows);
}

}  // namespace admin
