// radius/assignment.cpp - "Attribute-Name=value" to octets, or one sentence that says what is wrong and what would be
// right.
#include "radius/attributes.hpp"
#include "radius/dictionary.hpp"
#include "radius/notation.hpp"

#include <algorithm>
#include <array>

namespace radius {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Encoded = std::variant<Bytes, std::string>;

constexpr std::uint64_t highest_tag = 31;  // RFC 2868 s3.1

struct Assignment {
    const AttributeDefinition& definition;
    std::string_view value;
    std::uint8_t tag;  ///< 0: none
};

std::string quoted(std::string_view text)
{
    constexpr std::size_t shown = 60;
    return "'" + std::string{text.substr(0, shown)} + (text.size() > shown ? "...'" : "'");
}

void append_number(Bytes& octets, std::uint64_t number, std::size_t width)
{
    for (std::size_t i = width; i-- > 0;) octets.push_back(static_cast<std::uint8_t>(number >> 8 * i));
}

std::string wants(const Assignment& a, std::string_view what)
{
    return a.definition.name + " takes " + std::string{what} + ", not " + quoted(a.value);
}

std::optional<std::uint64_t> named_value(const Assignment& a)
{
    const auto wanted = notation::lower_case(a.value);
    for (const auto& [name, number] : a.definition.values)
        if (notation::lower_case(name) == wanted) return number;
    return {};
}

Encoded encode_integer(const Assignment& a, std::size_t width)
{
    auto number = named_value(a);
    if (!number) number = notation::number(a.value);
    if (!number) {
        if (a.definition.values.empty()) return wants(a, "a number");
        std::vector<std::string> names;
        names.reserve(a.definition.values.size());
        for (const auto& value : a.definition.values) names.push_back(value.first);
        auto near = notation::nearest(a.value, names);
        if (near.empty()) near.assign(names.begin(), names.begin() + std::min<std::ptrdiff_t>(3, std::ssize(names)));
        return wants(a, "a number or a name such as " + notation::alternatives(near));
    }
    if (width < 8 && *number >> 8 * width != 0)
        return wants(a, "a number up to " + std::to_string((std::uint64_t{1} << 8 * width) - 1));
    Bytes octets;
    append_number(octets, *number, width);
    return octets;
}

/// The address and the length of "address/length"; nothing when a part is missing or a bit past the length is set.
template <std::size_t N>
std::optional<Bytes> prefix(std::string_view text,
                            std::optional<std::array<std::uint8_t, N>> (*address_of)(std::string_view) noexcept)
{
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return {};
    const auto address = address_of(text.substr(0, slash));
    const auto length = notation::number(text.substr(slash + 1));
    if (!address || !length || *length > 8 * N) return {};
    for (std::size_t bit = *length; bit < 8 * N; ++bit)
        if ((*address)[bit / 8] & 0x80U >> bit % 8) return {};
    // All octets are sent, also those past the length: RFC 3162 s2.3 allows it and every NAS has seen it.
    Bytes octets{0, static_cast<std::uint8_t>(*length)};
    octets.insert(octets.end(), address->begin(), address->end());
    return octets;
}

template <class Container>
Encoded or_wants(const std::optional<Container>& octets, const Assignment& a, std::string_view what)
{
    if (!octets) return wants(a, what);
    return Bytes(octets->begin(), octets->end());
}

Encoded encode_value(const Assignment& a)
{
    switch (a.definition.kind) {
    case AttributeType::string:
        if (a.value.empty()) return a.definition.name + " takes at least one character";
        return Bytes(a.value.begin(), a.value.end());
    case AttributeType::octets:
        return or_wants(notation::hexadecimal(a.value), a, "octets such as 0x0a1b2c");
    case AttributeType::integer:
        return encode_integer(a, a.definition.tagged ? 3 : 4);
    case AttributeType::date:
        return encode_integer(a, 4);
    case AttributeType::byte_:
        return encode_integer(a, 1);
    case AttributeType::short_:
        return encode_integer(a, 2);
    case AttributeType::integer64:
        return encode_integer(a, 8);
    case AttributeType::ipaddr:
        return or_wants(notation::ipv4(a.value), a, "an IPv4 address such as 192.0.2.1");
    case AttributeType::ipv6addr:
        return or_wants(notation::ipv6(a.value), a, "an IPv6 address such as 2001:db8::1");
    case AttributeType::ifid:
        return or_wants(notation::interface_id(a.value), a, "an interface id such as 0:0:0:1");
    case AttributeType::ipv6prefix:
        return or_wants(prefix(a.value, notation::ipv6), a,
                        "a prefix such as 2001:db8::/56 with no bit set past its length");
    case AttributeType::ipv4prefix:
        return or_wants(prefix(a.value, notation::ipv4), a,
                        "a prefix such as 192.0.2.0/24 with no bit set past its length");
    case AttributeType::tlv:
        return a.definition.name + " is a group of attributes and cannot be set as text";
    }
    return {};
}

/// Puts the tag before the value (RFC 2868 s3.1): an integer always has one, a text only if it was given.
void add_tag(const Assignment& a, Bytes& value)
{
    if (!a.definition.tagged) return;
    if (a.definition.kind == AttributeType::integer || a.tag != 0) value.insert(value.begin(), a.tag);
}

Encoded framed(const AttributeDefinition& definition, const Bytes& value)
{
    Bytes head;
    if (definition.vendor != 0) {
        const auto format = vendor_format(definition.vendor);
        const std::size_t length =
            std::size_t{format.type_octets} + format.length_octets + format.extra_octets + value.size();
        append_number(head, definition.vendor, 4);
        append_number(head, definition.type, format.type_octets);
        append_number(head, length, format.length_octets);
        append_number(head, 0, format.extra_octets);
    }
    if (head.size() + value.size() > max_value_octets)
        return definition.name + " takes at most " + std::to_string(max_value_octets - head.size()) +
               " octets; this value has " + std::to_string(value.size());
    Bytes octets{definition.vendor != 0 ? attribute::vendor_specific : static_cast<std::uint8_t>(definition.type),
                 static_cast<std::uint8_t>(2 + head.size() + value.size())};
    octets.insert(octets.end(), head.begin(), head.end());
    octets.insert(octets.end(), value.begin(), value.end());
    return octets;
}

}  // namespace

