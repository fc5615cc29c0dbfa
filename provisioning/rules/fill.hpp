// provisioning/rules/fill.hpp - fills in a template: the recipes of concentrators, the texts of notices.
//
// {{name}} stands for a value. {{#name}} ... {{/name}} is kept where that value is set; the list's own section is
// repeated for each of its rows, whose values come first in it. Sections nest. A section's marker that stands alone on
// its line takes the line with it.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace provisioning {

/// What the names of a template stand for; empty: not set.
using FillValues = std::map<std::string, std::string, std::less<>>;
struct FillList {
    std::string_view name; ///< "gardens"
    std::span<const FillValues> rows;
};

/// A value is taken as it is: markers in it stand for nothing. A name that is not known stays, braces and all.
std::string fill(std::string_view text, const FillValues& values, const FillList& list);

/// All names in a template's markers.
std::set<std::string, std::less<>> fill_names(std::string_view text);

} // namespace provisioning
