// provisioning/rules/documents.cpp
#include "provisioning/rules/documents.hpp"

namespace provisioning {
namespace {

// In a mask: '9' a digit, 'A' a digit or letter, anything else a separator that may be left out.
constexpr std::string_view cpf_mask = "999.999.999-99";
constexpr std::string_view cnpj_mask = "AA.AAA.AAA/AAAA-99";
constexpr int cpf_top_weight = 11, cnpj_top_weight = 9;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// The characters of `typed` without separators, upper case; nothing when it does not follow `mask`.
std::optional<std::string> bare(std::string_view typed, std::string_view mask)
{
    std::string characters;
    for (const char place : mask) {
        const char next = typed.empty() ? '\0' : upper(typed.front());
        const bool separator = place != '9' && place != 'A';
        if (separator && next != place) continue;
        if (!separator) {
            if (!is_digit(next) && !(place == 'A' && is_upper(next))) return std::nullopt;
            characters += next;
        }
        typed.remove_prefix(1);
    }
    if (!typed.empty()) return std::nullopt;
    return characters;
}

// Modulo 11 with the weights 2, 3, ... `top_weight`, 2, ... from the right; a letter counts as its code less 48.
char check_digit(std::string_view characters, int top_weight)
{
    int sum = 0;
    int weight = 2;
    for (auto at = characters.rbegin(); at != characters.rend(); ++at) {
        sum += (*at - '0') * weight;
        weight = weight == top_weight ? 2 : weight + 1;
    }
    const int rest = sum % 11;
    return static_cast<char>('0' + (rest < 2 ? 0 : 11 - rest));
}

bool all_equal(std::string_view characters)
{
    return characters.find_first_not_of(characters.front()) == std::string_view::npos;
}

std::optional<std::string> check_digits(std::string_view typed, std::string_view mask, int top_weight)
{
    auto characters = bare(typed, mask);
    if (!characters || all_equal(*characters)) return std::nullopt;
    characters->resize(characters->size() - 2);
    *characters += check_digit(*characters, top_weight);
    *characters += check_digit(*characters, top_weight);
    return characters->substr(characters->size() - 2);
}

std::optional<std::string> document(std::string_view typed, std::string_view mask, int top_weight)
{
    const auto expected = check_digits(typed, mask, top_weight);
    if (!expected) return std::nullopt;
    auto characters = bare(typed, mask);
    if (!characters->ends_with(*expected)) return std::nullopt;
    return characters;
}

std::string with_mask(std::string_view characters, std::string_view mask)
{
    std::string text;
    for (const char place : mask) {
        const bool separator = place != '9' && place != 'A';
        text += separator ? place : characters.front();
        if (!separator) characters.remove_prefix(1);
    }
    return text;
}

}  // namespace

std::optional<std::string> cpf(std::string_view typed) { return document(typed, cpf_mask, cpf_top_weight); }
std::optional<std::string> cnpj(std::string_view typed) { return document(typed, cnpj_mask, cnpj_top_weight); }

std::optional<std::string> cpf_check_digits(std::string_view typed)
{
    return check_digits(typed, cpf_mask, cpf_top_weight);
}

std::optional<std::string> cnpj_check_digits(std::string_view typed)
{
    return check_digits(typed, cnpj_mask, cnpj_top_weight);
}

std::string masked_document(std::string_view canonical)
{
    if (cpf(canonical) == canonical) return with_mask(canonical, cpf_mask);
    if (cnpj(canonical) == canonical) return with_mask(canonical, cnpj_mask);
    return std::string{canonical};
}

}  // namespace provisioning
