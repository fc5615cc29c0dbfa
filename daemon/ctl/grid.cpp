// daemon/ctl/grid.cpp
#include "daemon/ctl/grid.hpp"

#include "provisioning/rules/text.hpp"

#include <algorithm>
#include <utility>

namespace ctl {
namespace {

struct Range {
    char32_t first, last;
};
// Marks that stand over the character before them, and what shows nothing. Unicode 15, chapters 7 and 23.
constexpr Range no_column[] = {{0x300, 0x36F},   {0x200B, 0x200F}, {0x202A, 0x202E},
                               {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};
// Unicode Standard Annex 11: East Asian wide, and emoji.
constexpr Range two_columns[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},
                                 {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},  {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6},
                                 {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};

template <std::size_t N>
bool in(const Range (&ranges)[N], char32_t character)
{
    return std::ranges::any_of(ranges,
                               [&](const Range& range) { return character >= range.first && character <= range.last; });
}

void add_cell(std::string& line, const std::string& cell, std::size_t columns, Align align)
{
    const auto taken = width(cell);
    const std::string blanks(columns > taken ? columns - taken : 0, ' ');
    line += align == Align::right ? blanks + cell : cell + blanks;
}

void end_line(std::string& text, std::string line)
{
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
}

}  // namespace

std::size_t width(std::string_view text)
{
    std::size_t columns = 0;
    while (!text.empty()) {
        const auto character = provisioning::next_character(text);
        if (!character) {
            text.remove_prefix(1);
            ++columns;
        } else if (!in(no_column, *character)) {
            columns += in(two_columns, *character) ? 2 : 1;
        }
    }
    return columns;
}

std::string printable(std::string_view text)
{
    std::string clean;
    while (!text.empty()) {
        const auto rest = text;
        const auto character = provisioning::next_character(text);
        if (!character) text.remove_prefix(1);
        const bool moves = !character || *character < 0x20 || (*character >= 0x7F && *character < 0xA0) ||
                           (*character >= 0x202A && *character <= 0x202E) ||
                           (*character >= 0x2066 && *character <= 0x2069);
        if (moves)
            clean += '?';
        else
            clean += rest.substr(0, rest.size() - text.size());
    }
    return clean;
}

std::string render(const Grid& grid)
{
    std::vector<std::size_t> widths;
    for (const auto& heading : grid.headings) widths.push_back(width(heading.text));
    for (const auto& row : grid.rows) {
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
            widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string text, line;
    const auto add = [&](std::size_t i, const std::string& cell) {
        if (i > 0) line += "  ";
        add_cell(line, cell, widths[i], grid.headings[i].align);
    };
    for (std::size_t i = 0; i < widths.size(); ++i) add(i, grid.headings[i].text);
    end_line(text, std::exchange(line, {}));
    for (const auto& row : grid.rows) {
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) add(i, row[i]);
        end_line(text, std::exchange(line, {}));
    }
    return text;
}

std::string render_sheet(const std::vector<std::pair<std::string, std::string>>& sheet)
{
    std::size_t widest = 0;
    for (const auto& [label, value] : sheet) widest = std::max(widest, width(label));
    std::string text;
    for (const auto& [label, value] : sheet) {
        std::string line;
        add_cell(line, label, widest, Align::left);
        end_line(text, line + "  " + value);
    }
    return text;
}

std::string printable_lines(std::string_view text)
{
    std::string all;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        all += printable(text.substr(0, end)) + '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

std::string indented(std::string_view text, std::size_t columns)
{
    std::string all;
    while (!text.empty()) {
        const auto end = text.find('\n');
        all.append(columns, ' ').append(text.substr(0, end)).append("\n");
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return all;
}

}  // namespace ctl
