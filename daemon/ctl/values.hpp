// daemon/ctl/values.hpp - one JSON value as people read it.
#pragma once

#include "daemon/admin/table/command.hpp"
#include "daemon/ctl/grid.hpp"

#include <boost/json.hpp>

namespace ctl {

/// "-" for nothing; yes/no; 300M; 1.2 GiB; 529.982.247-25; lists with commas; all else as it is.
std::string for_people(const admin::Column& column, const boost::json::value& value);
Align align_of(const admin::Column& column) noexcept;

/// 1234567890 -> "1.1 GiB".
std::string octets_text(std::uint64_t octets);
/// "due_day" -> "due day".
std::string label(std::string_view name);
std::string upper_case(std::string text);

}  // namespace ctl
