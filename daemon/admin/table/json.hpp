// daemon/admin/table/json.hpp - the table of commands as `commands` gives it.
#pragma once

#include <boost/json/array.hpp>

namespace admin {

/// [{"command", "summary", "access", "arguments": [{"name", "type", "place", "help", ...}], "columns": [...]}]
boost::json::array commands_as_json();

}  // namespace admin
