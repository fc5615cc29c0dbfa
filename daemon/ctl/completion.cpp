// daemon/ctl/completion.cpp - what to type next, for three shells: nouns, verbs, flags, and the choices of flags.
#include "daemon/ctl/help.hpp"
#include "daemon/ctl/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ctl {
namespace {

using admin::Argument;
using admin::Command;
using admin::Place;

constexpr std::string_view global_words = "--json --socket --help";

std::string joined_nouns()
{
    std::string text;
    for (const auto noun : admin::nouns()) text.append(text.empty() ? "" : " ").append(noun);
    return text;
}

std::string verbs_of(std::string_view noun)
{
    std::string text;
    for (const auto& command : admin::commands()) {
        if (command.noun == noun && !command.verb.empty()) text.append(text.empty() ? "" : " ").append(command.verb);
    }
    return text;
}

// Flags, and for a command whose argument is one of a few words, those words.
std::string words_of(const Command& command)
{
    std::string text;
    for (const auto& argument : command.arguments) {
        if (argument.for_programs) continue;
        const auto word = argument.place == Place::positional ? std::string{argument.choices} : spelled(argument);
        if (!word.empty()) text += word + ' ';
    }
    return text + std::string{global_words};
}

std::string choices_of(const Argument& argument)
{
    if (argument.type == admin::FieldType::boolean) return "yes no";
    if (argument.type == admin::FieldType::tristate) return "yes no default";
    return std::string{argument.choices};
}

// One `case` line for each flag of the whole table that has choices: "login add --kind) words=...;;".
std::string choice_cases()
{
    std::string text;
    for (const auto& command : admin::commands()) {
        for (const auto& argument : command.arguments) {
            const auto choices = choices_of(argument);
            if (argument.place == Place::flag && !choices.empty())
                text += fmt::format("    '{} {}') words='{}' ;;\n", command.name(), spelled(argument), choices);
        }
    }
    return text;
}

std::string verb_cases()
{
    std::string text;
    for (const auto noun : admin::nouns()) {
        const auto verbs = verbs_of(noun);
        if (!verbs.empty()) text += fmt::format("    '{}') words='{} --help' ;;\n", noun, verbs);
    }
    return text;
}

std::string flag_cases()
{
    std::string text;
    for (const auto& command : admin::commands())
        text += fmt::format("    '{}') words='{}' ;;\n", command.name(), words_of(command));
    return text;
}

// The function is the same for bash and zsh: from the words before the cursor to `words`.
std::string words_function()
{
    return "_porteiro_words() {\n  words=\n  case \"$1 $2 $3\" in\n" + choice_cases() +
           "  esac\n  [ -n \"$words\" ] && return\n  case \"$1 $2\" in\n" + flag_cases() +
           "  esac\n  [ -n \"$words\" ] && return\n  case \"$1\" in\n" + verb_cases() + flag_cases() +
           fmt::format("    '') words='{} {}' ;;\n", joined_nouns(), global_words) + "  esac\n}\n";
}

constexpr std::string_view bash_tail = R"(_porteiro() {
  local words noun= verb= at previous=${COMP_WORDS[COMP_CWORD-1]}
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "${COMP_WORDS[at]}" in
      --socket) ((at++)) ;;
      -*) ;;
      *) if [ -z "$noun" ]; then noun=${COMP_WORDS[at]}; elif [ -z "$verb" ]; then verb=${COMP_WORDS[at]}; fi ;;
    esac
  done
  if [ "$previous" = --socket ]; then COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")); return; fi
  _porteiro_words "$noun" "$verb" "$previous"
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _porteiro porteiro
)";

constexpr std::string_view zsh_tail = R"(_porteiro() {
  local words_before=("${(@)words[2,CURRENT-1]}") previous=${words[CURRENT-1]} noun= verb= word skip=
  for word in $words_before; do
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
      --socket) skip=1 ;;
      -*) ;;
      *) if [[ -z $noun ]]; then noun=$word; elif [[ -z $verb ]]; then verb=$word; fi ;;
    esac
  done
  if [[ $previous == --socket ]]; then _files; return; fi
  local words
  _porteiro_words "$noun" "$verb" "$previous"
  compadd -- ${=words}
}
compdef _porteiro porteiro
)";

std::string fish_quoted(std::string_view text)
{
    std::string all = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') all += '\\';
        all += c;
    }
    return all + '\'';
}

std::string fish_of(const Argument& argument, const std::string& condition)
{
    const auto word = spelled(argument).substr(2);
    const auto choices = choices_of(argument);
    const auto value = argument.place == Place::toggle ? std::string{}
                       : choices.empty()               ? std::string{" -r"}
                                                       : fmt::format(" -x -a '{}'", choices);
    return fmt::format("complete -c porteiro -n '{}' -l {}{} -d {}\n", condition, word, value,
                       fish_quoted(argument.help));
}

std::string fish()
{
    std::string text = "complete -c porteiro -f\ncomplete -c porteiro -l json -d 'one JSON document'\n"
                       "complete -c porteiro -l socket -r -F -d 'admin socket'\ncomplete -c porteiro -l help -d help\n";
    for (const auto noun : admin::nouns()) {
        text += fmt::format("complete -c porteiro -n __fish_use_subcommand -a {} -d {}\n", noun,
                            fish_quoted(admin::noun_help(noun)));
    }
    for (const auto& command : admin::commands()) {
        auto condition = fmt::format("__fish_seen_subcommand_from {}", command.noun);
        if (!command.verb.empty()) {
            text += fmt::format("complete -c porteiro -n '{}; and not __fish_seen_subcommand_from {}' -a {} -d {}\n",
                                condition, verbs_of(command.noun), command.verb, fish_quoted(command.summary));
            condition += fmt::format("; and __fish_seen_subcommand_from {}", command.verb);
        }
        for (const auto& argument : command.arguments) {
            if (argument.for_programs) continue;
            if (argument.place != Place::positional)
                text += fish_of(argument, condition);
            else if (!argument.choices.empty())
                text += fmt::format("complete -c porteiro -n '{}' -a '{}'\n", condition, argument.choices);
        }
    }
    return text;
}

}  // namespace

std::string completion(std::string_view shell)
{
    if (shell == "fish") return fish();
    const bool bash = shell == "bash";
    return (bash ? "" : "#compdef porteiro\n") + words_function() + std::string{bash ? bash_tail : zsh_tail};
}

}  // namespace ctl
