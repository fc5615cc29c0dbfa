// daemon/ctl/paging.cpp
#include "daemon/ctl/paging.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace ctl {
namespace {

namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::Refusal;

constexpr std::int64_t usual_page = 2000;
constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

// The number typed for it, or the table's default, or `otherwise`. What is no number goes to the daemon, to be refused.
std::optional<std::int64_t> number(const admin::Command& command, const json::object& arguments, std::string_view name,
                                   std::int64_t otherwise)
{
    std::string_view text = admin::find_argument(command, name)->default_value;
    if (const auto* typed = arguments.if_contains(name)) text = typed->get_string();
    if (text.empty() && !arguments.contains(name)) return otherwise;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return {};
    return value;
}

bool too_long(const Refusal& refusal) { return refusal.code() == ErrorCode::usage && refusal.field() == "limit"; }

} // namespace

bool is_paged(const admin::Command& command) noexcept
{
    return admin::find_argument(command, "limit") != nullptr && admin::find_argument(command, "offset") != nullptr;
}

void ask_for_pages(Connection& connection, const admin::Command& command, json::object arguments,
                   const std::function<void(json::value&&)>& take)
{
    const auto wanted = number(command, arguments, "limit", no_limit);
    const auto offset = number(command, arguments, "offset", 0);
    if (!wanted || *wanted == 0 || !offset) return take(connection.ask(command.name(), arguments));

    auto page = usual_page;
    std::int64_t taken = 0;
    while (taken < *wanted) {
        const auto asked = std::min(page, *wanted - taken);
        arguments["limit"] = asked;
        arguments["offset"] = *offset + taken;
        json::value rows;
        try {
            rows = connection.ask(command.name(), arguments);
        } catch (const Refusal& refusal) {
            if (!too_long(refusal) || page == 1) throw;
            page = std::max<std::int64_t>(page / 2, 1);
            continue;
        }
        const auto got = rows.is_array() ? static_cast<std::int64_t>(rows.get_array().size()) : 0;
        take(std::move(rows));
        taken += got;
        if (got < asked) return;
    }
}

json::value ask_in_pages(Connection& connection, const admin::Command& command, json::object arguments)
{
    json::array all;
    json::value other;
    ask_for_pages(connection, command, std::move(arguments), [&](json::value&& rows) {
        if (!rows.is_array())
            other = std::move(rows);
        else
            for (auto& row : rows.get_array()) all.push_back(std::move(row));
    });
    return other.is_null() ? json::value(std::move(all)) : other;
}

} // namespace ctl
