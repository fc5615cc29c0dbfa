#include "daemon/ctl/exporting.hpp"
#include "daemon/ctl/connection.hpp"
#include "daemon/ctl/csv.hpp"
#include "daemon/ctl/paging.hpp"

#include "provisioning/refusal.hpp"

#include <ostream>
#include <unordered_set>

namespace ctl {
namespace {

namespace json = boost::json;
using provisioning::ErrorCode;
using provisioning::Refusal;

constexpr std::string_view everything = "1000000000";

/// What narrows the list, and the order in which what is new comes last, where there is one.
json::object arguments_of(const Invocation& invocation, const admin::Command& list)
{
    json::object arguments{{"limit", everything}};
    for (const auto* name : {"login", "nas", "since"}) {
        const auto at = invocation.values.find(name);
        if (at == invocation.values.end()) continue;
        if (admin::find_argument(list, name) == nullptr)
            throw Refusal(ErrorCode::usage, name, "`" + list.name() + "` cannot be narrowed by it, leave it out");
        arguments[name] = at->second.front();
    }
    if (list.noun == "session") {
        arguments["closed"] = true;
        arguments["sort"] = "started_at";
    }
    return arguments;
}

class Writer {
public:
    Writer(std::ostream& output, std::vector<admin::Column> columns, bool as_json)
        : output_(output), columns_(std::move(columns)), as_json_(as_json)
    {
        output_ << (as_json_ ? "[" : csv_header(columns_));
    }
    void write(const json::array& rows)
    {
        for (const auto& row : rows) {
            if (!seen_.insert(row.at("id").to_number<std::int64_t>()).second) continue;
            if (as_json_)
                output_ << (seen_.size() > 1 ? ",\n" : "") << json::serialize(row);
            else
                output_ << csv_line(columns_, row.as_object());
        }
    }
    void end() { output_ << (as_json_ ? "]\n" : ""); }

private:
    std::ostream& output_;
    std::vector<admin::Column> columns_;
    bool as_json_;
    std::unordered_set<std::int64_t> seen_;
};

} // namespace

void export_rows(const std::string& socket, const Invocation& invocation, std::ostream& output)
{
    const auto& list = *admin::find_command(chosen(invocation, "noun") + " list");
    const bool as_json = chosen(invocation, "format") == "json" || invocation.json;
    const auto arguments = arguments_of(invocation, list);
    Connection connection(socket, std::chrono::seconds{list.patience_s});
    std::optional<Writer> writer; // after the first page: a refusal is alone on the output
    ask_for_pages(connection, list, arguments, [&](json::value&& rows) {
        if (!writer)
            writer.emplace(output, list.record != nullptr ? admin::columns_of(*list.record) : list.columns, as_json);
        if (rows.is_array()) writer->write(rows.get_array());
    });
    writer->end();
}

} // namespace ctl
