// radius/describe.cpp - values as text by their type in the dictionary.
#include "radius/describe.hpp"

#include "radius/attributes.hpp"
#include "radius/notation.hpp"

#include <algorithm>

namespace radius {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

constexpr std::uint8_t highest_tag = 31;  // RFC 2868 s3.1

std::uint64_t number_of(Octets octets) noexcept
{
    std::uint64_t number = 0;
    for (const auto octet : octets) number = number << 8 | octet;
    return number;
}

/// Of two names for a number the last in the alphabet; both encode to it.
std::string integer(const AttributeDefinition& definition, Octets value)
{
    const auto number = number_of(value);
    std::string text = std::to_string(number);
    for (const auto& [name, named] : definition.values)
        if (named == number) text = name;
    return text;
}

std::size_t width_of(const AttributeDefinition& definition) noexcept
{
    switch (definition.kind) {
    case AttributeType::byte_:
        return 1;
    case AttributeType::short_:
        return 2;
    case AttributeType::integer:
        return definition.tagged ? 3 : 4;
    case AttributeType::date:
        return 4;
    case AttributeType::integer64:
        return 8;
    case AttributeType::string:
    case AttributeType::octets:
    case AttributeType::ipaddr:
    case AttributeType::ipv6addr:
    case AttributeType::ipv6prefix:
    case AttributeType::ifid:
    case AttributeType::ipv4prefix:
    case AttributeType::tlv:
        return 0;
    }
    return 0;
}

/// Reserved, length, as many octets of the address as were sent (RFC 3162 s2.3); nothing when a bit past the length is
/// set.
template <std::size_t N>
std::optional<std::string> prefix(Octets value)
{
    if (value.size() < 2 || value.size() > 2 + N || value[0] != 0 || value[1] > 8 * N) return {};
    std::array<std::uint8_t, N> address{};
    std::ranges::copy(value.subspan(2), address.begin());
    for (std::size_t bit = value[1]; bit < 8 * N; ++bit)
        if ((address[bit / 8] & 0x80U >> bit % 8) != 0) return {};
    return notation::text_of(address) + "/" + std::to_string(value[1]);
}

/// Nothing when the octets are no value of the type.
std::optional<std::string> text_of(const AttributeDefinition& definition, Octets value)
{
    switch (definition.kind) {
    case AttributeType::string: {
        const std::string_view text{reinterpret_cast<const char*>(value.data()), value.size()};
        return notation::printable(text) ? std::optional{std::string{text}} : std::nullopt;
    }
    case AttributeType::integer:
    case AttributeType::date:
    case AttributeType::byte_:
    case AttributeType::short_:
    case AttributeType::integer64:
        if (value.size() != width_of(definition)) return {};
        return integer(definition, value);
    case AttributeType::ipaddr:
        if (const auto address = as_ipv4(value)) return notation::text_of(*address);
        return {};
    case AttributeType::ipv6addr:
        if (const auto address = as_ipv6(value)) return notation::text_of(*address);
        return {};
    case AttributeType::ifid:
        if (const auto id = as_interface_id(value)) return notation::text_of(*id);
        return {};
    case AttributeType::ipv6prefix:
        return prefix<16>(value);
    case AttributeType::ipv4prefix:
        return prefix<4>(value);
    case AttributeType::octets:
    case AttributeType::tlv:
        return {};
    }
    return {};
}

void add(const AttributeDefinition& definition, Octets value, Lines& lines)
{
    auto name = definition.name;
    if (definition.encrypted) {
        lines.emplace_back(std::move(name), notation::hexadecimal_of(value));
        return;
    }
    // A text has a tag only if its first octet can be one (RFC 2868 s3.3); an integer always has.
    const bool integer = definition.kind == AttributeType::integer;
    auto untagged = value;
    if (definition.tagged && !value.empty() && (integer || value[0] <= highest_tag)) {
        untagged = value.subspan(1);
        if (value[0] != 0) name += ":" + std::to_string(value[0]);
    }
    if (auto text = text_of(definition, untagged))
        lines.emplace_back(std::move(name), std::move(*text));
    else
        lines.emplace_back(definition.name, notation::hexadecimal_of(value));
}

void add_vendor_specific(const Dictionary& dictionary, Octets value, Lines& lines)
{
    VendorWalk walk{value};
    while (const auto sub = walk.next()) {
        if (const auto* definition = dictionary.find(sub->vendor, sub->type))
            add(*definition, sub->value, lines);
        else
            lines.emplace_back("Attr-26." + std::to_string(sub->vendor) + "." + std::to_string(sub->type),
                               notation::hexadecimal_of(sub->value));
    }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> describe(const Dictionary& dictionary, Octets attributes)
{
    Lines lines;
    while (attributes.size() >= 2 && attributes[1] >= 2 && attributes[1] <= attributes.size()) {
        const auto type = attributes[0];
        const auto value = attributes.first(attributes[1]).subspan(2);
        attributes = attributes.subspan(attributes[1]);
        if (type == attribute::vendor_specific && VendorWalk{value}.valid())
            add_vendor_specific(dictionary, value, lines);
        else if (const auto* definition = dictionary.find(0, type))
            add(*definition, value, lines);
        else
            lines.emplace_back("Attr-" + std::to_string(type), notation::hexadecimal_of(value));
    }
    if (!attributes.empty()) lines.emplace_back("malformed", notation::hexadecimal_of(attributes));
    return lines;
}

}  // namespace radius
