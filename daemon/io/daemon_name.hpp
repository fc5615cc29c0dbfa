// daemon/io/daemon_name.hpp - what this daemon is called among those that share a database: the file STATE/daemon,
// drawn once, so that after a restart it knows which sessions it heard last.
#pragma once

#include <string>

namespace io {

/// 32 hexadecimal digits. Throws std::runtime_error when it can be neither read nor made.
std::string daemon_name(const std::string& state_directory);

} // namespace io
