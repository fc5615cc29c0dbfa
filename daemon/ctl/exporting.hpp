// daemon/ctl/exporting.hpp - `porteiro export`: all rows of a noun's list, written as they come.
#pragma once

#include "daemon/ctl/words.hpp"

#include <iosfwd>

namespace ctl {

/// Throws provisioning::Refusal. Rows that come twice, since others were added meanwhile, are written once.
void export_rows(const std::string& socket, const Invocation& invocation, std::ostream& output);

} // namespace ctl
