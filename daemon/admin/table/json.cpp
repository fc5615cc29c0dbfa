// daemon/admin/table/json.cpp
#include "daemon/admin/table/json.hpp"
#include "daemon/admin/table/command.hpp"

#include <boost/json.hpp>

namespace admin {
namespace {

namespace json = boost::json;

json::array words(std::string_view text)
{
    json::array all;
    while (!text.empty()) {
        const auto end = text.find(' ');
        all.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return all;
}

std::string_view name(Place place) noexcept
{
    switch (place) {
    case Place::positional:
        return "positional";
    case Place::flag:
        return "flag";
    case Place::toggle:
        return "toggle";
    }
    return "";
}

json::object to_json(const Argument& argument)
{
    json::object object{{"name", argument.name},         {"type", admin::name(argument.type)},
                        {"place", name(argument.place)}, {"help", argument.help},
                        {"required", argument.required}, {"repeatable", argument.repeatable}};
    if (!argument.default_value.empty()) object["default"] = argument.default_value;
    if (!argument.choices.empty()) object["choices"] = words(argument.choices);
    if (!argument.alias.empty()) object["alias"] = argument.alias;
    if (!argument.instead.empty()) object["instead"] = argument.instead;
    return object;
}

json::object to_json(const Command& command)
{
    json::array arguments, columns;
    for (const auto& argument : command.arguments) arguments.emplace_back(to_json(argument));
    for (const auto& column : command.columns) {
        columns.emplace_back(json::object{{"name", column.name}, {"type", admin::name(column.type)}});
    }
    json::object object{{"command", command.name()},
                        {"summary", command.summary},
                        {"access", admin::name(command.access)},
                        {"arguments", std::move(arguments)}};
    if (!columns.empty()) object["columns"] = std::move(columns);
    return object;
}

}  // namespace

boost::json::array commands_as_json()
{
    json::array all;
    for (const auto& command : commands()) {
        if (command.need != Need::local) all.emplace_back(to_json(command));
    }
    return all;
}

}  // namespace admin
