// daemon/admin/today.hpp - the day it is where the provider is.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace admin {

/// "2026-12-10" in `timezone` (a name of the time zone database).
std::string day_in(std::string_view timezone, std::chrono::system_clock::time_point at);
/// "2026-12-10T08:15:00-03:00".
std::string instant_in(std::string_view timezone, std::chrono::sys_seconds at);

}  // namespace admin
