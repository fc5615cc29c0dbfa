// daemon/admin/client_sheet.cpp
#include "daemon/admin/client_sheet.hpp"
#include "daemon/admin/provider_day.hpp"
#include "daemon/admin/table/client_sheet.hpp"
#include "daemon/admin/typing.hpp"

#include "provisioning/store/client_sheet.hpp"

namespace admin {

void add_client_sheet(Call& call, const provisioning::Record& client, boost::json::object& result)
{
    call.context.drain.flush(std::chrono::seconds{2});
    call.context.decisions.flush();
    const auto sheet =
        provisioning::store::client_sheet(call.session(), std::stoll(client.at("id").front()), provider_day(call));
    result["contracts"] = to_json(client_contracts, sheet.contracts);
    result["logins"] = to_json(client_logins, sheet.logins);
    result["charges"] = to_json(client_charges, sheet.charges);
    result["contacts"] = to_json(client_contacts, sheet.contacts);
    result["events"] = to_json(client_events, sheet.events);
}

}  // namespace admin
