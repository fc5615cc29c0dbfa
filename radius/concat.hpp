// radius/concat.hpp - values longer than one attribute: split over several of the same type, joined again.
// Source: RFC 3579 s3.1 (EAP-Message), RFC 4849 s2 (NAS-Filter-Rule).
#pragma once

#include "radius/reply.hpp"

namespace radius {

/// The values of all attributes of that type, in order, joined in `out`; empty values add nothing. Nothing when there
/// is none of them, or when they do not fit: a span of max_packet_octets holds those of any packet.
std::optional<Octets> join_values(const PacketView& packet, std::uint8_t type, std::span<std::uint8_t> out) noexcept;

/// Whether all attributes of that type stand one after the other.
bool consecutive(const PacketView& packet, std::uint8_t type) noexcept;

/// Adds `value` as attributes of at most 253 octets each; nothing at all when it is empty.
void add_split(ReplyBuilder& reply, std::uint8_t type, Octets value) noexcept;

}  // namespace radius
