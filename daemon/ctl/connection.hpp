// daemon/ctl/connection.hpp - one request to the daemon and its reply, over the admin socket.
#pragma once

#include "provisioning/refusal.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace ctl {

class Connection {
public:
    /// Throws provisioning::Refusal: unavailable (no daemon there), denied (the socket is not for this account).
    Connection(std::string path, std::chrono::seconds patience);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The result; throws the daemon's refusal, or unavailable when it hangs up or does not answer in time.
    boost::json::value ask(const std::string& command, const boost::json::object& arguments);
    /// How many rows the last answer had before the daemon cut it to what one line holds; 0: it is whole.
    std::int64_t rows_before_cut() const noexcept { return rows_before_cut_; }

private:
    void send(const std::string& line) const;
    std::string receive();

    std::string path_;
    std::chrono::seconds patience_;
    int socket_ = -1;
    std::int64_t last_id_ = 0;
    std::int64_t rows_before_cut_ = 0;
    std::string buffer_;
};

/// The client's address in a value of SSH_CONNECTION, without its zone; empty when it is none ("UNKNOWN 65535 ...").
std::string client_address(std::string_view ssh_connection);

/// What a Refusal's code is called on the wire, back to the code; usage for an unknown one.
provisioning::Refusal to_refusal(const boost::json::object& error);

}  // namespace ctl
