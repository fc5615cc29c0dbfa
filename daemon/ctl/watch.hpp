// daemon/ctl/watch.hpp - a report that goes on: rows are printed as they come, until the program is interrupted.
#pragma once

#include "daemon/ctl/connection.hpp"
#include "daemon/ctl/words.hpp"

#include <ostream>

namespace ctl {

/// Asks for what is new several times a second, by the id of the last row shown. People get lines under one heading,
/// programs (--json) an object a line. Returns when the output can no longer be written; throws when the daemon goes.
void watch(Connection& connection, const Invocation& invocation, boost::json::object arguments, std::ostream& output);

/// One line of fixed columns, so that lines of different moments stand under each other. The heading: with null.
std::string watched_line(const admin::Command& command, const boost::json::object* row);

}  // namespace ctl
