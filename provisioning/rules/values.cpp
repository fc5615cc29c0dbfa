// provisioning/rules/values.cpp - money, rates and octets; dates stand in dates.cpp, phones, e-mail and MACs in
// contacts.cpp.
#include "provisioning/rules/values.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace provisioning {
namespace {

constexpr std::string_view digit_set = "0123456789";

bool all_digits(std::string_view text)
{
    return !text.empty() && text.find_first_not_of(digit_set) == std::string_view::npos;
}

// "1.234.567" -> "1234567": one to three digits, then groups of three.
std::optional<std::string> ungrouped(std::string_view text)
{
    std::string digits;
    for (bool first = true;; first = false) {
        const auto dot = text.find('.');
        const auto group = text.substr(0, dot);
        if (!all_digits(group) || group.size() > 3 || (!first && group.size() != 3)) return std::nullopt;
        digits += group;
        if (dot == std::string_view::npos) return digits;
        text.remove_prefix(dot + 1);
    }
}

/// The decimal multiples, each a thousand times the one before it.
constexpr std::string_view multiples = "kMGT";

/// A number and one of the first `known` multiples, as many as a bigint holds; no part of one is left over.
std::optional<std::uint64_t> multiplied(std::string_view typed, std::size_t known)
{
    std::size_t zeros = 0;
    for (std::size_t n = 0; n < known && !typed.empty(); ++n) {
        const char letter = multiples[n];
        if ((typed.back() | 0x20) != (letter | 0x20)) continue;
        zeros = 3 * (n + 1);
        typed.remove_suffix(1);
        break;
    }
    const auto mark = typed.find_first_of(".,");
    const auto whole = typed.substr(0, mark);
    const auto fraction = mark == std::string_view::npos ? std::string_view{} : typed.substr(mark + 1);
    if (!all_digits(whole) || (mark != std::string_view::npos && !all_digits(fraction))) return std::nullopt;
    if (fraction.size() > zeros) return std::nullopt;

    const std::string digits = std::string{whole}.append(fraction).append(zeros - fraction.size(), '0');
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());  // bigint
    if (error != std::errc{} || number > most) return std::nullopt;
    return number;
}

std::string in_multiples(std::uint64_t number, std::size_t known)
{
    std::uint64_t unit = 1;
    for (std::size_t n = 0; n < known; ++n) unit *= 1'000;
    for (std::size_t n = known; n > 0; --n, unit /= 1'000)
        if (number > 0 && number % unit == 0) return std::to_string(number / unit) + multiples[n - 1];
    return std::to_string(number);
}

constexpr std::size_t rate_multiples = 3, octets_multiples = 4;

}  // namespace

std::optional<std::string> money(std::string_view typed)
{
    constexpr std::size_t most_digits = 10;  // numeric(12,2)
    const auto comma = typed.find(',');
    const auto mark = comma != std::string_view::npos ? comma : typed.find('.');
    std::string whole{typed.substr(0, mark)};
    if (comma != std::string_view::npos && whole.find('.') != std::string::npos) {
        const auto digits = ungrouped(whole);
        if (!digits) return std::nullopt;
        whole = *digits;
    }
    if (!all_digits(whole)) return std::nullopt;
    std::string cents = "00";
    if (mark != std::string_view::npos) {
        const auto fraction = typed.substr(mark + 1);
        if (!all_digits(fraction) || fraction.size() > cents.size()) return std::nullopt;
        cents.replace(0, fraction.size(), fraction);
    }
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    if (whole.size() > most_digits) return std::nullopt;
    return whole + '.' + cents;
}

std::optional<std::uint64_t> rate(std::string_view typed) { return multiplied(typed, rate_multiples); }
std::string rate_text(std::uint64_t bits_per_second) { return in_multiples(bits_per_second, rate_multiples); }
std::optional<std::uint64_t> octets(std::string_view typed) { return multiplied(typed, octets_multiples); }
std::string octets_text(std::uint64_t octets) { return in_multiples(octets, octets_multiples); }

}  // namespace provisioning
