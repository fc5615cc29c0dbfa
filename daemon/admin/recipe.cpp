// daemon/admin/recipe.cpp
#include "daemon/admin/recipe.hpp"

#include <algorithm>

namespace admin {

bool fits_recipes(std::string_view name) noexcept
{
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_';
    });
}

} // namespace admin
