// radius/extended.cpp - one pass over the packet, and one over the fragments of each of the two long types.
#include "radius/extended.hpp"

#include <algorithm>

namespace radius {
namespace {

constexpr std::uint8_t first_type = 241, first_long_type = 245, last_type = 246;
constexpr std::uint8_t vendor_specific = 26, last_extended_type = 240;
constexpr std::uint8_t more = 0x80;
constexpr std::size_t short_head_octets = 1, long_head_octets = 2;  // Extended-Type; and the octet with More
constexpr std::size_t vendor_head_octets = 5;  // Vendor-Id, EVS-Type
constexpr std::size_t tlv_head_octets = 2;

bool is_extended(std::uint8_t type) noexcept { return type >= first_type && type <= last_type; }
bool is_more(Octets value) noexcept { return (value[1] & more) != 0; }

/// The next TLV, which `rest` then no longer has; nothing when its length is wrong. `rest` is not empty.
std::optional<Tlv> take_tlv(Octets& rest) noexcept
{
    if (rest.size() <= tlv_head_octets || rest[1] <= tlv_head_octets || rest[1] > rest.size()) return {};
    const Tlv tlv{rest[0], rest.subspan(tlv_head_octets, rest[1] - tlv_head_octets)};
    rest = rest.subspan(rest[1]);
    return tlv;
}

}  // namespace

ExtendedWalk::ExtendedWalk(const PacketView& packet, std::span<std::uint8_t> buffer) noexcept
    : at_(packet.begin()), end_(packet.end()), buffer_(buffer)
{
}

std::optional<ExtendedAttribute> ExtendedWalk::next() noexcept
{
    while (at_ != end_) {
        const auto attribute = *at_;
        const bool joined = attribute.type >= first_long_type && attribute.type <= last_type &&
                            index_ < joined_until_[attribute.type - first_long_type];
        std::optional<ExtendedAttribute> taken;
        if (is_extended(attribute.type) && !joined) {
            taken = take(attribute);
            if (!taken) ++invalid_;
        }
        ++at_;
        ++index_;
        if (taken) return taken;
    }
    return {};
}

std::optional<ExtendedAttribute> ExtendedWalk::take(const Attribute& attribute) noexcept
{
    const bool is_long = attribute.type >= first_long_type;
    const auto head = is_long ? long_head_octets : short_head_octets;
    if (attribute.value.size() <= head) return {};
    const auto extended_type = attribute.value[0];
    std::optional<Octets> value = attribute.value.subspan(head);
    if (is_long && is_more(attribute.value)) value = join(attribute.type, extended_type);
    if (!value || extended_type == 0 || extended_type > last_extended_type) return {};

    ExtendedAttribute whole{attribute.type, extended_type, 0, 0, *value};
    if (extended_type != vendor_specific) return whole;
    if (value->size() <= vendor_head_octets) return {};
    for (const auto octet : value->first(vendor_head_octets - 1)) whole.vendor = whole.vendor << 8 | octet;
    whole.vendor_type = (*value)[vendor_head_octets - 1];
    whole.value = value->subspan(vendor_head_octets);
    return whole;
}

std::optional<Octets> ExtendedWalk::join(std::uint8_t type, std::uint8_t extended_type) noexcept
{
    // Fragments are passed over to the last even when it is clear already that they are invalid: none of them is to be
    // taken for an attribute of its own.
    bool good = true;
    std::size_t used = 0, index = index_;
    for (auto at = at_; at != end_; ++at, ++index) {
        const auto attribute = *at;
        if (attribute.type != type) continue;
        if (attribute.value.size() <= long_head_octets || attribute.value[0] != extended_type) return {};
        joined_until_[type - first_long_type] = index + 1;

        const auto part = attribute.value.subspan(long_head_octets);
        const bool last = !is_more(attribute.value);
        good = good && (last || attribute.value.size() == max_value_octets) && part.size() <= buffer_.size() - used;
        if (good) {
            std::ranges::copy(part, buffer_.subspan(used).begin());
            used += part.size();
        }
        if (last) return good ? std::optional<Octets>{buffer_.first(used)} : std::nullopt;
    }
    return {};
}

TlvWalk::TlvWalk(Octets value) noexcept : rest_(value), valid_(!value.empty())
{
    // All of it is walked once beforehand, so that nothing is seen of a value with a bad tail.
    for (auto rest = value; valid_ && !rest.empty();) valid_ = take_tlv(rest).has_value();
    if (!valid_) rest_ = {};
}

std::optional<Tlv> TlvWalk::next() noexcept
{
    if (rest_.empty()) return {};
    return take_tlv(rest_);
}

std::optional<Octets> find_tlv(Octets value, std::span<const std::uint8_t> path) noexcept
{
    if (path.empty() || path.size() > max_tlv_depth) return {};
    for (const auto type : path) {
        TlvWalk level{value};
        auto tlv = level.next();
        while (tlv && tlv->type != type) tlv = level.next();
        if (!tlv) return {};
        value = tlv->value;
    }
    return value;
}

} // namespace radius
