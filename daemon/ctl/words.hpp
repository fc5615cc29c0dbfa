// daemon/ctl/words.hpp - the words of the command line, against the table of commands: which command, with which
// arguments.
#pragma once

#include "daemon/admin/table/command.hpp"

#include <map>
#include <string>
#include <vector>

namespace ctl {

struct Invocation {
    bool json = false;
    bool help = false;                         ///< --help: of `command`, else of `noun`, else of all
    std::string socket;                        ///< --socket; empty: not given
    std::string noun;
    const admin::Command* command = nullptr;
    std::map<std::string, std::vector<std::string>> values;  ///< by argument name, as typed; a toggle has "true"
};

/// True when the words ask for JSON; also for words that parse() refuses.
bool wants_json(const std::vector<std::string>& words);

/// Throws provisioning::Refusal (usage): unknown noun, verb or flag with the nearest name, missing ones all at once.
/// Global flags stand anywhere; the flags of a command stand after it.
Invocation parse(const std::vector<std::string>& words);

/// The choice typed for an argument of a local command, or its default; refuses (usage) any other word.
std::string chosen(const Invocation& invocation, std::string_view argument);

/// "--due-day" for `due_day`; "LOGIN" for a positional one.
std::string spelled(const admin::Argument& argument);

}  // namespace ctl
