// daemon/admin/recipe.hpp - what recipes of etc/recipes can take.
#pragma once

#include <string_view>

namespace admin {

/// Whether every recipe can name it as it is: letters, digits, '.', '-' and '_'. RouterOS would compute what stands in
/// $ and [ ] of a text, nftables and accel-ppp end a name at a blank.
bool fits_recipes(std::string_view name) noexcept;

} // namespace admin
