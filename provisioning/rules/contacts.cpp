// provisioning/rules/contacts.cpp - phones, e-mail and MAC addresses of rules/values.hpp.
#include "provisioning/rules/values.hpp"

#include <algorithm>

namespace provisioning {
namespace {

// The 67 Brazilian area codes (DDD): by first digit, the second digits in use.
constexpr std::string_view second_digits[] = {"",     "123456789", "12478",  "1234578",   "123456789",
                                              "1345", "123456789", "134579", "123456789", "123456789"};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Area code, then a mobile (nine digits from 9) or a fixed line (eight digits from 2 to 5).
bool is_brazilian(std::string_view digits)
{
    if (digits.size() < 10) return false;
    const auto first = static_cast<std::size_t>(digits[0] - '0');
    if (second_digits[first].find(digits[1]) == std::string_view::npos) return false;
    const auto line = digits.substr(2);
    return line.size() == 9 ? line[0] == '9' : line.size() == 8 && line[0] >= '2' && line[0] <= '5';
}

bool is_local_part(std::string_view text)
{
    constexpr std::size_t longest = 64;  // RFC 5321 s4.5.3.1.1
    return !text.empty() && text.size() <= longest && text.find_first_of(" \"(),:;<>@[\\]") == std::string_view::npos;
}

// At least two labels; octets above ASCII pass, since names may be written in UTF-8 (RFC 6531).
bool is_domain(std::string_view text)
{
    std::size_t labels = 0;
    for (;;) {
        const auto dot = text.find('.');
        const auto label = text.substr(0, dot);
        const auto belongs = [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                   static_cast<unsigned char>(c) >= 0x80;
        };
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        if (!std::ranges::all_of(label, belongs)) return false;
        ++labels;
        if (dot == std::string_view::npos) return labels >= 2;
        text.remove_prefix(dot + 1);
    }
}

bool is_email(std::string_view text)
{
    constexpr std::size_t longest = 254;  // RFC 5321 s4.5.3.1.3, less the angle brackets
    const auto at = text.find('@');
    return at != std::string_view::npos && text.size() <= longest && is_local_part(text.substr(0, at)) &&
           is_domain(text.substr(at + 1));
}

}  // namespace

std::optional<std::string> phone(std::string_view typed)
{
    constexpr std::size_t shortest = 7, longest = 15;  // E.164 s6.1; the shortest in use have seven
    const bool international = typed.starts_with('+');
    if (international) typed.remove_prefix(1);
    std::string digits;
    for (const char c : typed) {
        if (is_digit(c))
            digits += c;
        else if (std::string_view{" ().-"}.find(c) == std::string_view::npos)
            return std::nullopt;
    }
    // 55 is Brazil and also an area code: twelve digits or more can only be the country.
    const bool country_first = digits.starts_with("55") && (international || digits.size() >= 12);
    if (international && !country_first) {
        if (digits.size() < shortest || digits.size() > longest || digits[0] == '0') return std::nullopt;
        return '+' + digits;
    }
    const auto national = country_first ? digits.substr(2) : digits;
    if (!is_brazilian(national)) return std::nullopt;
    return "+55" + national;
}

std::optional<std::string> email(std::string_view typed)
{
    if (!clean_text(typed)) return std::nullopt;
    for (std::string_view rest = typed;;) {
        const auto end = rest.find(';');
        if (!is_email(rest.substr(0, end))) return std::nullopt;
        if (end == std::string_view::npos) return std::string{typed};
        rest.remove_prefix(end + 1);
    }
}

std::optional<std::array<char, 17>> mac_form(std::string_view typed) noexcept
{
    constexpr std::size_t digits_in_all = 12;
    // The first separator tells the notation: after 2 digits (aa:bb:...) or 4 (aabb.ccdd.eeff), else there is none.
    const auto first = typed.find_first_of(":-.");
    const bool separated = first != std::string_view::npos;
    if (separated && first != 2 && first != 4) return std::nullopt;
    const std::size_t length = separated ? digits_in_all + digits_in_all / first - 1 : digits_in_all;
    if (typed.size() != length) return std::nullopt;

    std::array<char, 17> form;
    std::size_t filled = 0;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        char c = typed[i];
        if (separated && i % (first + 1) == first) {
            if (c != typed[first]) return std::nullopt;
            continue;
        }
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
        if (!is_digit(c) && !(c >= 'A' && c <= 'F')) return std::nullopt;
        if (filled % 3 == 2) form[filled++] = ':';
        form[filled++] = c;
    }
    return form;
}

std::optional<std::string> mac(std::string_view typed)
{
    const auto form = mac_form(typed);
    if (!form) return std::nullopt;
    return std::string{form->data(), form->size()};
}

} // namespace provisioning
