// provisioning/records/field.cpp - canonical values, type by type; the records' checks stand in checks.cpp.
#include "provisioning/records/field.hpp"

#include "provisioning/rules/address.hpp"
#include "provisioning/rules/documents.hpp"
#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

#include <charconv>
#include <optional>

namespace provisioning {
namespace {

[[noreturn]] void refuse(const Field& field, std::string message)
{
    throw Refusal(ErrorCode::invalid, std::string{field.name}, std::move(message));
}

std::string or_refuse(const Field& field, std::string_view typed, std::optional<std::string> value,
                      std::string_view remedy)
{
    if (!value) refuse(field, shown(typed) + ' ' + std::string{remedy});
    return *std::move(value);
}

// "1 to 200", of whatever is counted.
std::string check_length(const Field& field, std::string_view text, std::size_t length, std::string_view counted)
{
    constexpr std::int64_t usual_longest = 200;
    const auto most = field.maximum > 0 ? field.maximum : usual_longest;
    const auto least = field.minimum > 0 ? field.minimum : 1;
    if (const auto n = static_cast<std::int64_t>(length); n < least || n > most) {
        refuse(field, "is " + std::to_string(n) + ' ' + std::string{counted} + " long, give " + std::to_string(least) +
                          " to " + std::to_string(most));
    }
    return std::string{text};
}

std::string canonical_login_name(const Field& field, std::string_view typed)
{
    for (auto rest = typed; const auto character = next_character(rest);) {
        if (is_blank(*character))
            refuse(field, shown(typed) + " has a space in it, give a name without, like joao@isp");
    }
    return check_length(field, typed, typed.size(), "octets");
}

std::string canonical_number(const Field& field, std::string_view typed)
{
    const std::string_view noun = field.type == FieldType::seconds ? "seconds" : "a number";
    const bool bounded = field.minimum != 0 || field.maximum != 0;
    const std::string remedy =
        ", give " + std::string{field.unit.empty() ? noun : field.unit} +
        (bounded ? " from " + std::to_string(field.minimum) + " to " + std::to_string(field.maximum) : std::string{});

    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), value);
    if (error == std::errc::result_out_of_range) refuse(field, shown(typed) + " is out of range" + remedy);
    if (error != std::errc{} || end != typed.data() + typed.size())
        refuse(field, shown(typed) + " is not a whole number" + remedy);
    if (bounded && (value < field.minimum || value > field.maximum))
        refuse(field, shown(typed) + " is out of range" + remedy);
    return std::to_string(value);
}

std::string canonical_rate(const Field& field, std::string_view typed)
{
    const auto value = rate(typed);
    if (!value) refuse(field, shown(typed) + " is not a rate, give bits a second like 300M, 512k or 9600");
    const auto least = static_cast<std::uint64_t>(field.minimum);
    const auto most = static_cast<std::uint64_t>(field.maximum);
    if (most != 0 && (*value < least || *value > most)) {
        refuse(field,
               shown(typed) + " is out of range, give a rate from " + rate_text(least) + " to " + rate_text(most));
    }
    return std::to_string(*value);
}

std::string canonical_octets(const Field& field, std::string_view typed)
{
    const auto value = octets(typed);
    if (!value) refuse(field, shown(typed) + " is not an amount of traffic, give octets like 500G, 1.5T or 750M");
    const auto least = static_cast<std::uint64_t>(field.minimum);
    const auto most = static_cast<std::uint64_t>(field.maximum);
    if (most != 0 && (*value < least || *value > most)) {
        refuse(field,
               shown(typed) + " is out of range, give octets from " + octets_text(least) + " to " + octets_text(most));
    }
    return std::to_string(*value);
}

std::string canonical_boolean(const Field& field, std::string_view typed)
{
    if (same_word(typed, "yes") || same_word(typed, "true")) return "true";
    if (same_word(typed, "no") || same_word(typed, "false")) return "false";
    refuse(field, shown(typed) + " is neither yes nor no");
}

// "natural, legal or foreign"
std::string alternatives(std::string_view words)
{
    std::string text{next_word(words)};
    while (!words.empty()) {
        const auto word = next_word(words);
        text.append(words.empty() ? " or " : ", ").append(word);
    }
    return text;
}

