// daemon/ctl/help.cpp
#include "daemon/ctl/help.hpp"
#include "daemon/ctl/grid.hpp"
#include "daemon/ctl/words.hpp"

#include "provisioning/rules/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ctl {
namespace {

using admin::Argument;
using admin::Command;
using admin::FieldType;
using admin::Place;

constexpr std::size_t page_columns = 100;

std::string bars(std::string_view words)
{
    std::string text{words};
    std::ranges::replace(text, ' ', '|');
    return text;
}

// The name of an argument's value, as in "--due DATE".
std::string value_name(const Argument& argument)
{
    if (!argument.choices.empty()) return bars(argument.choices);
    if (argument.name == "where") return "FIELD=VALUE";
    if (argument.name == "clear" || argument.name == "sort") return "FIELD";
    if (argument.name == "reply") return "NAME=VALUE";
    switch (argument.type) {
    case FieldType::integer:
        return "N";
    case FieldType::seconds:
        return "SECONDS";
    case FieldType::money:
        return "AMOUNT";
    case FieldType::rate:
        return "RATE";
    case FieldType::octets:
        return "OCTETS";
    case FieldType::boolean:
        return "yes|no";
    case FieldType::tristate:
        return "yes|no|default";
    case FieldType::date:
        return "DATE";
    case FieldType::instant:
        return "TIME";
    case FieldType::secret:
        return "SECRET";
    case FieldType::prefix:
        return "PREFIX";
    case FieldType::ipv4:
        return "IP";
    case FieldType::document:
        return "DOCUMENT";
    case FieldType::email:
        return "EMAIL";
    case FieldType::phone:
        return "PHONE";
    case FieldType::login_name:
        return "LOGIN";
    case FieldType::reference:
    case FieldType::reference_list: {
        const auto* type = argument.field == nullptr ? nullptr : provisioning::find_record_type(argument.field->target);
        return type != nullptr && !type->key.empty() ? "NAME" : "ID";
    }
    case FieldType::text:
    case FieldType::choice:
    case FieldType::text_list:
        break;
    }
    return "TEXT";
}

std::string optional(const std::string& text, bool required) { return required ? text : '[' + text + ']'; }

// Words to lines of at most `page_columns`, the later ones indented.
std::string wrapped(const std::vector<std::string>& parts, std::size_t later_indent)
{
    std::string text, line;
    for (const auto& part : parts) {
        if (!line.empty() && width(line) + 1 + width(part) > page_columns) {
            text += line + '\n';
            line = std::string(later_indent, ' ') + part;
        } else {
            line += line.empty() ? part : ' ' + part;
        }
    }
    return text + line;
}

std::vector<std::string> synopsis_parts(const Command& command)
{
    std::vector<std::string> parts{"porteiro " + command.name()};
    for (const auto& argument : command.arguments) {
        if (argument.place != Place::positional) continue;
        const auto* instead = argument.instead.empty() ? nullptr : admin::find_argument(command, argument.instead);
        const bool names_other = instead != nullptr && !instead->for_programs;
        const auto other = names_other ? '|' + usage_of(*instead) : std::string{};
        parts.push_back(optional(usage_of(argument) + other, argument.required));
    }
    for (const auto& argument : command.arguments) {
        if (argument.place == Place::positional || argument.for_programs) continue;
        auto text = usage_of(argument);
        const bool is_instead = std::ranges::any_of(
            command.arguments, [&](const Argument& other) { return other.required && other.instead == argument.name; });
        if (is_instead) continue;
        if (const auto* instead = argument.instead.empty() ? nullptr : admin::find_argument(command, argument.instead);
            instead != nullptr && argument.required)
            text += '|' + usage_of(*instead);
        parts.push_back(optional(text, argument.required) + (argument.repeatable ? "…" : ""));
    }
    return parts;
}

// "  --flag VALUE  what it does", the explanation in a column of its own, on the next line where the flag is long.
std::string entry(const std::string& usage, std::string_view text)
{
    constexpr std::size_t column = 28;
    std::string line = "  " + usage;
    if (width(line) + 2 > column)
        line += '\n' + std::string(column, ' ');
    else
        line.append(column - width(line), ' ');
    auto begin = line.rfind('\n') == std::string::npos ? 0 : line.rfind('\n') + 1;
    bool first = true;
    while (!text.empty()) {
        const auto word = provisioning::next_word(text);
        if (!first && width(std::string_view{line}.substr(begin)) + 1 + width(word) > page_columns) {
            line += '\n' + std::string(column, ' ');
            begin = line.size() - column;
        } else if (!first) {
            line += ' ';
        }
        line += word;
        first = false;
    }
    return line + '\n';
}

std::string explained(const Argument& argument)
{
    std::string text{argument.help};
    if (argument.repeatable && text.find("repeatable") == std::string::npos) text += "; repeatable";
    if (argument.type == FieldType::secret && argument.place == Place::flag)
        text += "; - reads it from standard input, @FILE from a file; on the command line `ps` shows it";
    if (!argument.default_value.empty()) text += fmt::format(" (default {})", argument.default_value);
    if (argument.required && argument.place == Place::flag)
        text += argument.instead.empty() ? " (required)" : fmt::format(" (required, or --{})", argument.instead);
    return text;
}

constexpr std::string_view global_flags = R"(Global flags, which stand anywhere
  --socket PATH  admin socket (PORTEIRO_SOCKET; default /run/porteiro/admin.sock)
  --json         one JSON document on standard output, errors too
  --help         help on a noun or a command
)";

}  // namespace

