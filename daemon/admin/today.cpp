// daemon/admin/today.cpp
#include "daemon/admin/today.hpp"

#include <date/tz.h>

namespace admin {

std::string day_in(std::string_view timezone, std::chrono::system_clock::time_point at)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
    return date::format("%F", date::make_zoned(date::locate_zone(std::string{timezone}), seconds));
}

std::string instant_in(std::string_view timezone, std::chrono::sys_seconds at)
{
    return date::format("%FT%T%Ez", date::make_zoned(date::locate_zone(std::string{timezone}), at));
}

}  // namespace admin
