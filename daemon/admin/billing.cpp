// daemon/admin/billing.cpp - trust, and the daily run.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/provider_day.hpp"
#include "daemon/admin/typing.hpp"
#include "daemon/admin/warnings.hpp"

#include "provisioning/store/actions.hpp"
#include "provisioning/store/billing.hpp"

#include <algorithm>

namespace admin {
namespace {

namespace json = boost::json;
namespace store = provisioning::store;
using store::BillingStep;

json::object to_json(const BillingStep& step)
{
    json::array logins;
    for (const auto& login : step.logins) logins.emplace_back(login);
    json::object object;
    if (!step.day.empty()) object["day"] = step.day;
    object["action"] = step.action;
    object["contract"] = step.contract_id == 0 ? json::value(nullptr) : json::value(step.contract_id);
    object["client_id"] = step.client_id;
    object["client"] = step.client;
    object["logins"] = std::move(logins);
    object["charge"] = nullptr;
    object["due"] = nullptr;
    object["amount"] = nullptr;
    object["overdue_days"] = nullptr;
    object["why"] = step.why;
    if (step.charge_id != 0) {
        object["charge"] = step.charge_id;
        object["due"] = step.due;
        object["amount"] = step.amount;
        object["overdue_days"] = step.overdue_days;
    }
    return object;
}

json::array to_json(const std::vector<BillingStep>& steps)
{
    json::array rows;
    for (const auto& step : steps) rows.emplace_back(to_json(step));
    return rows;
}

store::TrustWish wish_of(const Call& call)
{
    return {call.arguments.text("until"), call.arguments.number("days"), call.arguments.text("reason")};
}

}  // namespace

boost::json::value contract_trust(Call& call)
{
    const auto [today, defaults] = provider_day(call);
    const auto record =
        store::contract_trust(call.session(), call.arguments.text("id"), wish_of(call), today, defaults, call.actor);
    return to_json(provisioning::contract_type, record);
}

boost::json::value client_trust(Call& call)
{
    const auto [today, defaults] = provider_day(call);
    return to_json(provisioning::contract_type, store::client_trust(call.session(), call.arguments.text("id"),
                                                                    wish_of(call), today, defaults, call.actor));
}

boost::json::value billing_run(Call& call)
{
    const auto config = call.context.config.get();
    const auto [today, defaults] = provider_day(config);
    const auto given = call.arguments.text("on");
    store::BillingOrder order{.today = given.empty() ? today : given,
                              .dry_run = call.arguments.on("dry_run"),
                              .carriers = io::carriers_of(config.notices)};
    if (call.arguments.has("confirm_notices")) order.confirmed_notices = call.arguments.number("confirm_notices");
    if (call.arguments.has("confirm_cuts")) order.confirmed_cuts = call.arguments.number("confirm_cuts");
    const auto result = store::billing_run(call.session(), order, defaults, call.actor);
    auto rows = to_json(result.steps);
    if (!result.guard.empty() && !rows.empty())
        add_warning(rows.front().get_object(), "the guard would stop this run: " + result.guard);
    return rows;
}

boost::json::value billing_forecast(Call& call)
{
    const auto [today, defaults] = provider_day(call);
    const auto days = static_cast<int>(call.arguments.number("days"));
    auto ahead = store::billing_forecast(call.session(), today, days, defaults);
    const auto offset = std::min(static_cast<std::size_t>(call.arguments.number("offset")), ahead.size());
    const auto limit = static_cast<std::size_t>(call.arguments.number("limit")); // 0: all
    ahead.erase(ahead.begin(), ahead.begin() + static_cast<std::ptrdiff_t>(offset));
    if (limit != 0 && ahead.size() > limit) ahead.resize(limit);
    return to_json(ahead);
}

boost::json::value billing_undo(Call& call)
{
    const auto result =
        store::billing_undo(call.session(), call.arguments.number("run"), call.arguments.text("reason"), call.actor);
    return to_json(result.steps);
}

boost::json::value billing_list(Call& call)
{
    return to_json(call.command.columns, store::billing_list(call.session(), call.arguments.number("limit"),
                                                             call.arguments.number("offset")));
}

boost::json::value billing_show(Call& call)
{
    return to_json(call.command.columns,
                   store::billing_show(call.session(), call.arguments.number("run"), call.arguments.number("limit"),
                                       call.arguments.number("offset")));
}

}  // namespace admin
