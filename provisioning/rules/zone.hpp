// provisioning/rules/zone.hpp - how far the provider's clock is from UTC, for schedules and days.
#pragma once

#include <chrono>
#include <string_view>

namespace provisioning {

/// The offset (local = UTC + offset) that holds in [from, until): a year has two at most, so it is worth keeping.
struct ZoneOffset {
    std::chrono::seconds offset{0};
    std::chrono::sys_seconds from{}, until{};
    /// In seconds: a zone that changes no more holds until a year that the clock's nanoseconds do not reach.
    bool holds(std::chrono::system_clock::time_point now) const noexcept
    {
        const auto second = std::chrono::floor<std::chrono::seconds>(now);
        return from <= second && second < until;
    }
};
/// Throws std::runtime_error for a zone that the time zone database does not have.
ZoneOffset zone_offset(std::string_view zone, std::chrono::system_clock::time_point now);

}  // namespace provisioning
