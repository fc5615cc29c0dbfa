// daemon/admin/recipe.cpp
#include "daemon/admin/recipe.hpp"

#include <algorithm>

namespace admin {
namespace {

constexpr std::string_view opening = "{{", closing = "}}";
constexpr std::string_view gardens_name = "gardens";

/// "{{#pool}}" of "  {{#pool}}  "; empty unless a section's marker is alone on its line.
std::string_view lone_marker(std::string_view line) noexcept
{
    const auto first = line.find_first_not_of(" \t"), last = line.find_last_not_of(" \t");
    if (first == std::string_view::npos) return {};
    const auto word = line.substr(first, last - first + 1);
    const bool section = word.starts_with("{{#") || word.starts_with("{{/");
    return section && word.find(closing) == word.size() - closing.size() ? word : std::string_view{};
}

/// The template with markers that stand alone on their lines put before what follows.
std::string joined(std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        if (const auto marker = lone_marker(line); !marker.empty())
            result += marker;
        else
            result.append(line).append(end == std::string_view::npos ? "" : "\n");
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return result;
}

struct Filling {
    const RecipeValues& values;
    std::span<const RecipeValues> gardens;
    const RecipeValues* garden = nullptr; ///< inside {{#gardens}}: the one that it is about

    const std::string* find(std::string_view name) const noexcept
    {
        if (garden != nullptr)
            if (const auto at = garden->find(name); at != garden->end()) return &at->second;
        const auto at = values.find(name);
        return at == values.end() ? nullptr : &at->second;
    }
};

void fill(std::string_view text, const Filling& filling, std::string& out);

void fill_section(std::string_view name, std::string_view inside, const Filling& filling, std::string& out)
{
    if (name == gardens_name) {
        for (const auto& garden : filling.gardens) fill(inside, {filling.values, filling.gardens, &garden}, out);
        return;
    }
    if (const auto* value = filling.find(name); value != nullptr && !value->empty()) fill(inside, filling, out);
}

void fill(std::string_view text, const Filling& filling, std::string& out)
{
    for (;;) {
        const auto from = text.find(opening);
        const auto to = from == std::string_view::npos ? from : text.find(closing, from);
        out += text.substr(0, to == std::string_view::npos ? to : from);
        if (to == std::string_view::npos) return;
        const auto marker = text.substr(from, to + closing.size() - from);
        auto name = marker.substr(opening.size(), marker.size() - opening.size() - closing.size());
        text.remove_prefix(to + closing.size());
        if (name.starts_with('#')) {
            name.remove_prefix(1);
            const auto end_marker = "{{/" + std::string{name} + "}}";
            const auto end = text.find(end_marker);
            fill_section(name, text.substr(0, end), filling, out);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + end_marker.size());
        } else if (const auto* value = filling.find(name)) {
            out += *value;
        } else {
            out += marker;
        }
    }
}

} // namespace

std::string fill_recipe(std::string_view text, const RecipeValues& values, std::span<const RecipeValues> gardens)
{
    std::string out;
    fill(joined(text), {values, gardens}, out);
    return out;
}

bool fits_recipes(std::string_view name) noexcept
{
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_';
    });
}

} // namespace admin
