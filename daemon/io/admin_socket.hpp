// daemon/io/admin_socket.hpp - the admin socket's transport: a Unix socket, JSON lines, who is at the other end. It
// knows no command: each line goes to a handler given by main.cpp.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/core/counters.hpp"
#include "daemon/io/log.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <sys/types.h>

namespace io {

/// What the peer may do; each includes the ones before it.
enum class Scope : std::uint8_t { none, read, billing, admin };

struct Peer {
    uid_t uid = 0;
    pid_t pid = 0;
    std::string user;      ///< its name, or "uid 1234"
    Scope scope = Scope::none;
    bool may_speak_for_others = false;  ///< root and the service account: on_behalf_of is believed
};

class AdminSocket {
public:
    static constexpr std::size_t max_line_octets = 1 << 20;
    static constexpr std::size_t max_connections = 64;  ///< of ordinary accounts together; of each trusted one
    static constexpr std::size_t max_of_one_account = 16;  ///< of an ordinary account
    static constexpr std::chrono::milliseconds idle_time_out = std::chrono::minutes{5}; ///< without a line or a reply

    using Reply = std::function<void(std::string line)>; ///< any thread, once; without the newline
    using Handler = std::function<void(const Peer& peer, std::string line, Reply reply)>;

    /// Binds `admin.socket` (0660, group admin_group where it exists; a stale socket file is replaced, a symlink or
    /// another kind of file is refused). Throws std::runtime_error naming the path. Groups that do not exist are logged
    /// once.
    AdminSocket(boost::asio::io_context& loop, const config::Config& config, core::Counters& counters, Log& log,
                Handler handler, std::chrono::milliseconds longest_idle = idle_time_out);
    ~AdminSocket();
    void start();
    void stop(); ///< takes no new connection or line; open ones get their replies
    bool idle() const; ///< no reply is owed or on its way; on the loop
    void reload_groups(const config::Config& config);

private:
    struct Inside;
    std::shared_ptr<Inside> inside_;
};

} // namespace io
