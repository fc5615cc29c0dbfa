// daemon/io/journal/aside.hpp - damaged segments are kept under another name, for who wants to look into them.
#pragma once

#include <string>

namespace io::journal {

/// Links `name` as NAME.bad in the same folder, once; the last four are kept.
void keep_aside(const std::string& folder, const std::string& name);

} // namespace io::journal
