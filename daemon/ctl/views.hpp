// daemon/ctl/views.hpp - a command's result as people are shown it: a table, a sheet, or a page of its own.
#pragma once

#include "daemon/ctl/words.hpp"

#include <boost/json.hpp>

namespace ctl {

/// Ends with a newline. A result that is not as the table says is shown as JSON.
std::string for_people(const Invocation& invocation, const boost::json::value& result);

/// "Removed" and the like are in views.cpp; the pages of their own:
std::string status_page(const boost::json::object& result);
std::string explanation_page(const boost::json::object& result);
std::string contract_page(const boost::json::object& result);
std::string message_page(const admin::Command& command, const boost::json::object& result);
std::string client_page(const admin::Command& command, const boost::json::object& result);
std::string rendering_page(const boost::json::object& result);
std::string slip(const boost::json::object& result);
std::string session_page(const admin::Command& command, const boost::json::object& result);
std::string usage_page(const admin::Command& command, boost::json::array rows);
/// "allowance used up: 512.3G of 500G since 2026-11-01, 5M/5M until 2026-12-01"; nothing for a login without one.
std::string allowance_line(const boost::json::object& allowance);
std::string billing_page(const Invocation& invocation, const boost::json::array& steps);
std::string import_page(const Invocation& invocation, const boost::json::array& rows);
bool has_bad_rows(const boost::json::value& result);

/// Pieces that pages are made of.
std::string table(std::span<const admin::Column> columns, const boost::json::array& rows);
std::string sheet(std::span<const admin::Column> columns, const boost::json::object& object);
std::string text_of(const boost::json::object& object, std::string_view name);  ///< "-" for nothing
/// A member of that kind; an empty one where there is none.
const boost::json::object& object_in(const boost::json::object& parent, std::string_view name);
const boost::json::array& array_in(const boost::json::object& parent, std::string_view name);
/// A heading and the body below it, indented; nothing for an empty body.
std::string section(std::string_view heading, const std::string& body);

}  // namespace ctl
