// daemon/admin/nas_json.hpp - a concentrator's counters, as `status` and `login explain` show them.
#pragma once

#include "daemon/core/counters.hpp"

#include <boost/json/object.hpp>

#include <string_view>

namespace admin {

/// `counters` null: it has not been heard.
boost::json::object nas_counters_json(const core::NasCounters* counters, std::string_view timezone);

}  // namespace admin
