// daemon/admin/access.cpp - access apply: the list of an outside billing system.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/provider_day.hpp"
#include "daemon/admin/uploads.hpp"
#include "daemon/admin/warnings.hpp"

#include "provisioning/store/access_apply.hpp"

namespace admin {

namespace json = boost::json;
namespace store = provisioning::store;

boost::json::value access_apply(Call& call)
{
    const auto upload = call.context.uploads.take(call);
    if (!upload) return json::array{};
    check_columns(*upload, "login contract action reason kind notice_on", "action");
    const auto [today, defaults] = provider_day(call);
    store::AccessList list{.dry_run = call.arguments.on("dry_run")};
    if (call.arguments.has("confirm_cuts")) list.confirmed_cuts = call.arguments.number("confirm_cuts");
    for (std::size_t i = 0; i < upload->rows.size(); ++i) {
        list.orders.push_back({upload->of(i, "login"), upload->of(i, "contract"), upload->of(i, "action"),
                               upload->of(i, "reason"), upload->of(i, "kind"), upload->of(i, "notice_on")});
    }
    const auto applied = store::access_apply(call.session(), list, today, defaults, call.actor);
    json::array rows;
    for (std::size_t i = 0; i < applied.rows.size(); ++i) {
        const auto& [result, contract, client, why] = applied.rows[i];
        json::object row{{"row", i + 1}, {"result", result}, {"login", upload->of(i, "login")}};
        row["contract"] = contract == 0 ? json::value(nullptr) : json::value(contract);
        row["client"] = client.empty() ? json::value(nullptr) : json::value(json::string(client));
        row["why"] = why;
        row["run"] = applied.run_id == 0 ? json::value(nullptr) : json::value(applied.run_id);
        rows.emplace_back(std::move(row));
    }
    if (!applied.guard.empty() && !rows.empty())
        add_warning(rows.front().get_object(), "the guard would stop this: " + applied.guard);
    return rows;
}

}  // namespace admin
