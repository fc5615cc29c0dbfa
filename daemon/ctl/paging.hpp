// daemon/ctl/paging.hpp - a long list in several requests: a reply is one line, and a line has at most 1 MiB.
#pragma once

#include "daemon/admin/table/command.hpp"
#include "daemon/ctl/connection.hpp"

#include <functional>

namespace ctl {

bool is_paged(const admin::Command& command) noexcept;  ///< it has limit and offset
/// Hands on each page as it comes. A result that is no array is handed on alone.
void ask_for_pages(Connection& connection, const admin::Command& command, boost::json::object arguments,
                   const std::function<void(boost::json::value&&)>& take);
/// All rows that were asked for, as one array.
boost::json::value ask_in_pages(Connection& connection, const admin::Command& command, boost::json::object arguments);

}  // namespace ctl
