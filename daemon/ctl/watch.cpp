// daemon/ctl/watch.cpp
#include "daemon/ctl/watch.hpp"
#include "daemon/ctl/grid.hpp"
#include "daemon/ctl/values.hpp"

#include <chrono>
#include <thread>

namespace ctl {
namespace {

namespace json = boost::json;
using admin::Column;

constexpr std::chrono::milliseconds pause{500};

// As wide as most values are; a longer one pushes the rest of its own line.
std::size_t width_of(std::string_view column) noexcept
{
    if (column == "at") return 29;
    if (column == "login") return 28;
    if (column == "reason") return 19;
    if (column == "mac") return 17;
    if (column == "nas") return 12;
    return 8;
}

/// Prints what came and returns the last id, or `after` when nothing came.
std::int64_t print(const Invocation& invocation, const json::array& rows, std::int64_t after, std::ostream& output)
{
    for (const auto& row : rows) {
        const auto* object = row.if_object();
        if (object == nullptr) continue;
        output << (invocation.json ? json::serialize(*object) + '\n' : watched_line(*invocation.command, object));
        if (const auto* id = object->if_contains("id"); id != nullptr && id->is_number())
            after = std::max(after, id->to_number<std::int64_t>());
    }
    output.flush();
    return after;
}

}  // namespace

std::string watched_line(const admin::Command& command, const json::object* row)
{
    std::string line;
    for (const auto& column : command.columns) {
        if (column.shown == Column::Shown::json_only) continue;
        const auto* value = row == nullptr ? nullptr : row->if_contains(column.name);
        auto cell = row == nullptr     ? upper_case(label(column.name))
                    : value == nullptr ? std::string{"-"}
                                       : for_people(column, *value);
        const auto columns = width(cell);
        const auto wanted = width_of(column.name);
        line += cell + std::string(wanted > columns ? wanted - columns : 0, ' ') + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
}

void watch(Connection& connection, const Invocation& invocation, json::object arguments, std::ostream& output)
{
    const auto& name = invocation.command->name();
    if (!invocation.json) output << watched_line(*invocation.command, nullptr);
    std::int64_t after = 0;
    while (output) {
        const auto rows = connection.ask(name, arguments);
        if (const auto* array = rows.if_array()) after = print(invocation, *array, after, output);
        arguments["after"] = after;
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace ctl
