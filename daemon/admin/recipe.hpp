// daemon/admin/recipe.hpp - fills in a template of etc/recipes; its language is told in recipes.hpp.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace admin {

/// What the names of a template stand for; empty: not set.
using RecipeValues = std::map<std::string, std::string, std::less<>>;

/// `text` with its values, the section {{#gardens}} once for each of `gardens`. A value is taken as it is: markers in
/// it stand for nothing. A name that is in neither stays, braces and all.
std::string fill_recipe(std::string_view text, const RecipeValues& values, std::span<const RecipeValues> gardens);

/// Whether every recipe can name it as it is: letters, digits, '.', '-' and '_'. RouterOS would compute what stands in
/// $ and [ ] of a text, nftables and accel-ppp end a name at a blank.
bool fits_recipes(std::string_view name) noexcept;

} // namespace admin
