// daemon/ctl/upload.hpp - a CSV file on its way to the daemon. Source: RFC 4180, and what spreadsheets in Brazil write:
// `;` between the fields, Latin-1.
#pragma once

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/connection.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace ctl {

struct Sheet {
    std::vector<std::string> columns; ///< lower case, '_' for '-' and ' '
    std::vector<std::vector<std::string>> rows;
};

/// The text itself where it is UTF-8, else read as Latin-1.
std::string utf8_of(std::string_view octets);

/// UTF-8 (with or without its mark) or else Latin-1; `,` or `;` or a tab, whichever the header has most of; quoted
/// fields may hold lines. Throws a usage Refusal that names the line.
Sheet read_sheet(std::string_view octets);

/// Sends the file in parts of less than a request's limit; the result of the last.
boost::json::value send_file(Connection& connection, const admin::Command& command, boost::json::object arguments,
                             const std::string& path);

} // namespace ctl
