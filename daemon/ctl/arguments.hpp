// daemon/ctl/arguments.hpp - the words after the command: its arguments and flags, and the global ones.
#pragma once

#include "daemon/ctl/words.hpp"

namespace ctl {

/// Fills `invocation` from `words`; refuses (usage) what the command does not take and, without --help, what is
/// missing.
void take_arguments(std::vector<std::string> words, Invocation& invocation);

}  // namespace ctl
