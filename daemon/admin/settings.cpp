// daemon/admin/settings.cpp - setting list, show, set, reset.
#include "daemon/admin/handlers.hpp"
#include "daemon/admin/provider_day.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/store/settings.hpp"

namespace admin {
namespace {

namespace store = provisioning::store;

boost::json::value one(const Call& call, const store::Row& row)
{
    return to_json(call.command.columns, std::vector<store::Row>{row}).front();
}

}  // namespace

boost::json::value setting_list(Call& call)
{
    return to_json(call.command.columns, store::setting_list(call.session(), {}, provider_day(call).defaults));
}

boost::json::value setting_show(Call& call)
{
    const auto rows = store::setting_list(call.session(), call.arguments.text("name"), provider_day(call).defaults);
    return one(call, rows.front());
}

boost::json::value setting_set(Call& call)
{
    return one(call,
               store::setting_set(call.session(), call.arguments.text("name"), call.arguments.text("value"),
                                  call.arguments.on("accept_legal_risk"), provider_day(call).defaults, call.actor));
}

boost::json::value setting_reset(Call& call)
{
    return one(call, store::setting_set(call.session(), call.arguments.text("name"), std::nullopt, false,
                                        provider_day(call).defaults, call.actor));
}

}  // namespace admin