std::string canonical_choice(const Field& field, std::string_view typed, std::string_view choices)
{
    for (auto rest = choices; !rest.empty();) {
        if (const auto choice = next_word(rest); same_word(choice, typed)) return std::string{choice};
    }
    const auto near = nearest_word(typed, choices);
    refuse(field, shown(typed) + " is not known, " +
                      (near.empty() ? std::string{} : "did you mean " + std::string{near} + "? ") + "give " +
                      alternatives(choices));
}

std::string canonical_tristate(const Field& field, std::string_view typed)
{
    if (same_word(typed, "true")) return "yes";
    if (same_word(typed, "false")) return "no";
    return canonical_choice(field, typed, "yes no default");
}

std::string canonical_prefix(const Field& field, std::string_view typed)
{
    if (const auto prefix = parse_prefix(typed)) return to_text(*prefix);
    if (const auto meant = enclosing_prefix(typed))
        refuse(field, shown(typed) + " has bits set after its prefix, give " + to_text(*meant));
    refuse(field, shown(typed) + " is not an address or prefix, give it like 10.0.0.1, 10.0.0.0/24 or 2001:db8::/32");
}

std::string canonical_ipv4(const Field& field, std::string_view typed)
{
    const auto address = parse_address(typed);
    if (!address || !address->is_ipv4())
        refuse(field, shown(typed) + " is not an IPv4 address, give it like 100.64.0.7");
    return to_text(*address);
}

// Bare where it is a CPF or a CNPJ, whoever it belongs to; the client's own check knows which of them it must be.
std::string canonical_document(const Field& field, std::string_view typed)
{
    if (auto digits = cpf(typed)) return *std::move(digits);
    if (auto characters = cnpj(typed)) return *std::move(characters);
    return check_length(field, typed, character_count(typed), "characters");
}

std::string canonical_text(const Field& field, std::string_view typed)
{
    switch (field.type) {
    case FieldType::login_name:
        return canonical_login_name(field, typed);
    case FieldType::integer:
    case FieldType::seconds:
        return canonical_number(field, typed);
    case FieldType::money:
        return or_refuse(field, typed, money(typed), "is not an amount, give it like 99.90 or 99,90");
    case FieldType::rate:
        return canonical_rate(field, typed);
    case FieldType::octets:
        return canonical_octets(field, typed);
    case FieldType::boolean:
        return canonical_boolean(field, typed);
    case FieldType::tristate:
        return canonical_tristate(field, typed);
    case FieldType::choice:
        return canonical_choice(field, typed, field.choices);
    case FieldType::date:
        return or_refuse(field, typed, date(typed), "is not a day, give it like 2026-12-10 or 10/12/2026");
    case FieldType::instant:
        if (field.takes_days) {
            if (auto day = date(typed)) return *std::move(day);
        }
        return or_refuse(field, typed, instant(typed),
                         field.takes_days ? "is neither a day nor an instant, give it like 2026-12-31 or "
                                            "2026-11-20T21:14:05-03:00"
                                          : "is not an instant, give it like 2026-11-20T21:14:05-03:00");
    case FieldType::prefix:
        return canonical_prefix(field, typed);
    case FieldType::ipv4:
        return canonical_ipv4(field, typed);
    case FieldType::document:
        return canonical_document(field, typed);
    case FieldType::email:
        return or_refuse(
            field, typed, email(typed),
            "is not an e-mail address, give it like ana@example.com, several separated by ; without spaces");
    case FieldType::phone:
        return or_refuse(field, typed, phone(typed),
                         "is not a phone number, give it with its area code like (11) 91234-5678, or +351912345678");
    case FieldType::text:
    case FieldType::text_list:
    case FieldType::reference:
    case FieldType::reference_list:
    case FieldType::secret:
        break;
    }
    return check_length(field, typed, character_count(typed), "characters");
}

}  // namespace

std::string_view first_value(const Record& record, std::string_view name) noexcept
{
    const auto at = record.find(name);
    return at == record.end() || at->second.empty() ? std::string_view{} : std::string_view{at->second.front()};
}

std::string canonical(const Field& field, std::string_view typed)
{
    if (field.type == FieldType::secret) return check_length(field, typed, typed.size(), "octets");
    const auto value = trimmed(typed);
    if (!clean_text(value)) refuse(field, "has control characters or is not UTF-8, give plain text on one line");
    if (value.empty()) {
        refuse(field, field.given == Given::required
                          ? std::string{"is empty, give a value"}
                          : "is empty, give a value, or empty the field with --clear " + std::string{field.name});
    }
    return canonical_text(field, value);
}

}  // namespace provisioning
