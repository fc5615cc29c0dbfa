// tests/unit/io/admin_fixture.hpp - an admin socket on a loop of its own, and a client that waits at most 20 s.
#pragma once

#include "daemon/io/admin_peer.hpp"
#include "daemon/io/admin_socket.hpp"
#include "tests/unit/io/temporary.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <future>
#include <memory>
#include <thread>
#include <vector>

struct AdminDaemon {
    Temporary here;
    boost::asio::io_context loop;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{loop.get_executor()};
    config::Config config;
    core::Counters counters;
    io::Log log{config::LogLevel::error};
    io::AdminSocket::Handler handler = [](const io::Peer&, std::string line, io::AdminSocket::Reply reply) {
        reply(line);
    };
    std::chrono::milliseconds longest_idle = io::AdminSocket::idle_time_out;
    std::unique_ptr<io::AdminSocket> socket;
    std::thread thread;

    AdminDaemon()
    {
        config.admin.socket = here.path("admin.sock");
        config.admin.admin_group = config.admin.billing_group = config.admin.read_group = "porteiro-test-none";
    }
    ~AdminDaemon() { halt(); }

    std::string path() const { return config.admin.socket; }
    void start()
    {
        socket = std::make_unique<io::AdminSocket>(loop, config, counters, log, handler, longest_idle);
        socket->start();
        thread = std::thread([this] { loop.run(); });
    }
    void halt()
    {
        if (!thread.joinable()) return;
        boost::asio::post(loop, [this] {
            socket.reset();
            work.reset();
            loop.stop();
        });
        thread.join();
    }
    template <class Ask>
    auto on_loop(Ask ask)
    {
        std::packaged_task<decltype(ask())()> task(std::move(ask));
        auto answer = task.get_future();
        boost::asio::post(loop, [&task] { task(); });
        return answer.get();
    }
};

struct Client {
    int socket = -1;
    std::string received;

    explicit Client(const std::string& path)
    {
        socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~Client() { ::close(socket); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    bool connected = false;

    /// Writes all; a peer that takes nothing for 20 s fails the test.
    void send(std::string_view text) const
    {
        while (!text.empty()) {
            pollfd wanted{socket, POLLOUT, 0};
            REQUIRE(::poll(&wanted, 1, 20'000) == 1);
            const auto n = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n > 0)
                text.remove_prefix(static_cast<std::size_t>(n));
            else
                REQUIRE(errno == EAGAIN);
        }
    }
    bool receive()
    {
        pollfd wanted{socket, POLLIN, 0};
        REQUIRE(::poll(&wanted, 1, 20'000) == 1);
        std::vector<char> part(65536);
        const auto n = ::recv(socket, part.data(), part.size(), 0);
        if (n > 0) received.append(part.data(), static_cast<std::size_t>(n));
        return n > 0;
    }
    /// The next line without its newline; "<end>" when there is none.
    std::string line()
    {
        while (received.find('\n') == received.npos)
            if (!receive()) return "<end>";
        const auto end = received.find('\n');
        auto text = received.substr(0, end);
        received.erase(0, end + 1);
        return text;
    }
    bool ended() { return received.empty() && !receive(); }
};
