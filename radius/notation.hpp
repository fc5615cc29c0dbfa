// radius/notation.hpp - operators' text to octets and back: numbers, hexadecimal, addresses, prefixes; and the nearest
// names.
// For provisioning, not for packets: it allocates. Source: RFC 4291 s2.2 and s2.3 (IPv6 text), RFC 4632 s3.1 (IPv4
// prefix).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace radius::notation {

/// ASCII only: A..Z become a..z.
std::string lower_case(std::string_view text);
std::string_view trimmed(std::string_view text) noexcept;  ///< without blanks at either end

std::optional<std::uint64_t> number(std::string_view text) noexcept;  ///< decimal, or hexadecimal after 0x
std::optional<std::vector<std::uint8_t>> hexadecimal(std::string_view text);  ///< 0x and pairs of digits
std::optional<std::array<std::uint8_t, 4>> ipv4(std::string_view text) noexcept;  ///< 192.0.2.1, no leading zeros
std::optional<std::array<std::uint8_t, 16>> ipv6(std::string_view text) noexcept;  ///< 2001:db8::1, ::ffff:192.0.2.1
std::optional<std::array<std::uint8_t, 8>> interface_id(std::string_view text) noexcept;  ///< 0011:2233:4455:6677

// And back. RFC 5952 s4: lower case, no leading zeros, the longest run of two or more zero groups is "::".
std::string hexadecimal_of(std::span<const std::uint8_t> octets);
std::string text_of(const std::array<std::uint8_t, 4>& address);
std::string text_of(const std::array<std::uint8_t, 16>& address);
std::string text_of(const std::array<std::uint8_t, 8>& interface_id);

/// Whether a terminal can show it: UTF-8 without control characters (RFC 3629 s4), and not empty.
bool printable(std::string_view text) noexcept;

/// Up to three of `names`: those that contain `wanted`, then those that differ from it least. Cases do not count.
std::vector<std::string> nearest(std::string_view wanted, std::span<const std::string> names);

/// "a", "a or b", "a, b or c".
std::string alternatives(std::span<const std::string> names);

}  // namespace radius::notation
