// radius/dictionary.cpp - reads the text format, a line at a time, and finds what was read.
#include "radius/dictionary.hpp"

#include "radius/attributes.hpp"
#include "radius/notation.hpp"

#include <algorithm>

namespace radius {
namespace {

constexpr std::string_view blanks = " \t\r";

struct Kind {
    std::string_view name;
    AttributeType type;
};
constexpr Kind kinds[] = {
    {"string", AttributeType::string},
    {"octets", AttributeType::octets},
    {"integer", AttributeType::integer},
    {"ipaddr", AttributeType::ipaddr},
    {"ipv6addr", AttributeType::ipv6addr},
    {"ipv6prefix", AttributeType::ipv6prefix},
    {"ifid", AttributeType::ifid},
    {"date", AttributeType::date},
    {"byte", AttributeType::byte_},
    {"short", AttributeType::short_},
    {"integer64", AttributeType::integer64},
    {"ipv4prefix", AttributeType::ipv4prefix},
    {"tlv", AttributeType::tlv},
};

std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    line = line.substr(0, line.find('#'));
    for (auto at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
        const auto end = std::min(line.find_first_of(blanks, at), line.size());
        words.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(blanks, end);
    }
    return words;
}

std::optional<std::uint32_t> number_of(std::string_view text) noexcept
{
    const auto value = notation::number(text);
    if (!value || *value > 0xffffffff) return {};
    return static_cast<std::uint32_t>(*value);
}

/// Reads has_tag and encrypt=N; concat and array change nothing about one attribute.
std::optional<std::string> apply_flags(std::string_view flags, AttributeDefinition& definition)
{
    while (!flags.empty()) {
        const auto flag = flags.substr(0, flags.find(','));
        flags.remove_prefix(std::min(flags.size(), flag.size() + 1));
        if (flag == "has_tag")
            definition.tagged = true;
        else if (flag.starts_with("encrypt="))
            definition.encrypted = true;
        else if (flag != "concat" && flag != "array")
            return "the flag '" + std::string{flag} + "' is not one of has_tag, encrypt=, concat, array";
    }
    return {};
}

}  // namespace

std::optional<DictionaryError> Dictionary::load(std::string_view text)
{
    std::uint32_t vendor = 0;  // inside BEGIN-VENDOR .. END-VENDOR
    std::size_t line = 1;
    for (; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto words = words_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (words.empty()) continue;
        if (auto message = add_line(words, vendor)) return DictionaryError{line, std::move(*message)};
    }
    if (vendor != 0) return DictionaryError{line, "BEGIN-VENDOR without its END-VENDOR"};
    return {};
}

std::optional<std::string> Dictionary::add_line(Fields fields, std::uint32_t& vendor)
{
    const auto keyword = fields[0];
    if (keyword == "ATTRIBUTE") return add_attribute(fields, vendor);
    if (keyword == "VALUE") return add_value(fields);
    if (keyword == "VENDOR") return add_vendor(fields);
    if (keyword != "BEGIN-VENDOR" && keyword != "END-VENDOR")
        return "'" + std::string{keyword} + "' is not ATTRIBUTE, VALUE, VENDOR, BEGIN-VENDOR or END-VENDOR";

    const auto found = fields.size() == 2 ? vendors_.find(notation::lower_case(fields[1])) : vendors_.end();
    if (found == vendors_.end()) return std::string{keyword} + " takes the name of a vendor defined above it";
    const bool begins = keyword == "BEGIN-VENDOR";
    if (vendor != (begins ? 0 : found->second))
        return std::string{keyword} + " " + std::string{fields[1]} +
               (begins ? " stands inside another" : " ends what was not begun");
    vendor = begins ? found->second : 0;
    return {};
}

std::optional<std::string> Dictionary::add_vendor(Fields fields)
{
    const auto id = fields.size() >= 3 ? number_of(fields[2]) : std::nullopt;
    if (!id || *id == 0 || fields.size() > 4) return "a vendor reads: VENDOR name number [format=type,length]";

    const auto known = vendor_format(*id);
    auto format = "format=" + std::to_string(known.type_octets) + "," + std::to_string(known.length_octets);
    if (known.extra_octets != 0) format += ",c";
    if (fields.size() == 4 && fields[3] != format)
        return "vendor " + std::string{fields[1]} + " has " + format + " here; no other is supported";
    const auto [place, added] = vendors_.emplace(notation::lower_case(fields[1]), *id);
    if (!added && place->second != *id)
        return "vendor " + std::string{fields[1]} + " already has the number " + std::to_string(place->second);
    return {};
}

std::optional<std::string> Dictionary::add_attribute(Fields fields, std::uint32_t vendor)
{
    const auto type = fields.size() >= 4 ? number_of(fields[2]) : std::nullopt;
    if (!type || fields.size() > 5) return "an attribute reads: ATTRIBUTE name number type [flags]";
    const auto octets = vendor == 0 ? 1U : vendor_format(vendor).type_octets;
    if ((vendor == 0 && *type == 0) || (octets < 4 && *type >> 8 * octets != 0))
        return "the number of " + std::string{fields[1]} + " does not fit its " + std::to_string(octets) + " octets";

    const auto kind = std::ranges::find(kinds, fields[3].substr(0, fields[3].find('[')), &Kind::name);
    if (kind == std::end(kinds)) return "the type '" + std::string{fields[3]} + "' is not known";
    AttributeDefinition definition{std::string{fields[1]}, vendor, *type, kind->type, false, {}, false};
    if (fields.size() == 5)
        if (auto wrong = apply_flags(fields[4], definition)) return wrong;

    const auto key = notation::lower_case(definition.name);
    if (const auto same = by_name_.find(key); same != by_name_.end()) {
        const auto& old = same->second;
        if (old.vendor == vendor && old.type == *type && old.kind == kind->type && old.tagged == definition.tagged)
            return {};
        return "attribute " + definition.name + " is already defined otherwise";
    }
    by_number_.emplace(std::pair{vendor, *type}, key);
    by_name_.emplace(key, std::move(definition));
    return {};
}

std::optional<std::string> Dictionary::add_value(Fields fields)
{
    const auto value = fields.size() == 4 ? number_of(fields[3]) : std::nullopt;
    if (!value) return "a value reads: VALUE attribute name number";
    const auto attribute = by_name_.find(notation::lower_case(fields[1]));
    if (attribute == by_name_.end())
        return "VALUE names the attribute " + std::string{fields[1]} + ", which is not defined above it";
    const auto [place, added] = attribute->second.values.emplace(fields[2], *value);
    if (!added && place->second != *value)
        return "the value " + std::string{fields[2]} + " of " + std::string{fields[1]} +
               " is already defined otherwise";
    return {};
}

const AttributeDefinition* Dictionary::find(std::string_view name) const noexcept
{
    const auto found = by_name_.find(notation::lower_case(name));
    return found == by_name_.end() ? nullptr : &found->second;
}

const AttributeDefinition* Dictionary::find(std::uint32_t vendor, std::uint32_t type) const noexcept
{
    const auto found = by_number_.find({vendor, type});
    return found == by_number_.end() ? nullptr : find(found->second);
}

}  // namespace radius
