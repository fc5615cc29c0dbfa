// daemon/admin/nas_json.hpp - how a concentrator is: its counters and its health, as `status`, `nas list`, `nas show`
// and `login explain` show them.
#pragma once

#include "daemon/admin/call.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string_view>

namespace admin {

/// `counters` null: it has not been heard. health: ok, silent (for 15 min), never_seen, wrong_secret, clock_off.
boost::json::object nas_counters_json(const core::NasCounters* counters, std::string_view timezone);

/// Adds to records of nas what the loop knows of them: health and last_seen, or all of it.
void add_health(Call& call, boost::json::array& nas, bool whole);

}  // namespace admin
