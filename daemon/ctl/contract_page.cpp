// daemon/ctl/contract_page.cpp - contract explain for people.
#include "daemon/ctl/values.hpp"
#include "daemon/ctl/views.hpp"

#include <fmt/format.h>

namespace ctl {
namespace {

namespace json = boost::json;
using admin::Column;
using admin::FieldType;

std::string rules_line(const json::object& rules)
{
    const bool notice = rules.if_contains("notice_required") != nullptr && rules.at("notice_required").as_bool();
    auto line = fmt::format("{}: pending after {} days, cut after {} days", text_of(rules, "profile"),
                            text_of(rules, "pending_days"), text_of(rules, "block_days"));
    if (notice) line += fmt::format(" and {} days after the notice", text_of(rules, "notice_days"));
    if (text_of(rules, "reduced_days") != "-")
        line += fmt::format("; speed first, access {} days later", text_of(rules, "reduced_days"));
    return line + fmt::format("; termination due after {} days", text_of(rules, "termination_days"));
}

std::string lines(const json::array& texts)
{
    std::string all;
    for (const auto& text : texts)
        if (text.is_string()) all += printable(std::string_view{text.get_string()}) + '\n';
    return all;
}

}  // namespace

std::string contract_page(const json::object& result)
{
    const Column debts[] = {{.name = "charge", .type = FieldType::integer},
                            {.name = "due", .type = FieldType::date},
                            {.name = "owed", .type = FieldType::money},
                            {.name = "notice", .type = FieldType::date}};
    const Column timeline[] = {
        {.name = "at", .type = FieldType::instant}, {.name = "what"}, {.name = "detail"}, {.name = "actor"}};
    const Column next[] = {{.name = "day", .type = FieldType::date}, {.name = "what"}, {.name = "why"}};
    const auto& contract = object_in(result, "contract");
    auto text = fmt::format("contract {} is {}\n{}\n", text_of(contract, "id"), text_of(result, "stage"),
                            rules_line(object_in(result, "rules")));
    const auto part = [&](std::string_view heading, std::span<const Column> columns, std::string_view name) {
        const auto& rows = array_in(result, name);
        text += section(heading, rows.empty() ? std::string{} : table(columns, rows));
    };
    part("What happened", timeline, "timeline");
    part("What is owed", debts, "debts");
    part("What comes next, if nothing changes", next, "next");
    return text + section("What would change it", lines(array_in(result, "changes")));
}

}  // namespace ctl
