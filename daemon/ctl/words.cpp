// daemon/ctl/words.cpp - noun and verb are found here, so that a value may be named like a noun; CLI11 takes the rest
// apart.
#include "daemon/ctl/words.hpp"
#include "daemon/ctl/arguments.hpp"

#include "provisioning/refusal.hpp"
#include "provisioning/rules/text.hpp"

#include <algorithm>

namespace ctl {
namespace {

using provisioning::ErrorCode;
using provisioning::Refusal;
using Words = std::vector<std::string>;

bool is_noun(std::string_view word)
{
    return std::ranges::any_of(admin::commands(), [&](const auto& command) { return command.noun == word; });
}

// Takes a global flag at `at`; false when it is none.
bool take_global(const Words& words, std::size_t& at, Invocation& invocation)
{
    const auto& word = words[at];
    constexpr std::string_view socket = "--socket";
    if (word == "--json") {
        invocation.json = true;
    } else if (word == "--help" || word == "-h") {
        invocation.help = true;
    } else if (word == socket) {
        if (++at == words.size()) throw Refusal(ErrorCode::usage, "socket", "--socket needs a path");
        invocation.socket = words[at];
    } else if (word.starts_with("--socket=")) {
        invocation.socket = word.substr(socket.size() + 1);
    } else {
        return false;
    }
    return true;
}

[[noreturn]] void refuse_flag(const std::string& flag, const std::string& noun)
{
    throw Refusal(ErrorCode::usage, flag,
                  noun.empty() ? "is no global flag; the flags of a command stand after it, see `porteiro help`"
                               : "stands before the verb; the flags of a command stand after it, see `porteiro " +
                                     noun + " --help`");
}

// The first words that are no flags name the command; the position after them.
std::size_t take_name(const Words& words, Invocation& invocation)
{
    std::size_t at = 0;
    for (; at < words.size() && invocation.command == nullptr; ++at) {
        if (take_global(words, at, invocation)) continue;
        const auto& word = words[at];
        if (word == "--version" && invocation.noun.empty()) {
            invocation.command = admin::find_command("version");
        } else if (word.size() > 1 && word.front() == '-') {
            refuse_flag(word, invocation.noun);
        } else if (invocation.noun.empty()) {
            invocation.command = admin::find_command(word);
            if (!is_noun(word)) throw Refusal(ErrorCode::usage, "", admin::unknown_command(word));
            invocation.noun = word;
        } else {
            const auto name = invocation.noun + ' ' + word;
            invocation.command = admin::find_command(name);
            if (invocation.command == nullptr) throw Refusal(ErrorCode::usage, "", admin::unknown_command(name));
        }
    }
    return at;
}

}  // namespace

bool wants_json(const Words& words) { return std::ranges::find(words, "--json") != words.end(); }

std::string chosen(const Invocation& invocation, std::string_view name)
{
    const auto& argument = *admin::find_argument(*invocation.command, name);
    const auto at = invocation.values.find(std::string{name});
    const std::string typed{at == invocation.values.end() ? argument.default_value : at->second.front()};
    for (auto rest = argument.choices; !rest.empty();) {
        if (provisioning::next_word(rest) == typed) return typed;
    }
    throw Refusal(ErrorCode::usage, std::string{name},
                  provisioning::shown(typed) + " is not known, there is: " + std::string{argument.choices});
}

std::string spelled(const admin::Argument& argument)
{
    std::string text{argument.name};
    if (argument.place == admin::Place::positional) {
        if (text == "id" && !argument.alias.empty()) text = argument.alias;
        std::ranges::transform(text, text.begin(),
                               [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        return text;
    }
    std::ranges::replace(text, '_', '-');
    return "--" + text;
}

Invocation parse(const Words& words)
{
    Invocation invocation;
    const auto rest = take_name(words, invocation);
    if (invocation.command == nullptr) {
        if (invocation.help) return invocation;
        if (invocation.noun.empty()) throw Refusal(ErrorCode::usage, "", "no command is given, see `porteiro help`");
        throw Refusal(ErrorCode::usage, "", admin::unknown_command(invocation.noun));
    }
    take_arguments({words.begin() + static_cast<std::ptrdiff_t>(rest), words.end()}, invocation);
    return invocation;
}

}  // namespace ctl
