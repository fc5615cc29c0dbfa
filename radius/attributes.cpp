// radius/attributes.cpp - typed values and the walk over Vendor-Specific.
#include "radius/attributes.hpp"

#include <algorithm>

namespace radius {
namespace {

constexpr std::size_t vendor_id_octets = 4;

std::uint32_t big_endian(Octets octets) noexcept
{
    std::uint32_t number = 0;
    for (const auto octet : octets) number = number << 8 | octet;
    return number;
}

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> exactly(Octets value) noexcept
{
    if (value.size() != N) return {};
    std::array<std::uint8_t, N> copy;
    std::ranges::copy(value, copy.begin());
    return copy;
}

}  // namespace

std::optional<std::uint32_t> as_integer(Octets value) noexcept
{
    if (value.size() != 4) return {};
    return big_endian(value);
}

std::optional<std::array<std::uint8_t, 4>> as_ipv4(Octets value) noexcept { return exactly<4>(value); }
std::optional<std::array<std::uint8_t, 16>> as_ipv6(Octets value) noexcept { return exactly<16>(value); }
std::optional<std::array<std::uint8_t, 8>> as_interface_id(Octets value) noexcept { return exactly<8>(value); }

std::optional<std::string_view> as_text(Octets value) noexcept
{
    if (value.empty() || value.size() > max_value_octets) return {};
    return std::string_view{reinterpret_cast<const char*>(value.data()), value.size()};
}

std::optional<Ipv6Prefix> as_ipv6_prefix(Octets value) noexcept
{
    if (value.size() < 2 || value.size() > 18 || value[1] > 128) return {};
    Ipv6Prefix prefix{value[1], {}};
    std::ranges::copy(value.subspan(2), prefix.octets.begin());
    const std::size_t whole = prefix.length / 8U;
    if (whole == prefix.octets.size()) return prefix;
    prefix.octets[whole] = static_cast<std::uint8_t>(prefix.octets[whole] & (0xff00U >> prefix.length % 8U));
    std::fill(prefix.octets.begin() + static_cast<std::ptrdiff_t>(whole) + 1, prefix.octets.end(), std::uint8_t{0});
    return prefix;
}

VendorFormat vendor_format(std::uint32_t vendor) noexcept
{
    switch (vendor) {
    case 429:
        return {4, 0, 0};    // USR
    case 4846:
        return {2, 1, 0};   // Lucent
    case 8164:
        return {2, 2, 0};   // Starent
    case 24757:
        return {1, 1, 1};  // WiMAX
    default:
        return {};
    }
}

VendorWalk::VendorWalk(Octets value) noexcept
{
    if (value.size() < vendor_id_octets) return;
    vendor_ = big_endian(value.first(vendor_id_octets));
    const auto format = vendor_format(vendor_);
    type_octets_ = format.type_octets;
    length_octets_ = format.length_octets;
    extra_octets_ = format.extra_octets;

    // All of it is walked once beforehand, so that nothing of a VSA with a bad tail is ever seen.
    rest_ = value.subspan(vendor_id_octets);
    valid_ = !rest_.empty();
    while (valid_ && !rest_.empty()) valid_ = take().has_value();
    rest_ = valid_ ? value.subspan(vendor_id_octets) : Octets{};
}

std::optional<VendorAttribute> VendorWalk::next() noexcept
{
    if (rest_.empty()) return {};
    return take();
}

std::optional<VendorAttribute> VendorWalk::take() noexcept
{
    const std::size_t head = std::size_t{type_octets_} + length_octets_ + extra_octets_;
    if (rest_.size() < head) return {};
    const auto type = big_endian(rest_.first(type_octets_));
    // Without a length octet the value is all that is left (USR).
    const std::size_t length =
        length_octets_ == 0 ? rest_.size() : big_endian(rest_.subspan(type_octets_, length_octets_));
    if (length < head || length > rest_.size()) return {};
    const auto value = rest_.subspan(head, length - head);
    rest_ = rest_.subspan(length);
    return VendorAttribute{vendor_, type, value};
}

}  // namespace radius
