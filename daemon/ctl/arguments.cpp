// daemon/ctl/arguments.cpp - a CLI11 parser made from one row of the table; the error texts are ours.
#include "daemon/ctl/arguments.hpp"

#include "provisioning/refusal.hpp"
#include "provisioning/rules/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace ctl {
namespace {

using admin::Argument;
using admin::Command;
using admin::Place;
using provisioning::ErrorCode;
using provisioning::Refusal;
using Words = std::vector<std::string>;

constexpr Argument socket_flag{.name = "socket"};

[[noreturn]] void refuse(std::string_view field, std::string message)
{
    throw Refusal(ErrorCode::usage, std::string{field}, std::move(message));
}

const Argument* value_flag(const Command& command, std::string_view word)
{
    if (word == spelled(socket_flag)) return &socket_flag;
    for (const auto& argument : command.arguments) {
        if (argument.place == Place::flag && spelled(argument) == word) return &argument;
    }
    return nullptr;
}

bool is_flag(const Command& command, std::string_view word)
{
    if (word == "--json" || word == "--help" || value_flag(command, word) != nullptr) return true;
    return std::ranges::any_of(command.arguments, [&](const Argument& argument) {
        return argument.place == Place::toggle && spelled(argument) == word;
    });
}

// "--email=" is an empty value; CLI11 would take the next word for it.
Words split_at_equals(const Command& command, const Words& words)
{
    Words all;
    for (const auto& word : words) {
        const auto equals = word.find('=');
        if (word.starts_with("--") && equals != std::string::npos &&
            value_flag(command, word.substr(0, equals)) != nullptr) {
            all.push_back(word.substr(0, equals));
            all.push_back(word.substr(equals + 1));
        } else {
            all.push_back(word);
        }
    }
    return all;
}

std::string all_flags(const Command& command)
{
    std::string names;
    for (const auto& argument : command.arguments) {
        if (argument.place != Place::positional) names.append(names.empty() ? "" : " ").append(spelled(argument));
    }
    return names + " --json --socket --help";
}

[[noreturn]] void refuse_extra(const Command& command, const std::string& word)
{
    const auto help = ", see `porteiro " + command.name() + " --help`";
    if (word.size() > 1 && word.front() == '-') {
        const auto names = all_flags(command);
        const auto near = provisioning::nearest_word(word.substr(0, word.find('=')), names);
        refuse("", "`" + command.name() + "` has no flag " + word.substr(0, word.find('=')) +
                       (near.empty() ? help : ", did you mean " + std::string{near} + '?'));
    }
    refuse("", provisioning::shown(word) + " is one word too many; put a text of several words in quotes" + help);
}

using Options = std::vector<std::pair<const Argument*, CLI::Option*>>;

CLI::Option* add_option(CLI::App& app, const Argument& argument)
{
    if (argument.place == Place::toggle) return app.add_flag(spelled(argument));
    auto* option = app.add_option(spelled(argument));
    option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
    return option;
}

void take_values(const Command& command, const Argument& argument, const CLI::Option& option, Invocation& invocation)
{
    auto values = option.results();
    if (values.size() > 1 && !argument.repeatable)
        refuse(argument.name,
               spelled(argument) + " is given " + std::to_string(values.size()) + " times, give it once");
    for (const auto& value : values) {
        if (value.starts_with("--") && is_flag(command, value))
            refuse(argument.name, spelled(argument) + " needs a value");
    }
    if (argument.place == Place::toggle) values = {"true"};
    invocation.values[std::string{argument.name}] = std::move(values);
}

void check_missing(const Command& command, const Invocation& invocation)
{
    std::string names;
    std::string_view first;
    const auto given = [&](std::string_view name) { return invocation.values.contains(std::string{name}); };
    for (const auto& argument : command.arguments) {
        if (!argument.required || given(argument.name)) continue;
        const auto* instead = argument.instead.empty() ? nullptr : admin::find_argument(command, argument.instead);
        if (instead != nullptr && given(instead->name)) continue;
        if (first.empty()) first = argument.name;
        names.append(names.empty() ? "" : ", ").append(spelled(argument));
        if (instead != nullptr) names.append(" or ").append(spelled(*instead));
    }
    if (!first.empty()) refuse(first, "missing: " + names + "; see `porteiro " + command.name() + " --help`");
}

}  // namespace

void take_arguments(std::vector<std::string> words, Invocation& invocation)
{
    const auto& command = *invocation.command;
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    const auto* json = app.add_flag("--json");
    const auto* help = app.add_flag("-h,--help");
    auto* socket = add_option(app, socket_flag);
    Options options;
    for (const auto& argument : command.arguments) options.emplace_back(&argument, add_option(app, argument));

    words = split_at_equals(command, words);
    const auto last = words.empty() ? std::string{} : words.back();
    std::ranges::reverse(words);  // CLI11 takes them from the back
    try {
        app.parse(words);
    } catch (const CLI::ParseError&) {
        // The only thing left to go wrong there: a last word that wants a value, or a value for a toggle.
        if (const auto* flag = value_flag(command, last)) refuse(flag->name, last + " needs a value");
        refuse("", "the flags are not understood, see `porteiro " + command.name() + " --help`");
    }
    invocation.json = invocation.json || json->count() > 0;
    invocation.help = invocation.help || help->count() > 0;
    if (socket->count() > 0) invocation.socket = socket->results().back();
    if (invocation.help) return;
    for (const auto& [argument, option] : options) {
        if (option->count() > 0) take_values(command, *argument, *option, invocation);
    }
    for (const auto& extra : app.remaining()) {
        if (extra != "--") refuse_extra(command, extra);  // CLI11 reports the mark itself, too
    }
    check_missing(command, invocation);
}

}  // namespace ctl
