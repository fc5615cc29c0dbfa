// radius/describe.hpp - attribute octets as lines for an operator: the inverse of Dictionary::encode.
#pragma once

#include "radius/dictionary.hpp"

#include <utility>

namespace radius {

/// Name and value of every attribute of `attributes` (whole attributes one after the other, as in a packet past its
/// header), in order; each sub-attribute of a Vendor-Specific is one. "name=value" encodes to the same octets again,
/// but for a prefix that was sent short, which encodes with all its octets, and for attributes that the dictionary does
/// not have ("Attr-241", vendors' "Attr-26.9.200"), that are encrypted, or whose octets are no value of their type:
/// those are shown as 0x and hexadecimal digits. Octets at the end that are no
/// whole attribute are named "malformed".
std::vector<std::pair<std::string, std::string>> describe(const Dictionary& dictionary, Octets attributes);

} // namespace radius
