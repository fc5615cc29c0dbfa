// provisioning/rules/address.hpp - IPv4 and IPv6 addresses and prefixes as values. IPv4 is held IPv4-mapped
// (::ffff:a.b.c.d), so that a mapped source and a plain one are the same (RFC 4291 s2.5.5.2).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace provisioning {

struct Address {
    std::array<std::uint8_t, 16> octets{};
    bool is_ipv4() const noexcept;
    auto operator<=>(const Address&) const = default;
};
Address ipv4_address(std::array<std::uint8_t, 4> octets) noexcept;
std::optional<Address> parse_address(std::string_view text);
std::string to_text(const Address& address);  ///< "10.0.0.1", "2001:db8::1"

/// `address` with all bits after the first `length` (of 128) cleared.
Address masked(const Address& address, std::uint8_t length) noexcept;

/// An IPv6 prefix holds no IPv4 address: `::/0` is not the whole of IPv4.
struct Prefix {
    Address network;
    std::uint8_t length = 128;  ///< bits of the 128; an IPv4 /24 is 120
    bool contains(const Address& address) const noexcept;
    auto operator<=>(const Prefix&) const = default;
};
/// "10.0.0.1", "10.0.0.0/24", "2001:db8::/32"; host bits must be clear.
std::optional<Prefix> parse_prefix(std::string_view text);
/// The same with the host bits cleared for whoever typed them: "10.0.0.7/24" is 10.0.0.0/24.
std::optional<Prefix> enclosing_prefix(std::string_view text);
std::string to_text(const Prefix& prefix);  ///< always with its length, as PostgreSQL's cidr prints it: "10.0.0.1/32"

}  // namespace provisioning
