// radius/packet.cpp - framing. Source: RFC 2865 s3 and s5.
#include "radius/packet.hpp"

namespace radius {

const char* name(PacketError error) noexcept
{
    switch (error) {
    case PacketError::too_short:
        return "too_short";
    case PacketError::too_long:
        return "too_long";
    case PacketError::truncated:
        return "truncated";
    case PacketError::bad_attribute:
        return "bad_attribute";
    case PacketError::too_many_attributes:
        return "too_many_attributes";
    }
    return "unknown";
}

std::optional<Octets> PacketView::find(std::uint8_t type) const noexcept
{
    for (const auto attribute : *this)
        if (attribute.type == type) return attribute.value;
    return {};
}

std::size_t PacketView::count(std::uint8_t type) const noexcept
{
    std::size_t seen = 0;
    for (const auto attribute : *this) seen += attribute.type == type;
    return seen;
}

Result<PacketView> parse_packet(Octets datagram, std::size_t max_attributes) noexcept
{
    if (datagram.size() < header_octets) return PacketError::too_short;
    const std::size_t length = static_cast<std::size_t>(datagram[2] << 8 | datagram[3]);
    if (length < header_octets) return PacketError::too_short;
    if (length > max_packet_octets) return PacketError::too_long;
    if (length > datagram.size()) return PacketError::truncated;

    std::size_t attributes = 0;
    for (auto rest = datagram.first(length).subspan(header_octets); !rest.empty(); rest = rest.subspan(rest[1])) {
        if (rest.size() < 2 || rest[0] == 0 || rest[1] < 2 || rest[1] > rest.size()) return PacketError::bad_attribute;
        if (++attributes > max_attributes) return PacketError::too_many_attributes;
    }
    return PacketView{datagram.first(length)};
}

}  // namespace radius
