// radius/dictionary.hpp - attributes by name, from the usual text format (ATTRIBUTE, VALUE, VENDOR,
// BEGIN-VENDOR, END-VENDOR; comments with #). The shipped text is etc/dictionary, compiled in as
// `standard_dictionary`.
#pragma once

#include "radius/packet.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace radius {

enum class AttributeType {
    string,
    octets,
    integer,
    ipaddr,
    ipv6addr,
    ipv6prefix,
    ifid,
    date,
    byte_,
    short_,
    integer64,
    ipv4prefix,
    tlv
};

struct AttributeDefinition {
    std::string name;
    std::uint32_t vendor = 0;  ///< 0: a standard attribute
    std::uint32_t type = 0;
    AttributeType kind = AttributeType::octets;
    bool tagged = false;  ///< has_tag (RFC 2868)
    std::map<std::string, std::uint32_t, std::less<>> values;  ///< named values of an integer
    bool encrypted = false;  ///< encrypt=: differs in every packet (RFC 2868 s3.5), so no text encodes it
};

/// What is wrong with a dictionary text: its line and one sentence.
struct DictionaryError {
    std::size_t line;
    std::string message;
};

class Dictionary {
public:
    /// Adds the definitions of `text`. On an error nothing after it is read and the error is returned. A
    /// definition that is repeated word for word is no error; a second name for a number is an alias, and
    /// find() by number keeps the first.
    std::optional<DictionaryError> load(std::string_view text);

    const AttributeDefinition* find(std::string_view name) const noexcept;  ///< case does not count
    const AttributeDefinition* find(std::uint32_t vendor, std::uint32_t type) const noexcept;

    /// Encodes "Attribute-Name=value" as whole attribute octets (a Vendor-Specific attribute where it has a
    /// vendor). Values: text as is; integers decimal, 0x hex or a named value; octets 0x hex; addresses and
    /// prefixes in their usual notation; a tagged attribute takes "Name:3=value". The alternative is one
    /// sentence saying what is wrong and what would be right.
    std::variant<std::vector<std::uint8_t>, std::string> encode(std::string_view assignment) const;

private:
    using Fields = std::span<const std::string_view>;  ///< the words of one line
    std::optional<std::string> add_line(Fields fields, std::uint32_t& vendor);
    std::optional<std::string> add_vendor(Fields fields);
    std::optional<std::string> add_attribute(Fields fields, std::uint32_t vendor);
    std::optional<std::string> add_value(Fields fields);

    std::map<std::string, AttributeDefinition, std::less<>> by_name_;  ///< key in lower case
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> by_number_;  ///< vendor, type: key above
    std::map<std::string, std::uint32_t, std::less<>> vendors_;  ///< key in lower case
};

/// The text of etc/dictionary, compiled in.
extern const std::string_view standard_dictionary;

}  // namespace radius