std::string usage_of(const Argument& argument)
{
    switch (argument.place) {
    case Place::positional:
        return argument.choices.empty() ? spelled(argument) : bars(argument.choices);
    case Place::toggle:
        return spelled(argument);
    case Place::flag:
        break;
    }
    return spelled(argument) + ' ' + value_name(argument);
}

std::string synopsis(const Command& command) { return wrapped(synopsis_parts(command), 4); }

std::string help_of_all()
{
    std::vector<std::pair<std::string, std::string>> lines;
    for (const auto noun : admin::nouns()) {
        std::string verbs;
        for (const auto& command : admin::commands()) {
            if (command.noun != noun) continue;
            if (command.verb.empty()) {
                for (const auto& argument : command.arguments) {
                    if (argument.place == Place::positional)
                        verbs += optional(usage_of(argument), argument.required) + ' ';
                }
            } else {
                verbs += command.verb + ' ';
            }
        }
        lines.emplace_back(std::string{noun}, verbs);
    }
    std::string text = "porteiro [--socket PATH] [--json] NOUN VERB [ARGUMENT…] [--field VALUE…]\n\n";
    text += indented(render_sheet(lines), 2);
    text += "\n`porteiro NOUN --help` says more of a noun, `porteiro NOUN VERB --help` of a command.\n"
            "Rates as 300M or 512k, money as 99.90 or 99,90, dates as 2026-12-10 or 10/12/2026.\n\n";
    return text + std::string{global_flags};
}

std::string help_of(std::string_view noun)
{
    auto text = fmt::format("{}: {}\n", noun, admin::noun_help(noun));
    for (const auto& command : admin::commands()) {
        if (command.noun == noun) text += fmt::format("\n{}\n    {}\n", synopsis(command), command.summary);
    }
    return text + fmt::format("\n`porteiro {} VERB --help` explains each flag.\n", noun);
}

std::string help_of(const Command& command)
{
    auto text = fmt::format("{}\n\n{}. For the group{}.\n", synopsis(command), command.summary,
                            command.access == admin::Access::admin     ? " of admins"
                            : command.access == admin::Access::billing ? "s of admins and billing"
                                                                       : "s of admins, billing and reading");
    if (command.need == admin::Need::local) text = fmt::format("{}\n\n{}.\n", synopsis(command), command.summary);
    if (!command.arguments.empty()) text += '\n';
    for (const auto& argument : command.arguments) {
        if (!argument.for_programs) text += entry(usage_of(argument), explained(argument));
    }
    if (!command.note.empty()) text += '\n' + command.note + '\n';
    if (!command.example.empty()) text += fmt::format("\nExample: {}\n", command.example);
    return text + '\n' + std::string{global_flags};
}

}  // namespace ctl
