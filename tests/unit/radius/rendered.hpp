// tests/unit/radius/rendered.hpp - what a dialect makes of terms, and attributes by hand to compare it with.
#pragma once

#include "packets.hpp"

#include "radius/dialect/dialect.hpp"

namespace tests {

/// The whole Access-Accept in reply to RFC 2865 s7.1's request.
inline Bytes accept_of(radius::Dialect dialect, const radius::Terms& terms)
{
    const auto request = octets_of("rfc2865_7_1_request");
    std::array<std::uint8_t, radius::max_packet_octets> buffer{};
    radius::ReplyBuilder reply{buffer, radius::Code::access_accept, view(request),
                               radius::ReplyBuilder::Sign::authenticator_only};
    radius::render(dialect, terms, reply);
    radius::Digester digester;
    const auto built = reply.finish(digester, secret);
    REQUIRE(built);
    return copy(*built);
}

/// The attributes alone.
inline Bytes rendered(radius::Dialect dialect, const radius::Terms& terms)
{
    const auto packet = accept_of(dialect, terms);
    return {packet.begin() + radius::header_octets, packet.end()};
}

inline Bytes vendor_specific(std::uint32_t id, std::uint8_t type, const Bytes& value)
{
    const Bytes head{0,
                     static_cast<std::uint8_t>(id >> 16),
                     static_cast<std::uint8_t>(id >> 8),
                     static_cast<std::uint8_t>(id),
                     type,
                     static_cast<std::uint8_t>(2 + value.size())};
    return attribute(26, head + value);
}

inline Bytes rate_limit(const char* text) { return vendor_specific(14988, 8, octets(text)); }

}  // namespace tests
