#include "daemon/ctl/csv.hpp"

namespace ctl {
namespace {

namespace json = boost::json;

std::string plain(const json::value& value)
{
    if (value.is_null()) return {};
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    if (const auto* text = value.if_string()) return std::string{std::string_view{*text}};
    const auto* list = value.if_array();
    if (list == nullptr) return json::serialize(value);
    std::string joined;
    for (const auto& one : *list) joined += (joined.empty() ? "" : ";") + plain(one);
    return joined;
}

std::string field(const std::string& text)
{
    if (text.find_first_of("\",\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string{"\"\""} : std::string(1, c);
    return quoted + '"';
}

} // namespace

std::string csv_header(std::span<const admin::Column> columns)
{
    std::string line;
    for (const auto& column : columns) line.append(line.empty() ? "" : ",").append(column.name);
    return line + "\r\n";
}

std::string csv_line(std::span<const admin::Column> columns, const json::object& row)
{
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto* value = row.if_contains(columns[i].name);
        line += (i == 0 ? "" : ",") + (value == nullptr ? std::string{} : field(plain(*value)));
    }
    return line + "\r\n";
}

} // namespace ctl
