// tests/fuzz/extended.cpp - any octets at all as the attributes of a packet: extended ones, their TLVs, joined values.
// The first octet says how large the buffers are, so that too small ones are tried too.
#include "radius/extended.hpp"
#include "radius/concat.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace {

void walk_tlvs(radius::Octets value)
{
    radius::TlvWalk walk{value};
    std::array<std::uint8_t, radius::max_tlv_depth + 1> path;
    while (const auto tlv = walk.next()) {
        if (tlv->value.empty() || tlv->value.size() > value.size()) std::abort();
        path.fill(tlv->type);
        if (!radius::find_tlv(value, std::span{path}.first(1))) std::abort();
        for (std::size_t depth = 0; depth <= path.size(); ++depth)
            if (radius::find_tlv(value, std::span{path}.first(depth)) && (depth == 0 || depth > radius::max_tlv_depth))
                std::abort();
    }
}

void walk_packet(const radius::PacketView& packet, std::span<std::uint8_t> buffer)
{
    std::size_t attributes = 0, seen = 0;
    for (const auto attribute : packet) attributes += attribute.type >= 241 && attribute.type <= 246;
    radius::ExtendedWalk walk{packet, buffer};
    while (const auto found = walk.next()) {
        if (found->value.empty() || found->type < 241 || found->type > 246) std::abort();
        walk_tlvs(found->value);
        ++seen;
    }
    if (seen + walk.invalid() > attributes) std::abort();
    for (const auto attribute : packet) {
        const auto joined = radius::join_values(packet, attribute.type, buffer);
        if (joined && joined->size() > buffer.size()) std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const radius::Octets octets{data, size};
    walk_tlvs(octets);
    std::array<std::uint8_t, radius::max_packet_octets> packet{1, 7};
    const auto attributes = octets.subspan(1, std::min(size - 1, packet.size() - radius::header_octets));
    const auto length = radius::header_octets + attributes.size();
    packet[2] = static_cast<std::uint8_t>(length >> 8);
    packet[3] = static_cast<std::uint8_t>(length);
    std::ranges::copy(attributes, packet.begin() + radius::header_octets);
    const auto parsed = radius::parse_packet(packet, 2038);
    if (!parsed) return 0;
    const std::size_t room = data[0] == 255 ? packet.size() : data[0] * 4U;
    const auto block = std::make_unique<std::uint8_t[]>(room);
    walk_packet(*parsed, {block.get(), room});
    return 0;
}
