// daemon/ctl/explanation.cpp - why a login is let in or refused, on one screen; and what a plan becomes on the wire.
#include "daemon/ctl/values.hpp"
#include "daemon/ctl/views.hpp"

#include <fmt/format.h>

namespace ctl {
namespace {

namespace json = boost::json;
using admin::Column;
using admin::FieldType;

std::string lines(const json::array& texts)
{
    std::string text;
    for (const auto& one : texts) text += for_people(Column{}, one) + '\n';
    return text;
}

/// The rules say "accept" and the subscriber still hears "no": then the credentials of the last request tell why.
std::string last_refusal(const json::object& result)
{
    const auto& last = array_in(result, "last");
    const auto* sentence = result.if_contains("last_sentence");
    if (last.empty() || !last.front().is_object() || sentence == nullptr || !sentence->is_string()) return {};
    const auto& decision = last.front().get_object();
    const auto became = text_of(decision, "result") == "garden" ? "let into a garden" : "refused";
    return fmt::format("But its last request, at {} from nas {} by {}, was {}: {}\n{}\n", text_of(decision, "at"),
                       text_of(decision, "nas"), text_of(decision, "method"), became, text_of(decision, "reason"),
                       for_people(Column{}, *sentence));
}

/// "joao: let into garden debtors (debt)", and why it is no accept.
std::string into_garden(const json::object& result)
{
    const auto& garden = object_in(result, "garden");
    auto text = fmt::format("{}: let into garden {} ({})\n", text_of(result, "login"), text_of(garden, "name"),
                            text_of(garden, "reason"));
    if (text_of(result, "reason") != "-")
        text += fmt::format("{}: {}\n", text_of(result, "reason"), text_of(result, "sentence"));
    return text;
}

std::string verdict(const json::object& result)
{
    const auto word = text_of(result, "verdict");
    if (word == "accept")
        return fmt::format("{}: accept\n", text_of(result, "login")) + allowance_line(object_in(result, "allowance")) +
               last_refusal(result);
    if (word == "garden") return into_garden(result) + allowance_line(object_in(result, "allowance"));
    return fmt::format("{}: {} ({})\n{}\n", text_of(result, "login"), word, text_of(result, "reason"),
                       text_of(result, "sentence"));
}

std::string password(const json::object& result)
{
    const auto& kept = object_in(result, "password");
    if (kept.empty()) return {};
    return fmt::format("\nPassword: kept as {}, which serves {}\n", text_of(kept, "storage"), text_of(kept, "methods"));
}

}  // namespace

std::string explanation_page(const json::object& result)
{
    auto text = verdict(result);
    const Column rules[] = {{.name = "rule"}, {.name = "outcome"}, {.name = "record"}};
    text += section("Rules, in their order", table(rules, array_in(result, "rules")));
    text += password(result);
    const Column terms[] = {{.name = "download", .type = FieldType::rate}, {.name = "upload", .type = FieldType::rate}};
    if (const auto& object = object_in(result, "terms"); !object.empty())
        text += section("Terms", sheet(terms, object));
    text += section("Attributes of the Accept at this NAS", lines(array_in(result, "attributes")));
    if (const auto& last = array_in(result, "last"); !last.empty())
        text += section("Last decisions", table(admin::find_command("auth list")->columns, last));
    if (const auto& session = object_in(result, "session"); !session.empty())
        text += section("Online", sheet(admin::find_command("session list")->columns, session));
    if (const auto& nas = object_in(result, "nas"); !nas.empty()) text += section("NAS", sheet({}, nas));
    return text;
}

std::string rendering_page(const json::object& result)
{
    const std::string_view noun = result.if_contains("garden") == nullptr ? "plan" : "garden";
    const auto head = fmt::format("{} {} at nas {} ({})\n", noun, text_of(result, noun), text_of(result, "nas"),
                                  text_of(result, "vendor"));
    return head + section("Attributes of an Accept, besides Class", lines(array_in(result, "attributes")));
}

}  // namespace ctl
