// daemon/admin/client_sheet.hpp - what stands beside a client's own fields when it is shown.
#pragma once

#include "daemon/admin/call.hpp"

#include "provisioning/records/field.hpp"

namespace admin {

/// Adds contracts, logins, charges, contacts and events.
void add_client_sheet(Call& call, const provisioning::Record& client, boost::json::object& result);

} // namespace admin
