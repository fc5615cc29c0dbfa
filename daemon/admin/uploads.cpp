// daemon/admin/uploads.cpp
#include "daemon/admin/uploads.hpp"

#include "provisioning/rules/text.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace admin {
namespace {

namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::Refusal;

constexpr std::size_t most_octets = std::size_t{256} << 20;
constexpr std::size_t most_at_once = 8;
constexpr std::chrono::minutes forgotten_after{10};

std::vector<std::string> row_of(const std::string& text, std::size_t width)
{
    boost::system::error_code error;
    const auto value = json::parse(text, error);
    const auto* array = error ? nullptr : value.if_array();
    const bool texts =
        array != nullptr && std::ranges::all_of(*array, [](const json::value& one) { return one.is_string(); });
    if (!texts || array->size() != width)
        throw Refusal(ErrorCode::usage, "row",
                      "each is a JSON array of " + std::to_string(width) + " strings, one for each column");
    std::vector<std::string> row;
    for (const auto& one : *array) row.emplace_back(std::string_view{one.get_string()});
    return row;
}

}  // namespace

std::string Upload::of(std::size_t row, std::string_view column) const
{
    const auto at = std::ranges::find(columns, column);
    return at == columns.end() ? std::string{} : rows[row][static_cast<std::size_t>(at - columns.begin())];
}

std::optional<Upload> Uploads::take(const Call& call)
{
    const auto columns = call.arguments.all("column");
    const auto key = call.actor.name + '/' + call.command.name() + '/' + call.arguments.text("transfer");
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    std::erase_if(parts_, [&](const auto& entry) { return now - entry.second.touched > forgotten_after; });
    if (parts_.size() >= most_at_once && !parts_.contains(key))
        throw Refusal(ErrorCode::conflict, "", "other files are being sent, try again later");
    auto& part = parts_[key];
    try {
        part.touched = now;
        if (part.upload.columns.empty()) part.upload.columns = columns;
        if (part.upload.columns != columns)
            throw Refusal(ErrorCode::usage, "column", "the parts of a transfer have the same columns");
        for (const auto& text : call.arguments.all("row")) {
            part.octets += text.size();
            if (part.octets > most_octets) throw Refusal(ErrorCode::usage, "row", "the file is too large, split it");
            part.upload.rows.push_back(row_of(text, columns.size()));
        }
    } catch (const Refusal&) {
        parts_.erase(key);
        throw;
    }
    if (call.arguments.on("more")) return std::nullopt;
    auto whole = std::move(part.upload);
    parts_.erase(key);
    return whole;
}

void check_columns(const Upload& upload, std::string_view known, std::string_view required)
{
    const auto has = [](std::string_view words, std::string_view wanted) {
        while (!words.empty())
            if (provisioning::next_word(words) == wanted) return true;
        return false;
    };
    for (const auto& column : upload.columns) {
        if (has(known, column)) continue;
        const auto near = provisioning::nearest_word(column, known);
        throw Refusal(
            ErrorCode::invalid, "column",
            "there is no column " + provisioning::shown(column) +
                (near.empty() ? ", there are: " + std::string{known} : ", did you mean " + std::string{near} + '?'));
    }
    if (std::ranges::count(upload.columns, required) != 1)
        throw Refusal(ErrorCode::invalid, "column", "the header needs " + std::string{required} + " once");
}

}  // namespace admin
