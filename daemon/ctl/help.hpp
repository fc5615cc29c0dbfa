// daemon/ctl/help.hpp - help, the manual page and shell completion, all from the table of commands.
#pragma once

#include "daemon/admin/table/command.hpp"

#include <string>

namespace ctl {

std::string help_of_all();
std::string help_of(std::string_view noun);
std::string help_of(const admin::Command& command);

/// "porteiro contract suspend ID --reason TEXT [--kind debt|request|fraud|court]"
std::string synopsis(const admin::Command& command);
/// "--reason TEXT", "ID", "--dry-run".
std::string usage_of(const admin::Argument& argument);

std::string manual_page();                         ///< roff, porteiro(1)
std::string completion(std::string_view shell);    ///< bash, zsh or fish

}  // namespace ctl
