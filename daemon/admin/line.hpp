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

/// Makes the result of a command that was done fit into one line, since an error would say that it was not: rows keep
/// their id, contract and action only, and if that is still too much the last ones go. Returns how many rows there
/// were, 0 when nothing had to go.
std::size_t shorten(boost::json::value& result);
/// One line without its newline. A result that does not fit into one line is refused, with the way to ask for less.
/// `rows`: how many there were; when the result has fewer, the reply says so beside it ("truncated": rows).
std::string result_line(const boost::json::value& id, boost::json::value result, std::size_t rows = 0);
std::string error_line(const boost::json::value& id, const provisioning::Refusal& refusal);

}  // namespace admin
