// daemon/admin/typing.cpp
#include "daemon/admin/typing.hpp"

#include "provisioning/reason.hpp"

#include <algorithm>
#include <charconv>

namespace admin {
namespace {

namespace json = boost::json;

json::value number(const std::string& text)
{
    const auto* const end = text.data() + text.size();
    std::int64_t value = 0;
    if (const auto read = std::from_chars(text.data(), end, value); read.ec == std::errc{} && read.ptr == end)
        return value;
    std::uint64_t octets = 0;  // RFC 2869 s5.1: octets with their gigawords take all 64 bits
    if (const auto read = std::from_chars(text.data(), end, octets); read.ec == std::errc{} && read.ptr == end)
        return octets;
    return json::string(text);
}

json::array list(const std::vector<std::string>& values)
{
    json::array array;
    for (const auto& value : values) array.emplace_back(value);
    return array;
}

}  // namespace

boost::json::value to_json(FieldType type, const std::vector<std::string>& values)
{
    if (type == FieldType::text_list || type == FieldType::reference_list) return list(values);
    if (values.empty()) return nullptr;
    const auto& value = values.front();
    switch (type) {
    case FieldType::integer:
    case FieldType::seconds:
    case FieldType::rate:
    case FieldType::octets:
        return number(value);
    case FieldType::boolean:
        return value == "true" || value == "t" || value == "yes";
    case FieldType::secret:
        return json::string("set");
    default:
        return json::string(value);
    }
}

boost::json::object to_json(const provisioning::RecordType& type, const provisioning::Record& record)
{
    static const std::vector<std::string> nothing;
    json::object object;
    for (const auto& column : columns_of(type)) {
        const auto at = record.find(column.name);
        object[column.name] = to_json(column.type, at == record.end() ? nothing : at->second);
    }
    for (const auto& [name, values] : record) {
        if (object.if_contains(name) == nullptr) object[name] = to_json(FieldType::text, values);
    }
    return object;
}

boost::json::array to_json(const provisioning::RecordType& type, const std::vector<provisioning::Record>& records)
{
    json::array array;
    array.reserve(records.size());
    for (const auto& record : records) array.emplace_back(to_json(type, record));
    return array;
}

boost::json::array to_json(std::span<const Column> columns, const std::vector<provisioning::store::Row>& rows)
{
    json::array array;
    array.reserve(rows.size());
    for (const auto& row : rows) {
        json::object object;
        for (const auto& column : columns) {
            const auto at = std::ranges::find(row, column.name, &provisioning::store::Row::value_type::first);
            const bool there = at != row.end() && at->second.has_value();
            object[column.name] = to_json(column.type, there ? std::vector{*at->second} : std::vector<std::string>{});
        }
        array.emplace_back(std::move(object));
    }
    return array;
}

boost::json::value sentence_of(const boost::json::object& decision)
{
    const auto* reason = decision.at("reason").if_string();
    if (reason == nullptr) return nullptr;
    for (const auto& text : provisioning::reasons())
        if (text.name == std::string_view{*reason}) return json::string(text.operator_);
    return nullptr;
}

}  // namespace admin
