#include "provisioning/rules/zone.hpp"

#include <date/tz.h>

#include <string>

namespace provisioning {

ZoneOffset zone_offset(std::string_view zone, std::chrono::system_clock::time_point now)
{
    const auto info = date::locate_zone(std::string{zone})->get_info(std::chrono::floor<std::chrono::seconds>(now));
    return {info.offset, info.begin, info.end};
}

}  // namespace provisioning
