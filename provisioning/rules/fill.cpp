// provisioning/rules/fill.cpp
#include "provisioning/rules/fill.hpp"

namespace provisioning {
namespace {

constexpr std::string_view opening = "{{", closing = "}}";

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
    const FillValues& values;
    const FillList& list;
    const FillValues* row = nullptr; ///< inside the list's section: the one that it is about

    const std::string* find(std::string_view name) const noexcept
    {
        if (row != nullptr)
            if (const auto at = row->find(name); at != row->end()) return &at->second;
        const auto at = values.find(name);
        return at == values.end() ? nullptr : &at->second;
    }
};

void fill_into(std::string_view text, const Filling& filling, std::string& out);

void fill_section(std::string_view name, std::string_view inside, const Filling& filling, std::string& out)
{
    if (name == filling.list.name) {
        for (const auto& row : filling.list.rows) fill_into(inside, {filling.values, filling.list, &row}, out);
        return;
    }
    if (const auto* value = filling.find(name); value != nullptr && !value->empty()) fill_into(inside, filling, out);
}

void fill_into(std::string_view text, const Filling& filling, std::string& out)
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

}  // namespace

std::string fill(std::string_view text, const FillValues& values, const FillList& list)
{
    std::string out;
    fill_into(joined(text), {values, list}, out);
    return out;
}

std::set<std::string, std::less<>> fill_names(std::string_view text)
{
    std::set<std::string, std::less<>> names;
    for (auto from = text.find(opening); from != text.npos; from = text.find(opening, from)) {
        from += opening.size();
        const auto to = text.find(closing, from);
        if (to == text.npos) break;
        auto name = text.substr(from, to - from);
        if (name.starts_with('#') || name.starts_with('/')) name.remove_prefix(1);
        names.emplace(name);
    }
    return names;
}

}  // namespace provisioning
