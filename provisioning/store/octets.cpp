#include "provisioning/store/octets.hpp"

namespace provisioning::store {
namespace {

std::uint8_t digit(char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

}  // namespace

std::vector<std::uint8_t> octets_of(const pqxx::field& field)
{
    std::string_view text{field.c_str(), field.size()};
    if (text.starts_with("\\x")) text.remove_prefix(2);
    std::vector<std::uint8_t> out(text.size() / 2);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint8_t>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
    return out;
}

std::string hexadecimal(std::span<const std::uint8_t> octets)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "\\x";
    for (const auto octet : octets) {
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return text;
}

}  // namespace provisioning::store
