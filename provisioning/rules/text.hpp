// provisioning/rules/text.hpp - UTF-8 text as operators type it: its characters, its edges, its near misses.
// Source: RFC 3629 (UTF-8; overlong forms, surrogates and values above U+10FFFF are refused).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace provisioning {

/// Takes the first character off `text`; nothing when the octets there are not UTF-8 (or `text` is empty).
std::optional<char32_t> next_character(std::string_view& text) noexcept;
bool is_utf8(std::string_view text) noexcept;
/// Characters in `text`, which is UTF-8.
std::size_t character_count(std::string_view text) noexcept;
/// Without ASCII white space and no-break spaces at both ends.
std::string_view trimmed(std::string_view text) noexcept;
/// True for characters that show nothing: spaces of any width, joiners, direction marks.
bool is_blank(char32_t character) noexcept;
/// `text` for a message: quoted when it has blanks, cut at 60 characters.
std::string shown(std::string_view text);
/// True when both are the same but for ASCII case.
bool same_word(std::string_view one, std::string_view other) noexcept;
/// The word of `words` (separated by spaces) that `typed` was probably meant to be; empty when none is near.
std::string_view nearest_word(std::string_view typed, std::string_view words);

/// Takes the next of `words`, separated by spaces; empty at the end.
constexpr std::string_view next_word(std::string_view& words) noexcept
{
    const auto end = words.find(' ');
    const auto word = words.substr(0, end);
    words = end == std::string_view::npos ? std::string_view{} : words.substr(end + 1);
    return word;
}

}  // namespace provisioning
