// tests/unit/radius/packets.hpp - makes packets for tests, well-formed or not.
#pragma once

#include "radius/packet.hpp"
#include "tests/unit/vectors.hpp"

#include <doctest/doctest.h>

namespace tests {

inline const Bytes secret{'x', 'y', 'z', 'z', 'y', '5', '4', '6', '1'};  // RFC 2865 s7

inline Bytes octets(std::string_view text) { return {text.begin(), text.end()}; }

inline Bytes operator+(Bytes left, const Bytes& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

/// One attribute; its length octet is right.
inline Bytes attribute(std::uint8_t type, const Bytes& value)
{
    return Bytes{type, static_cast<std::uint8_t>(2 + value.size())} + value;
}

inline void set_length(Bytes& packet, std::size_t length)
{
    packet[2] = static_cast<std::uint8_t>(length >> 8);
    packet[3] = static_cast<std::uint8_t>(length);
}

/// A packet of `code` with identifier 7, authenticator 00 01 .. 0f, those attributes and the right Length.
inline Bytes packet(radius::Code code, const Bytes& attributes)
{
    Bytes whole{static_cast<std::uint8_t>(code), 7, 0, 0};
    for (std::uint8_t i = 0; i < 16; ++i) whole.push_back(i);
    whole = whole + attributes;
    set_length(whole, whole.size());
    return whole;
}

inline Bytes access_request(const Bytes& attributes) { return packet(radius::Code::access_request, attributes); }

/// The view of octets that are known to be a packet; they must outlive it.
inline radius::PacketView view(const Bytes& octets)
{
    const auto packet = radius::parse_packet(octets);
    REQUIRE(packet.has_value());
    return *packet;
}
radius::PacketView view(Bytes&&) = delete;

inline Bytes copy(radius::Octets octets) { return {octets.begin(), octets.end()}; }

}  // namespace tests
