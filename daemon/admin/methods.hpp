// daemon/admin/methods.hpp - by which methods a login can prove itself, and which of those that it may be asked for it
// cannot.
#pragma once

#include "daemon/admin/call.hpp"

namespace admin {

/// What a password kept so can be checked by on this machine: one without MD4 and DES has no MS-CHAP. On the loop.
provisioning::MethodSet methods_here(const core::Engine& engine, provisioning::Storage storage) noexcept;
/// ["pap", "chap"], in the order of provisioning/methods.hpp.
boost::json::array to_json(provisioning::MethodSet methods);

/// Adds "methods" to a login's sheet.
void add_methods(Call& call, const provisioning::Record& login, boost::json::object& result);
/// A warning where the plan allows, and a concentrator that it may dial at offers, what its storage does not serve.
void warn_of_methods(Call& call, const provisioning::Record& login, boost::json::object& result);

}  // namespace admin