Encoded Dictionary::encode(std::string_view assignment) const
{
    const auto equals = assignment.find('=');
    if (equals == std::string_view::npos) return quoted(assignment) + " has no '='; write it as Attribute-Name=value";

    const auto left = notation::trimmed(assignment.substr(0, equals));
    const auto colon = left.find(':');
    const auto name = left.substr(0, colon);
    const auto* definition = find(name);
    if (!definition) {
        std::vector<std::string> names;
        names.reserve(by_name_.size());
        for (const auto& entry : by_name_) names.push_back(entry.second.name);
        const auto near = notation::nearest(name, names);
        return "there is no attribute " + quoted(name) +
               (near.empty() ? "; the dictionary has the names"
                             : "; did you mean " + notation::alternatives(near) + "?");
    }
    if (definition->encrypted) return definition->name + " is encrypted anew in every packet and cannot be set as text";

    Assignment a{*definition, assignment.substr(equals + 1), 0};
    if (colon != std::string_view::npos) {
        const auto tag = notation::number(left.substr(colon + 1));
        if (!definition->tagged) return definition->name + " takes no tag; write " + definition->name + "=value";
        if (!tag || *tag > highest_tag)
            return "the tag of " + definition->name + " is a number from 0 to 31, not " +
                   quoted(left.substr(colon + 1));
        a.tag = static_cast<std::uint8_t>(*tag);
    }
    auto value = encode_value(a);
    if (std::holds_alternative<std::string>(value)) return value;
    add_tag(a, std::get<Bytes>(value));
    return framed(*definition, std::get<Bytes>(value));
}

}  // namespace radius
