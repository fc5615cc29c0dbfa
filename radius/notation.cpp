// radius/notation.cpp - numbers and addresses as text.
#include "radius/notation.hpp"

#include <algorithm>
#include <charconv>

namespace radius::notation {
namespace {

template <class Number>
std::optional<Number> digits(std::string_view text, int base) noexcept
{
    Number value{};
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const auto [stop, error] = std::from_chars(begin, end, value, base);
    if (text.empty() || error != std::errc{} || stop != end) return {};
    return value;
}

/// Cuts `text` at its first `separator` and returns what stood before it; all of it when there is none.
std::string_view take_until(std::string_view& text, char separator) noexcept
{
    const auto piece = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(text.size(), piece.size() + 1));
    return piece;
}

struct Groups {
    std::array<std::uint8_t, 16> octets{};
    std::size_t used = 0;
};

/// Groups of one to four hexadecimal digits between colons; the last may be an IPv4 address. Empty text is no group.
std::optional<Groups> groups_of(std::string_view text) noexcept
{
    Groups groups;
    if (text.ends_with(':')) return {};
    while (!text.empty()) {
        const auto group = take_until(text, ':');
        if (const auto tail = ipv4(group); tail && text.empty() && groups.used <= 12) {
            std::ranges::copy(*tail, groups.octets.begin() + static_cast<std::ptrdiff_t>(groups.used));
            groups.used += 4;
            return groups;
        }
        const auto value = group.size() > 4 ? std::nullopt : digits<std::uint16_t>(group, 16);
        if (!value || groups.used == groups.octets.size()) return {};
        groups.octets[groups.used++] = static_cast<std::uint8_t>(*value >> 8);
        groups.octets[groups.used++] = static_cast<std::uint8_t>(*value);
    }
    return groups;
}

}  // namespace

std::string lower_case(std::string_view text)
{
    std::string lower{text};
    for (auto& letter : lower)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return lower;
}

std::string_view trimmed(std::string_view text) noexcept
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::optional<std::uint64_t> number(std::string_view text) noexcept
{
    if (text.starts_with("0x") || text.starts_with("0X")) return digits<std::uint64_t>(text.substr(2), 16);
    return digits<std::uint64_t>(text, 10);
}

std::optional<std::vector<std::uint8_t>> hexadecimal(std::string_view text)
{
    if (!text.starts_with("0x") && !text.starts_with("0X")) return {};
    text.remove_prefix(2);
    if (text.empty() || text.size() % 2 != 0) return {};
    std::vector<std::uint8_t> octets;
    for (; !text.empty(); text.remove_prefix(2)) {
        const auto octet = digits<std::uint8_t>(text.substr(0, 2), 16);
        if (!octet) return {};
        octets.push_back(*octet);
    }
    return octets;
}

std::optional<std::array<std::uint8_t, 4>> ipv4(std::string_view text) noexcept
{
    std::array<std::uint8_t, 4> address{};
    if (std::ranges::count(text, '.') != 3) return {};
    for (auto& octet : address) {
        const auto piece = take_until(text, '.');
        const auto value = digits<std::uint8_t>(piece, 10);
        if (!value || (piece.size() > 1 && piece.front() == '0')) return {};
        octet = *value;
    }
    return address;
}

std::optional<std::array<std::uint8_t, 16>> ipv6(std::string_view text) noexcept
{
    const auto gap = text.find("::");
    const auto head = groups_of(text.substr(0, gap));
    if (!head) return {};
    if (gap == std::string_view::npos)
        return head->used == head->octets.size() ? std::optional{head->octets} : std::nullopt;

    // The gap stands for at least one group of zeros; an IPv4 tail may only end the whole address.
    const auto tail = groups_of(text.substr(gap + 2));
    if (!tail || head->used + tail->used > 14 || text.substr(0, gap).find('.') != std::string_view::npos) return {};
    auto address = head->octets;
    std::copy_n(tail->octets.begin(), tail->used, address.end() - static_cast<std::ptrdiff_t>(tail->used));
    return address;
}

std::optional<std::array<std::uint8_t, 8>> interface_id(std::string_view text) noexcept
{
    if (text.find('.') != std::string_view::npos) return {};
    const auto groups = groups_of(text);
    std::array<std::uint8_t, 8> id{};
    if (!groups || groups->used != id.size()) return {};
    std::copy_n(groups->octets.begin(), id.size(), id.begin());
    return id;
}

}  // namespace radius::notation
