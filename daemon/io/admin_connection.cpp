// daemon/io/admin_connection.cpp - splitting into lines, back-pressure, time-outs.
#include "daemon/io/admin_connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <atomic>

namespace io {

std::string transport_error(std::string_view code, std::string_view message)
{
    return boost::json::serialize(
        boost::json::object{{"id", nullptr}, {"error", {{"code", code}, {"field", ""}, {"message", message}}}});
}

/// The right to answer one line, once. A handler that lets go of it without answering has answered with an error.
struct AdminConnection::Ticket {
    boost::asio::io_context& loop;
    std::weak_ptr<AdminConnection> connection;
    std::atomic<bool> used{false};

    void answer(std::string line)
    {
        if (used.exchange(true) || connection.expired()) return;
        boost::asio::post(loop, [to = connection, line = std::move(line)]() mutable {
            if (const auto alive = to.lock()) alive->answer(std::move(line));
        });
    }
    Ticket(boost::asio::io_context& l, std::weak_ptr<AdminConnection> c) : loop(l), connection(std::move(c)) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() { answer(transport_error("unavailable", "the command was not run: the daemon is stopping or busy")); }
};

AdminConnection::AdminConnection(boost::asio::io_context& loop, Socket socket, Closed closed)
    : loop_(loop), socket_(std::move(socket)), timer_(loop), idle_timer_(loop), closed_(std::move(closed))
{
}

void AdminConnection::serve(Peer peer, AdminSocket::Handler handler, std::chrono::milliseconds longest_idle)
{
    if (mode_ != Mode::waiting) return;
    mode_ = Mode::serving;
    peer_ = std::move(peer);
    handler_ = std::move(handler);
    longest_idle_ = longest_idle;
    last_active_ = std::chrono::steady_clock::now();
    watch_idle();
    read();
}

void AdminConnection::refuse(std::string line)
{
    mode_ = Mode::refusing;
    timer_.expires_after(refusal_time_out);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (!error) self->close();
    });
    line += '\n';
    // One short line into an empty socket: it fits, and whoever does not take it gets nothing else.
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.write_some(boost::asio::buffer(line), ignored);
    socket_.shutdown(Socket::shutdown_send, ignored);
    read();
}

void AdminConnection::finish()
{
    if (mode_ == Mode::closed || mode_ == Mode::refusing) return;
    mode_ = Mode::finishing;
    close_when_done();
}

void AdminConnection::close()
{
    if (mode_ == Mode::closed) return;
    mode_ = Mode::closed;
    timer_.cancel();
    idle_timer_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
    handler_ = nullptr;
    if (const auto closed = std::exchange(closed_, nullptr)) closed(*this);
}

bool AdminConnection::takes_lines() const
{
    return mode_ == Mode::serving && owed_ + unsent_.size() < most_replies && unsent_octets_ < most_unsent_octets;
}

void AdminConnection::read()
{
    if (reading_ || ended_ || (!takes_lines() && mode_ != Mode::refusing)) return;
    reading_ = true;
    socket_.async_read_some(boost::asio::buffer(chunk_),
                            [self = shared_from_this()](const boost::system::error_code& error, std::size_t octets) {
                                self->reading_ = false;
                                if (self->mode_ == Mode::closed) return;
                                if (error)
                                    self->on_end();
                                else
                                    self->on_read(octets);
                            });
}

void AdminConnection::on_read(std::size_t octets)
{
    last_active_ = std::chrono::steady_clock::now();
    if (mode_ == Mode::serving) {
        input_.append(chunk_.data(), octets);
        take_lines();
    }
    read();
}

void AdminConnection::on_end()
{
    ended_ = true;
    if (mode_ == Mode::refusing) return close();
    if (!input_.empty() && input_.back() != '\n') input_ += '\n';  // a last line without its newline
    take_lines();
    close_when_done();
}

void AdminConnection::take_lines()
{
    std::size_t begin = 0;
    while (takes_lines()) {
        const auto end = input_.find('\n', std::max(begin, searched_));
        if (end == std::string::npos) {
            searched_ = input_.size();
            break;
        }
        auto line = input_.substr(begin, end - begin);
        begin = searched_ = end + 1;
        take(std::move(line));
    }
    input_.erase(0, begin);
    searched_ -= std::min(searched_, begin);
    if (searched_ == input_.size() && input_.size() > AdminSocket::max_line_octets) {
        if (!std::exchange(skipping_, true))
            send(transport_error("invalid", "the line is longer than 1 MiB; it is left out"));
        input_.clear();
        searched_ = 0;
    }
}

void AdminConnection::take(std::string line)
{
    if (std::exchange(skipping_, false)) return;
    if (line.size() > AdminSocket::max_line_octets)
        return send(transport_error("invalid", "the line is longer than 1 MiB; it is left out"));
    hand(std::move(line));
}

void AdminConnection::hand(std::string line)
{
    ++owed_;
    const auto ticket = std::make_shared<Ticket>(loop_, weak_from_this());
    handler_(peer_, std::move(line), [ticket](std::string reply) { ticket->answer(std::move(reply)); });
}

void AdminConnection::answer(std::string line)
{
    if (mode_ == Mode::closed) return;
    --owed_;
    send(std::move(line));
}

void AdminConnection::send(std::string line)
{
    line += '\n';
    unsent_octets_ += line.size();
    unsent_.push_back(std::move(line));
    write();
}

void AdminConnection::write()
{
    if (writing_ || unsent_.empty() || mode_ == Mode::closed) return;
    writing_ = true;
    timer_.expires_after(write_time_out);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        // A wait that had already fired when the write went through is a wait of the past.
        if (!error && self->writing_ && self->timer_.expiry() <= std::chrono::steady_clock::now()) self->close();
    });
    socket_.async_write_some(boost::asio::buffer(unsent_.front()) + sent_of_first_,
                             [self = shared_from_this()](const boost::system::error_code& error, std::size_t octets) {
                                 self->writing_ = false;
                                 if (self->mode_ == Mode::closed) return;
                                 if (error)
                                     self->close();
                                 else
                                     self->on_written(octets);
                             });
}

void AdminConnection::on_written(std::size_t octets)
{
    timer_.cancel();
    last_active_ = std::chrono::steady_clock::now();
    sent_of_first_ += octets;
    if (sent_of_first_ == unsent_.front().size()) {
        unsent_octets_ -= unsent_.front().size();
        unsent_.pop_front();
        sent_of_first_ = 0;
    }
    write();
    take_lines();
    read();
    close_when_done();
}

void AdminConnection::close_when_done()
{
    if (mode_ == Mode::closed || owes() || writing_) return;
    if (mode_ == Mode::finishing || (ended_ && input_.empty())) close();
}

void AdminConnection::watch_idle()
{
    idle_timer_.expires_at(last_active_ + longest_idle_);
    idle_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self || self->mode_ == Mode::closed) return;
        const auto now = std::chrono::steady_clock::now();
        if (self->owes()) self->last_active_ = now;
        if (self->last_active_ + self->longest_idle_ <= now) return self->close();
        self->watch_idle();
    });
}

}  // namespace io
