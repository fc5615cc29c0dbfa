#include "provisioning/rules/binding.hpp"

#include "provisioning/rules/values.hpp"

#include <algorithm>

namespace provisioning {
namespace {

constexpr std::string_view rule_names[] = {"none", "strip", "require"};

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Without what an access point appends: AA-BB-CC-DD-EE-FF:SSID (RFC 3580 s3.20 for Called-; some send it here too).
std::string_view mac_part(std::string_view station) noexcept
{
    constexpr std::size_t mac_length = 17;
    const bool suffixed = station.size() > mac_length && station[mac_length] == ':' && station[2] == '-';
    return suffixed ? station.substr(0, mac_length) : station;
}

}  // namespace

std::optional<MacText> mac_of_station(std::string_view calling_station_id) noexcept
{
    return mac_form(mac_part(calling_station_id));
}

bool is_one_of(std::span<const MacText> macs, std::string_view calling_station_id) noexcept
{
    const auto form = mac_of_station(calling_station_id);
    return form && std::ranges::find(macs, *form) != macs.end();
}

/// Greedy with one place to come back to: linear for one star, and never worse than the product of the lengths.
bool matches(std::string_view pattern, std::string_view text) noexcept
{
    std::size_t p = 0, t = 0, after_star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            after_star = ++p;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (after_star != std::string_view::npos) {
            p = after_star;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

std::optional<RealmRule> realm_rule_of(std::string_view text) noexcept
{
    const auto at = std::ranges::find(rule_names, text);
    if (at == std::end(rule_names)) return std::nullopt;
    return static_cast<RealmRule>(at - std::begin(rule_names));
}

std::string_view name(RealmRule rule) noexcept { return rule_names[static_cast<std::size_t>(rule)]; }

DialledName dialled_name(std::string_view name) noexcept
{
    if (const auto at = name.rfind('@'); at != std::string_view::npos) return {name.substr(0, at), name.substr(at + 1)};
    if (const auto at = name.find('\\'); at != std::string_view::npos) return {name.substr(at + 1), name.substr(0, at)};
    return {name, {}};
}

bool same_realm(std::string_view a, std::string_view b) noexcept { return std::ranges::equal(a, b, {}, lower, lower); }

}  // namespace provisioning
