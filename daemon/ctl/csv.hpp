// daemon/ctl/csv.hpp - rows as comma separated values. Source: RFC 4180 s2. Lines end in CR LF; the data are as they
// are.
#pragma once

#include "daemon/admin/table/command.hpp"

#include <boost/json.hpp>

#include <span>
#include <string>

namespace ctl {

std::string csv_header(std::span<const admin::Column> columns);
/// Nothing is an empty field; yes and no as typed; of a list, its values joined by ';'.
std::string csv_line(std::span<const admin::Column> columns, const boost::json::object& row);

} // namespace ctl
