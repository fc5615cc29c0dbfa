// daemon/ctl/grid.hpp - text in columns, for people.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ctl {

enum class Align { left, right };

struct Grid {
    struct Heading {
        std::string text;
        Align align = Align::left;
    };
    std::vector<Heading> headings;
    std::vector<std::vector<std::string>> rows;  ///< as many cells as headings
};

/// Columns as wide as their widest cell, two blanks between them, no blanks at the ends of lines.
std::string render(const Grid& grid);
/// "label  value" on a line each.
std::string render_sheet(const std::vector<std::pair<std::string, std::string>>& sheet);

/// The columns of a terminal that UTF-8 `text` takes.
std::size_t width(std::string_view text);
/// Without control characters: what was stored or received cannot move the cursor.
std::string printable(std::string_view text);
/// The same of a text of several lines, which stay.
std::string printable_lines(std::string_view text);
std::string indented(std::string_view text, std::size_t columns);

}  // namespace ctl
