// daemon/ctl/values.cpp
#include "daemon/ctl/values.hpp"

#include "provisioning/rules/documents.hpp"
#include "provisioning/rules/values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ctl {
namespace {

namespace json = boost::json;
using admin::FieldType;

constexpr std::string_view nothing = "-";

std::uint64_t unsigned_of(const json::value& value)
{
    if (value.is_uint64()) return value.get_uint64();
    return value.is_int64() && value.get_int64() > 0 ? static_cast<std::uint64_t>(value.get_int64()) : 0;
}

std::string joined(const json::array& values)
{
    std::string text;
    for (const auto& value : values) {
        if (!text.empty()) text += ", ";
        text += for_people({}, value);
    }
    return text.empty() ? std::string{nothing} : text;
}

std::string joined(const json::object& members)
{
    std::string text;
    for (const auto& [name, value] : members) {
        if (!text.empty()) text += ", ";
        text += std::string{std::string_view{name}} + ' ' + for_people({}, value);
    }
    return text.empty() ? std::string{nothing} : text;
}

}  // namespace

std::string for_people(const admin::Column& column, const json::value& value)
{
    if (value.is_null()) return std::string{nothing};
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    if (const auto* array = value.if_array()) return joined(*array);
    if (const auto* object = value.if_object()) return joined(*object);
    if (const auto* text = value.if_string()) {
        if (text->empty()) return std::string{nothing};
        const auto clean = printable(std::string_view{*text});
        return column.type == FieldType::document ? provisioning::masked_document(clean) : clean;
    }
    if (value.is_number() && column.shown == admin::Column::Shown::octets) return octets_text(unsigned_of(value));
    if (value.is_number() && column.type == FieldType::rate) return provisioning::rate_text(unsigned_of(value));
    if (value.is_number() && column.type == FieldType::octets) return provisioning::octets_text(unsigned_of(value));
    if (value.is_double()) return fmt::format("{:.1f}", value.get_double());
    return json::serialize(value);
}

Align align_of(const admin::Column& column) noexcept
{
    switch (column.type) {
    case FieldType::integer:
    case FieldType::seconds:
    case FieldType::money:
    case FieldType::rate:
    case FieldType::octets:
        return Align::right;
    default:
        return Align::left;
    }
}

std::string octets_text(std::uint64_t octets)
{
    constexpr std::uint64_t kibi = 1024;
    if (octets < kibi) return fmt::format("{} B", octets);
    auto scaled = static_cast<double>(octets);
    std::string_view unit = "B";
    for (const std::string_view next : {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}) {
        if (scaled < static_cast<double>(kibi)) break;
        scaled /= static_cast<double>(kibi);
        unit = next;
    }
    return fmt::format("{:.1f} {}", scaled, unit);
}

std::string label(std::string_view name)
{
    std::string text{name};
    std::ranges::replace(text, '_', ' ');
    return text;
}

std::string upper_case(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

}  // namespace ctl
