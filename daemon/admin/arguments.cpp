// daemon/admin/arguments.cpp
#include "daemon/admin/arguments.hpp"
#include "daemon/admin/today.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace admin {
namespace {

namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::FieldType;
using provisioning::Refusal;

[[noreturn]] void refuse(ErrorCode code, std::string_view name, std::string message)
{
    throw Refusal(code, std::string{name}, std::move(message));
}

bool takes_whole_number(FieldType type) noexcept
{
    switch (type) {
    case FieldType::integer:
    case FieldType::seconds:
    case FieldType::money:
    case FieldType::rate:
    case FieldType::octets:
    case FieldType::reference:
    case FieldType::reference_list:
        return true;
    default:
        return false;
    }
}

bool takes_boolean(FieldType type) noexcept { return type == FieldType::boolean || type == FieldType::tristate; }

// What would be right, for a value of the wrong JSON type.
std::string_view wanted(FieldType type) noexcept
{
    if (takes_boolean(type)) return "give true, false or a string";
    if (type == FieldType::money) return "give a string like \"99.90\"";
    if (takes_whole_number(type)) return "give a whole number or a string";
    return "give a string";
}

std::string to_text(const Argument& argument, const json::value& value)
{
    if (const auto* text = value.if_string()) return std::string{std::string_view{*text}};
    if (value.is_bool() && takes_boolean(argument.type)) return value.get_bool() ? "yes" : "no";
    if (takes_whole_number(argument.type)) {
        if (value.is_int64()) return std::to_string(value.get_int64());
        if (value.is_uint64()) return std::to_string(value.get_uint64());
    }
    refuse(ErrorCode::usage, argument.name,
           "has a JSON value of the wrong type, " + std::string{wanted(argument.type)});
}

// "90s", "10m", "2h", "3d": up to ten years.
std::optional<std::chrono::seconds> duration(std::string_view typed)
{
    constexpr std::int64_t minute = 60, hour = 60 * minute, day = 24 * hour, most = 3653 * day;
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), count);
    if (error != std::errc{} || end + 1 != typed.data() + typed.size() || count < 0) return std::nullopt;
    const auto unit = *end == 's' ? 1 : *end == 'm' ? minute : *end == 'h' ? hour : *end == 'd' ? day : 0;
    if (unit == 0 || count > most / unit) return std::nullopt;
    return std::chrono::seconds{count * unit};
}

// Arguments that fill a record's field get the record's own checks instead.
std::string checked(const Argument& argument, const std::string& typed)
{
    if (argument.field != nullptr) return typed;
    if (argument.type == FieldType::instant) {
        if (auto day = provisioning::date(typed)) return *std::move(day);
        if (const auto ago = duration(typed))
            return instant_in("UTC", std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - *ago);
    }
    const provisioning::Field field{.name = argument.name,
                                    .type = argument.type,
                                    .given = provisioning::Given::required,
                                    .help = argument.help,
                                    .choices = argument.choices,
                                    .minimum = argument.minimum,
                                    .maximum = argument.maximum};
    return provisioning::canonical(field, typed);
}

const Argument& known_argument(const Command& command, std::string_view name)
{
    if (const auto* argument = find_argument(command, name)) return *argument;
    std::string names;
    for (const auto& argument : command.arguments) names.append(names.empty() ? "" : " ").append(argument.name);
    if (names.empty()) refuse(ErrorCode::usage, name, "`" + command.name() + "` takes no argument");
    const auto near = provisioning::nearest_word(name, names);
    refuse(ErrorCode::usage, name,
           "`" + command.name() + "` has no such argument, " +
               (near.empty() ? "it has: " + names : "did you mean " + std::string{near} + '?'));
}

}  // namespace

Arguments::Arguments(const Command& command, const boost::json::object& given) : command_(command)
{
    for (const auto& member : given) {
        const std::string_view name{member.key()};
        const auto stands_for = [&](const Argument& argument) {
            return !argument.alias.empty() && argument.alias == name && given.if_contains(argument.name) == nullptr;
        };
        const auto by_alias = std::ranges::find_if(command.arguments, stands_for);
        const auto several = given.if_contains("where") != nullptr;
        take(by_alias == command.arguments.end() || several ? known_argument(command, name) : *by_alias,
             member.value());
    }
    check_missing();
}

void Arguments::take(const Argument& argument, const boost::json::value& value)
{
    auto& values = values_[std::string{argument.name}];
    if (value.is_null()) {
        if (argument.field == nullptr) values_.erase(std::string{argument.name});
        return;
    }
    if (const auto* array = value.if_array()) {
        if (!argument.repeatable) refuse(ErrorCode::usage, argument.name, "takes one value, not an array");
        for (const auto& one : *array) values.push_back(checked(argument, to_text(argument, one)));
        return;
    }
    if (argument.place == Place::toggle) {
        const auto text = to_text(argument, value);
        if (!provisioning::same_word(text, "yes") && !provisioning::same_word(text, "true")) {
            values_.erase(std::string{argument.name});
            if (!provisioning::same_word(text, "no") && !provisioning::same_word(text, "false"))
                refuse(ErrorCode::usage, argument.name, "is neither true nor false");
            return;
        }
        values.push_back("true");
        return;
    }
    values.push_back(checked(argument, to_text(argument, value)));
}

void Arguments::check_missing() const
{
    std::string names;
    std::string_view first;
    for (const auto& argument : command_.arguments) {
        if (!argument.required || has(argument.name) || (!argument.instead.empty() && has(argument.instead))) continue;
        if (first.empty()) first = argument.name;
        names.append(names.empty() ? "" : ", ").append(argument.name);
        if (!argument.instead.empty()) names.append(" or ").append(argument.instead);
    }
    if (!first.empty()) refuse(ErrorCode::usage, first, "missing: " + names);
}

std::string Arguments::text(std::string_view name) const
{
    if (const auto at = values_.find(name); at != values_.end() && !at->second.empty()) return at->second.front();
    const auto* argument = find_argument(command_, name);
    return argument == nullptr ? std::string{} : std::string{argument->default_value};
}

bool Arguments::on(std::string_view name) const { return has(name) && text(name) == "true"; }

std::int64_t Arguments::number(std::string_view name) const
{
    const auto digits = text(name);
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::vector<std::string> Arguments::all(std::string_view name) const
{
    const auto at = values_.find(name);
    return at == values_.end() ? std::vector<std::string>{} : at->second;
}

provisioning::Record Arguments::fields() const
{
    provisioning::Record record;
    for (const auto& argument : command_.arguments) {
        if (argument.field == nullptr) continue;
        if (const auto at = values_.find(argument.name); at != values_.end())
            record[std::string{argument.field->name}] = at->second;
    }
    return record;
}

}  // namespace admin
