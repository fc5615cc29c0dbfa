// provisioning/rules/text.cpp
#include "provisioning/rules/text.hpp"

#include "provisioning/rules/values.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace provisioning {
namespace {

struct Lead {
    std::size_t octets;
    char32_t bits;
    char32_t lowest;  // a smaller value in this many octets is overlong
};

std::optional<Lead> lead_of(unsigned char octet) noexcept
{
    if (octet < 0x80) return Lead{1, octet, 0};
    if ((octet & 0xe0) == 0xc0) return Lead{2, octet & 0x1fu, 0x80};
    if ((octet & 0xf0) == 0xe0) return Lead{3, octet & 0x0fu, 0x800};
    if ((octet & 0xf8) == 0xf0) return Lead{4, octet & 0x07u, 0x10000};
    return std::nullopt;
}

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Edits (insert, delete, replace) between two words, whatever their case.
std::size_t edits_between(std::string_view one, std::string_view other)
{
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= one.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const std::size_t replaced = diagonal + (lower(one[i - 1]) == lower(other[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

}  // namespace

std::optional<char32_t> next_character(std::string_view& text) noexcept
{
    if (text.empty()) return std::nullopt;
    const auto lead = lead_of(static_cast<unsigned char>(text.front()));
    if (!lead || text.size() < lead->octets) return std::nullopt;
    char32_t value = lead->bits;
    for (std::size_t i = 1; i < lead->octets; ++i) {
        const auto octet = static_cast<unsigned char>(text[i]);
        if ((octet & 0xc0) != 0x80) return std::nullopt;
        value = (value << 6) | (octet & 0x3fu);
    }
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < lead->lowest || value > 0x10ffff || surrogate) return std::nullopt;
    text.remove_prefix(lead->octets);
    return value;
}

bool is_utf8(std::string_view text) noexcept
{
    while (next_character(text)) {
    }
    return text.empty();
}

std::size_t character_count(std::string_view text) noexcept
{
    std::size_t count = 0;
    while (next_character(text)) ++count;
    return count;
}

bool clean_text(std::string_view text) noexcept
{
    while (!text.empty()) {
        const auto character = next_character(text);
        if (!character || *character < 0x20 || (*character >= 0x7f && *character < 0xa0)) return false;
    }
    return true;
}

bool is_blank(char32_t c) noexcept
{
    return c == ' ' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
           (c >= 0x205f && c <= 0x206f) || c == 0x3000 || c == 0xfeff;
}

std::string_view trimmed(std::string_view text) noexcept
{
    constexpr std::string_view white = " \t\r\n\f\v";
    constexpr std::string_view no_break = "\xc2\xa0";
    while (!text.empty()) {
        if (white.find(text.front()) != white.npos)
            text.remove_prefix(1);
        else if (text.starts_with(no_break))
            text.remove_prefix(no_break.size());
        else if (white.find(text.back()) != white.npos)
            text.remove_suffix(1);
        else if (text.ends_with(no_break))
            text.remove_suffix(no_break.size());
        else
            break;
    }
    return text;
}

std::string shown(std::string_view text)
{
    constexpr std::size_t longest = 60;
    std::string_view rest = text;
    for (std::size_t n = 0; n < longest && next_character(rest);) ++n;
    const std::string cut = std::string{text.substr(0, text.size() - rest.size())} + (rest.empty() ? "" : "...");
    return cut.find(' ') == std::string::npos ? cut : '"' + cut + '"';
}

bool same_word(std::string_view one, std::string_view other) noexcept
{
    return std::ranges::equal(one, other, {}, lower, lower);
}

std::string_view nearest_word(std::string_view typed, std::string_view words)
{
    constexpr std::size_t longest = 64;  // nobody mistypes a word into a page
    if (typed.empty() || typed.size() > longest) return {};
    std::size_t best = (typed.size() + 2) / 3 + 1;  // one slip in three letters, two swapped in four
    std::string_view nearest;
    while (!words.empty()) {
        const auto word = next_word(words);
        const bool begun = typed.size() >= 3 && same_word(word.substr(0, typed.size()), typed);
        const auto edits = begun ? 1 : edits_between(typed, word);
        if (edits < best) best = edits, nearest = word;
    }
    return nearest;
}

}  // namespace provisioning
