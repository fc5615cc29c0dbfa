// daemon/io/admin_connection.hpp - one peer of the admin socket: lines in, lines out, neither without bound. On the
// loop, but for the replies, which may come from any thread.
#pragma once

#include "daemon/io/admin_socket.hpp"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <deque>

namespace io {

/// {"id":null,"error":{"code":...,"field":"","message":...}}: what the transport itself has to say.
std::string transport_error(std::string_view code, std::string_view message);

class AdminConnection : public std::enable_shared_from_this<AdminConnection> {
public:
    using Socket = boost::asio::local::stream_protocol::socket;
    using Closed = std::function<void(AdminConnection&)>;

    static constexpr std::size_t most_replies = 64;               ///< owed and unsent: no line is taken beyond them
    static constexpr std::size_t most_unsent_octets = 1 << 20;    ///< likewise
    static constexpr std::chrono::seconds write_time_out{10};     ///< without an octet taken by the peer
    static constexpr std::chrono::seconds refusal_time_out{1};

    AdminConnection(boost::asio::io_context& loop, Socket socket, Closed closed);

    /// Takes lines from now on; closes after `longest_idle` in which nothing came, went or was owed.
    void serve(Peer peer, AdminSocket::Handler handler, std::chrono::milliseconds longest_idle);
    /// Says `line`, ignores what comes, and closes when the peer does or after a second.
    void refuse(std::string line);
    /// Takes no new line; closes when the replies that are owed are sent.
    void finish();
    void close();
    bool owes() const { return owed_ > 0 || !unsent_.empty(); }  ///< a reply, or the rest of one

private:
    struct Ticket;
    enum class Mode { waiting, serving, refusing, finishing, closed };

    bool takes_lines() const;
    void read();
    void on_read(std::size_t octets);
    void on_end();
    void take_lines();
    void take(std::string line);
    void hand(std::string line);
    void answer(std::string line);
    void send(std::string line);
    void write();
    void on_written(std::size_t octets);
    void close_when_done();
    void watch_idle();

    boost::asio::io_context& loop_;
    Socket socket_;
    boost::asio::steady_timer timer_, idle_timer_;
    std::chrono::milliseconds longest_idle_{};
    std::chrono::steady_clock::time_point last_active_;
    Closed closed_;
    Mode mode_ = Mode::waiting;
    Peer peer_;
    AdminSocket::Handler handler_;

    std::array<char, 16384> chunk_{};
    std::string input_;
    std::size_t searched_ = 0;  ///< no newline before this in input_
    bool skipping_ = false;     ///< in a line that was too long
    bool reading_ = false, ended_ = false;

    std::deque<std::string> unsent_;
    std::size_t unsent_octets_ = 0, sent_of_first_ = 0;
    std::size_t owed_ = 0;  ///< lines handed over and not answered yet
    bool writing_ = false;
};

}  // namespace io
