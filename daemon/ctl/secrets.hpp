// daemon/ctl/secrets.hpp - secrets that are not on the command line, where `ps` would show them.
#pragma once

#include "daemon/ctl/words.hpp"

#include <istream>

namespace ctl {

/// Replaces the values of secret flags: "-" by the first line of `input` (for one flag only), "@FILE" by the file's
/// text without the newline at its end. Throws provisioning::Refusal: usage, or invalid naming the file.
void read_secrets(Invocation& invocation, std::istream& input);

}  // namespace ctl
