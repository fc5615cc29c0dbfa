// daemon/admin/billing.cpp - payments and the daily run.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/today.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/store/actions.hpp"

namespace admin {
namespace {

namespace json = boost::json;
namespace store = provisioning::store;
using store::BillingStep;

std::string today(const config::Config& config) { return day_in(config.timezone, std::chrono::system_clock::now()); }

store::BillingDefaults defaults(const config::Config& config)
{
    return {config.billing.pending_days, config.billing.block_days};
}

std::string_view name(BillingStep::What what)
{
    switch (what) {
    case BillingStep::What::suspend:
        return "suspend";
    case BillingStep::What::release:
        return "release";
    case BillingStep::What::skip:
        return "skip";
    }
    return "skip";
}

json::object to_json(const BillingStep& step)
{
    json::array logins;
    for (const auto& login : step.logins) logins.emplace_back(login);
    json::object object{{"action", name(step.what)},
                        {"contract", step.contract_id},
                        {"client_id", step.client_id},
                        {"client", step.client},
                        {"logins", std::move(logins)},
                        {"charge", nullptr},
                        {"due", nullptr},
                        {"amount", nullptr},
                        {"overdue_days", nullptr},
                        {"why", step.why}};
    if (step.charge_id != 0) {
        object["charge"] = step.charge_id;
        object["due"] = step.due;
        object["amount"] = step.amount;
        object["overdue_days"] = step.overdue_days;
    }
    return object;
}

}  // namespace

boost::json::value charge_pay(Call& call)
{
    const auto config = call.context.config.get();
    const auto now = today(config);
    const auto given = call.arguments.text("on");
    const auto payment = store::charge_pay(call.session(), call.arguments.text("id"), call.arguments.text("amount"),
                                           given.empty() ? now : given, now, defaults(config), call.actor);
    auto result = to_json(provisioning::charge_type, payment.charge);
    json::array released;
    for (const auto id : payment.released) released.emplace_back(id);
    result["released"] = std::move(released);
    return result;
}

boost::json::value billing_run(Call& call)
{
    const auto config = call.context.config.get();
    const auto given = call.arguments.text("on");
    const auto day = given.empty() ? today(config) : given;
    const bool dry_run = call.arguments.on("dry_run");
    json::array rows;
    for (const auto& step : store::billing_run(call.session(), day, defaults(config), dry_run, call.actor))
        rows.emplace_back(to_json(step));
    return rows;
}

}  // namespace admin
