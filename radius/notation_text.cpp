// radius/notation_text.cpp - octets as operators' text.
#include "radius/notation.hpp"

#include <algorithm>

namespace radius::notation {
namespace {

using Octets = std::span<const std::uint8_t>;

constexpr std::string_view hex_digits = "0123456789abcdef";

/// A group of two octets without leading zeros.
void add_group(std::string& text, Octets octets, std::size_t group)
{
    const auto value = static_cast<unsigned>(octets[2 * group] << 8 | octets[2 * group + 1]);
    bool begun = false;
    for (const unsigned shift : {12U, 8U, 4U, 0U}) {
        const auto digit = value >> shift & 0xfU;
        begun = begun || digit != 0 || shift == 0;
        if (begun) text += hex_digits[digit];
    }
}

std::string groups(Octets octets, std::size_t first, std::size_t end)
{
    std::string text;
    for (auto group = first; group < end; ++group) {
        if (group != first) text += ':';
        add_group(text, octets, group);
    }
    return text;
}

/// Where the first of the longest runs of zero groups begins, and how many they are.
std::pair<std::size_t, std::size_t> longest_gap(Octets octets) noexcept
{
    std::pair<std::size_t, std::size_t> longest{0, 0};
    std::size_t run = 0;
    for (std::size_t group = 0; group < octets.size() / 2; ++group) {
        run = octets[2 * group] == 0 && octets[2 * group + 1] == 0 ? run + 1 : 0;
        if (run > longest.second) longest = {group + 1 - run, run};
    }
    return longest;
}

/// How many octets the character at the start of `text` has: 0 when it is no UTF-8 or a control character.
std::size_t character_octets(std::string_view text) noexcept
{
    const auto octet = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto first = octet(0);
    if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((octet(i) & 0xc0U) != 0x80U) return 0;
    const auto second = octet(1);
    const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
    const bool control = first == 0xc2 && second < 0xa0;
    return overlong || beyond || control ? 0 : length;
}

}  // namespace

std::string hexadecimal_of(Octets octets)
{
    std::string text = "0x";
    for (const auto octet : octets) {
        text += hex_digits[octet >> 4U];
        text += hex_digits[octet & 0xfU];
    }
    return text;
}

std::string text_of(const std::array<std::uint8_t, 4>& address)
{
    std::string text;
    for (const auto octet : address) text += (text.empty() ? "" : ".") + std::to_string(octet);
    return text;
}

std::string text_of(const std::array<std::uint8_t, 16>& address)
{
    const auto [at, length] = longest_gap(address);
    if (length < 2) return groups(address, 0, 8);
    return groups(address, 0, at) + "::" + groups(address, at + length, 8);
}

std::string text_of(const std::array<std::uint8_t, 8>& interface_id) { return groups(interface_id, 0, 4); }

bool printable(std::string_view text) noexcept
{
    if (text.empty()) return false;
    while (!text.empty()) {
        const auto octets = character_octets(text);
        if (octets == 0) return false;
        text.remove_prefix(octets);
    }
    return true;
}

}  // namespace radius::notation
