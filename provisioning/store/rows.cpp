// provisioning/store/rows.cpp - what the queries for people share.
#include "provisioning/store/rows.hpp"

#include "provisioning/rules/text.hpp"
#include "provisioning/rules/values.hpp"

namespace provisioning::store {

std::vector<Row> rows_of(const pqxx::result& result)
{
    std::vector<Row> rows;
    for (const auto& from : result) {
        Row row;
        for (const auto& field : from)
            row.emplace_back(field.name(), field.is_null() ? Value{} : Value{field.as<std::string>()});
        rows.push_back(std::move(row));
    }
    return rows;
}

void use_timezone(Transaction& transaction, std::string_view timezone)
{
    if (!timezone.empty())
        transaction.work().exec_params1("select set_config('timezone', $1, true)", std::string{timezone});
}

Value since_value(std::string_view typed)
{
    const auto what = trimmed(typed);
    if (what.empty()) return std::nullopt;
    if (auto day = date(what)) return day;
    if (auto moment = instant(what)) return moment;
    throw Refusal(ErrorCode::invalid, "since",
                  shown(what) +
                      " is neither a day nor an instant, give it like 2026-11-20 or 2026-11-20T21:14:05-03:00");
}

Value text_or_null(std::string_view typed) { return typed.empty() ? Value{} : Value{std::string{typed}}; }

Value limit_value(std::int64_t limit) { return limit > 0 ? Value{std::to_string(limit)} : std::nullopt; }

}  // namespace provisioning::store
