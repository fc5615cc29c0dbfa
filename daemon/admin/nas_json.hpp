// daemon/admin/nas_json.hpp - how a concentrator is: its counters and its health, as `status`, `nas list`, `nas show`
// and `login explain` show them.
#pragma once

#include "daemon/admin/call.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string_view>

namespace admin {

/// On the loop. health: ok, silent (none of its sessions is heard of in time, or nothing for 15 min), never_seen,
/// wrong_secret, clock_off.
boost::json::object nas_counters_json(const core::Engine& engine, std::int64_t nas_id, std::string_view timezone);

/// Adds to records of nas what the loop knows of them: health and last_seen, or all of it.
void add_health(Call& call, boost::json::array& nas, bool whole);

}  // namespace admin
