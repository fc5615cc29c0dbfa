// daemon/admin/line.hpp - the admin socket's protocol: one JSON object per line each way.
#pragma once

#include "daemon/io/admin_socket.hpp"
#include "provisioning/refusal.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace admin {

inline constexpr std::size_t max_nesting = 16;

struct Request {
    std::string command;
    boost::json::object arguments;
    std::string operator_, address;  ///< on_behalf_of, as far as it is believed
};

/// The line as an object. Refuses (usage) what is not JSON, nested deeper than `max_nesting`, or no object.
boost::json::object parse_line(std::string_view line);
/// The request's id, a number or a string; refuses (usage) any other and a missing one.
boost::json::value take_id(const boost::json::object& line);
/// The rest of it. Refuses unknown members (usage) and an operator named by a peer who may not speak for others
/// (denied); such a peer's address is not believed and left out.
Request to_request(const boost::json::object& line, const io::Peer& peer);

/// One line without its newline. A result that does not fit into one line is refused, with the way to ask for less.
std::string result_line(const boost::json::value& id, boost::json::value result);
std::string error_line(const boost::json::value& id, const provisioning::Refusal& refusal);

}  // namespace admin
