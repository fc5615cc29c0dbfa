// provisioning/rules/binding.hpp - does what a request shows match what a login is bound to? No allocation.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace provisioning {

using MacText = std::array<char, 17>;  ///< "AA:BB:CC:DD:EE:FF"

/// The MAC of a Calling-Station-Id in any notation (AA:BB:.., aa-bb-.., aabb.ccdd.eeff, bare; a hotspot's or 802.1X's
/// AA-BB-CC-DD-EE-FF:SSID counts as its MAC); nothing when it shows none.
std::optional<MacText> mac_of_station(std::string_view calling_station_id) noexcept;
/// Whether that MAC is one of `macs`.
bool is_one_of(std::span<const MacText> macs, std::string_view calling_station_id) noexcept;

/// `pattern` against the whole of `text`, octet for octet; '*' stands for anything, nothing included.
bool matches(std::string_view pattern, std::string_view text) noexcept;

/// none: the name is dialled as it is stored. strip: it may also be dialled with a realm, which is taken off
/// ("joao@isp", "ISP\joao"). require: it must be dialled with its realm.
enum class RealmRule : std::uint8_t { none, strip, require };
std::optional<RealmRule> realm_rule_of(std::string_view text) noexcept;  ///< "none" "strip" "require"
std::string_view name(RealmRule rule) noexcept;

/// A dialled name in its parts: `user@realm` (the last @), else `realm\user` (the first \), else the name alone.
struct DialledName {
    std::string_view user, realm;
};
DialledName dialled_name(std::string_view name) noexcept;
/// Realms are domain names: ASCII case does not count.
bool same_realm(std::string_view a, std::string_view b) noexcept;

}  // namespace provisioning
