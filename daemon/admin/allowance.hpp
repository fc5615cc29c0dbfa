// daemon/admin/allowance.hpp - what a login has used of its plan's allowance, as JSON.
#pragma once

#include "daemon/admin/context.hpp"

#include <boost/json/object.hpp>

namespace admin {

/// On the loop. State "none", and null for what only an allowance has, where the login's plan has none.
boost::json::object allowance_json(const Context& context, const provisioning::LoginEntry& login, core::Now now);

/// A login of the directory by name as it is dialled, or by id; null: there is none.
const provisioning::LoginEntry* find_login(const provisioning::Directory& directory, const std::string& what);

} // namespace admin
