// radius/extended.hpp - extended attributes 241 to 246: their types, vendors, fragments and nested TLVs.
// Source: RFC 6929 s2.1 to s2.4 and s2.8. An invalid attribute is left out and counted, and the packet lives on.
#pragma once

#include "radius/packet.hpp"

#include <array>

namespace radius {

struct ExtendedAttribute {
    std::uint8_t type;  ///< 241..246
    std::uint8_t extended_type;  ///< 1..240; 26 is vendor-specific
    std::uint32_t vendor;  ///< of a vendor-specific one, else 0
    std::uint8_t vendor_type;  ///< of a vendor-specific one, else 0
    Octets value;  ///< in the packet, or when it was in fragments in the walk's buffer; never empty
};

/// Walks the extended attributes of a packet in order. Fragments (245 and 246) are joined in `buffer`, where they stay
/// until the next of them; a buffer of max_packet_octets holds any. Time is linear in the packet, and nothing recurses.
/// Invalid are: values too short for their header, an Extended-Type that is 0 or above 240, More without a full
/// attribute or without a next one of the same two types (which may stand behind attributes of other types), more than
/// the buffer holds, a vendor-specific one without vendor, type and value.
class ExtendedWalk {
public:
    ExtendedWalk(const PacketView& packet, std::span<std::uint8_t> buffer) noexcept;
    std::optional<ExtendedAttribute> next() noexcept;
    /// Invalid ones up to here; a fragmented one counts once.
    std::size_t invalid() const noexcept { return invalid_; }

private:
    std::optional<ExtendedAttribute> take(const Attribute& attribute) noexcept;
    std::optional<Octets> join(std::uint8_t type, std::uint8_t extended_type) noexcept;

    PacketView::Iterator at_, end_;
    std::size_t index_ = 0; ///< of `at_` among the packet's attributes
    std::array<std::size_t, 2> joined_until_{}; ///< of 245 and 246: fragments before this index are done with
    std::span<std::uint8_t> buffer_;
    std::size_t invalid_ = 0;
};

inline constexpr std::size_t max_tlv_depth = 8;

struct Tlv {
    std::uint8_t type;
    Octets value; ///< never empty
};
/// Walks the TLVs of one level. Only a dictionary knows which values hold TLVs themselves, so the caller says where to
/// go deeper: by another walk, or by find_tlv(). When any length is wrong next() gives nothing at all (RFC 6929 s2.3).
class TlvWalk {
public:
    explicit TlvWalk(Octets value) noexcept;
    bool valid() const noexcept { return valid_; }
    std::optional<Tlv> next() noexcept;

private:
    Octets rest_;
    bool valid_;
};

/// The value of the first TLV at `path`, outermost type first, in an attribute's value: 241.2.3.1 is path {3, 1} in
/// 241.2. Nothing when a level on the way is missing or invalid, or the path is empty or deeper than max_tlv_depth.
std::optional<Octets> find_tlv(Octets value, std::span<const std::uint8_t> path) noexcept;

} // namespace radius
