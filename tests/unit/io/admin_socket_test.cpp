// tests/unit/io/admin_socket_test.cpp - lines in, lines out, over real sockets: framing, order, bounds, back-pressure.
#include "tests/unit/io/admin_fixture.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("two requests in one write get two replies, with the peer that the kernel names")
{
    AdminDaemon daemon;
    daemon.handler = [](const io::Peer& peer, std::string line, io::AdminSocket::Reply reply) {
        reply(line + ' ' + peer.user + ' ' + std::to_string(peer.pid) + (peer.may_speak_for_others ? " trusted" : ""));
    };
    daemon.start();
    Client client(daemon.path());
    client.send("one\ntwo\n");
    const auto who = io::user_name(::geteuid()) + ' ' + std::to_string(::getpid()) + " trusted";
    CHECK(client.line() == "one " + who);
    CHECK(client.line() == "two " + who);
}

TEST_CASE("a request in many pieces is one line, and a last one without newline counts")
{
    AdminDaemon daemon;
    daemon.start();
    Client client(daemon.path());
    for (const char c : std::string{"slowly\n"}) client.send(std::string(1, c));
    CHECK(client.line() == "slowly");
    client.send("\nlast");
    ::shutdown(client.socket, SHUT_WR);
    CHECK(client.line() == "");
    CHECK(client.line() == "last");
    CHECK(client.ended());
}

TEST_CASE("X-12: a line of 1 MiB passes; a longer one is refused and the connection goes on")
{
    AdminDaemon daemon;
    daemon.handler = [](const io::Peer&, std::string line, io::AdminSocket::Reply reply) {
        reply(std::to_string(line.size()));
    };
    daemon.start();
    Client client(daemon.path());
    const std::string error =
        R"({"id":null,"error":{"code":"invalid","field":"","message":"the line is longer than 1 MiB; it is left out"}})";
    for (const std::size_t size : {std::size_t{1} << 20, (std::size_t{1} << 20) + 1, std::size_t{5} << 20}) {
        CAPTURE(size);
        client.send(std::string(size, 'x') + '\n');
        CHECK(client.line() == (size == 1 << 20 ? "1048576" : error));
        client.send("next\n");
        CHECK(client.line() == "4");
    }
}

TEST_CASE("replies may come from other threads and out of order")
{
    AdminDaemon daemon;
    std::vector<std::thread> threads;
    std::promise<void> second_answered;
    const auto second = second_answered.get_future().share();
    daemon.handler = [&](const io::Peer&, std::string line, io::AdminSocket::Reply reply) {
        threads.emplace_back([&, second, line, reply] {
            if (line == "first") second.wait();
            reply("answer to " + line);
            if (line == "second") second_answered.set_value();
        });
    };
    daemon.start();
    Client client(daemon.path());
    client.send("first\nsecond\n");
    CHECK(client.line() == "answer to second");
    CHECK(client.line() == "answer to first");
    daemon.halt();
    for (auto& thread : threads) thread.join();
}

TEST_CASE("a handler that forgets to answer has answered, and one that answers twice has answered once")
{
    AdminDaemon daemon;
    daemon.handler = [](const io::Peer&, const std::string& line, const io::AdminSocket::Reply& reply) {
        if (line == "forget") return;
        reply("once");
        reply("twice");
    };
    daemon.start();
    Client client(daemon.path());
    client.send("forget\nanswer\nanswer\n");
    CHECK(client.line().find("\"code\":\"unavailable\"") != std::string::npos);
    CHECK(client.line() == "once");
    CHECK(client.line() == "once");
}

TEST_CASE("X-12: a peer that never reads is not read from for ever, blocks nobody, and gets all when it reads again")
{
    AdminDaemon daemon;
    std::atomic<int> handled{0};
    daemon.handler = [&](const io::Peer&, std::string, io::AdminSocket::Reply reply) {
        ++handled;
        reply(std::string(100'000, 'y'));
    };
    daemon.start();
    Client greedy(daemon.path()), other(daemon.path());
    std::string many;
    for (int n = 0; n < 1000; ++n) many += "x\n";
    greedy.send(many);
    for (int n = 0; n < 20; ++n) {
        other.send("x\n");
        CHECK(other.line().size() == 100'000);
    }
    CHECK(handled < 200);  // 20 of the other, and less than 100 that one peer may have waiting
    for (int n = 0; n < 1000; ++n) REQUIRE(greedy.line().size() == 100'000);
    CHECK(handled == 1020);
}

TEST_CASE("X-12: at most 64 lines of one peer are with the handler at once")
{
    AdminDaemon daemon;
    std::vector<io::AdminSocket::Reply> owed;  // on the loop
    daemon.handler = [&](const io::Peer&, std::string, io::AdminSocket::Reply reply) {
        owed.push_back(std::move(reply));
    };
    daemon.start();
    Client client(daemon.path());
    std::string many;
    for (int n = 0; n < 200; ++n) many += "x\n";
    client.send(many);
    const auto owing = [&] { return daemon.on_loop([&] { return owed.size(); }); };
    CHECK(eventually([&] { return owing() == 64; }));
    for (int n = 0; n < 10; ++n) CHECK(owing() == 64);
    daemon.on_loop([&] { return owed[0]("one"), 0; });
    CHECK(client.line() == "one");
    CHECK(eventually([&] { return owing() == 65; }));
    daemon.halt();
}

TEST_CASE("X-12: connection 65 of a trusted account is told so and closed, and a free place is taken again")
{
    AdminDaemon daemon;
    daemon.start();
    std::vector<std::unique_ptr<Client>> clients;
    for (int n = 0; n < 64; ++n) {
        clients.push_back(std::make_unique<Client>(daemon.path()));
        clients.back()->send("hello\n");
        REQUIRE(clients.back()->line() == "hello");
    }
    Client late(daemon.path());
    CHECK(late.line().find(
              "\"code\":\"unavailable\",\"field\":\"\",\"message\":\"64 connections of your account are open") !=
          std::string::npos);
    CHECK(late.ended());
    clients.pop_back();
    CHECK(eventually([&] {
        Client again(daemon.path());
        again.send("hello\n");
        return again.line() == "hello";
    }));
}

TEST_CASE("stopping takes no new line, sends what is owed, and closes")
{
    AdminDaemon daemon;
    std::vector<io::AdminSocket::Reply> owed;
    daemon.handler = [&](const io::Peer&, std::string, io::AdminSocket::Reply reply) {
        owed.push_back(std::move(reply));
    };
    daemon.start();
    Client busy(daemon.path()), idle(daemon.path());
    busy.send("work\n");
    CHECK(eventually([&] { return daemon.on_loop([&] { return owed.size(); }) == 1; }));
    daemon.on_loop([&] { return daemon.socket->stop(), 0; });
    const auto nothing_owed = [&] { return daemon.on_loop([&] { return daemon.socket->idle(); }); };
    CHECK(idle.ended());
    CHECK_FALSE(nothing_owed());
    CHECK_FALSE(std::filesystem::exists(daemon.path()));
    daemon.on_loop([&] { return owed[0]("done"), 0; });
    CHECK(busy.line() == "done");
    CHECK(busy.ended());
    CHECK(nothing_owed());
    daemon.halt();
}

TEST_CASE("who gets a place")
{
    const uid_t own = ::geteuid(), other = own + 1, third = own + 2;
    struct Row {
        const char* name;
        std::map<uid_t, std::size_t> open;
        uid_t uid;
        std::string problem;
    };
    const std::map<uid_t, std::size_t> crowd = {{own + 3, 16}, {own + 4, 16}, {own + 5, 16}, {other, 16}};
    const Row rows[] = {
        {"the first one", {}, other, ""},
        {"15 of its own are open", {{other, 15}}, other, ""},
        {"16 of its own are open", {{other, 16}}, other, "16 connections of your account are open already; close one"},
        {"16 of another are open", {{other, 16}}, third, ""},
        {"64 of others are open", crowd, third, "64 connections are open already; try again later"},
        {"those of the trusted do not count", {{own, 64}, {0, 64}, {other, 15}}, third, ""},
        {"root, 64 of others", crowd, 0, ""},
        {"the service account, 64 of others", crowd, own, ""},
        {"the service account, 63 of its own", {{own, 63}}, own, ""},
        {"the service account, 64 of its own",
         {{own, 64}},
         own,
         "64 connections of your account are open already; close one"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(io::no_place(row.open, row.uid) == row.problem);
    }
}

TEST_CASE("a connection that is idle is closed, one that is owed a reply is not")
{
    AdminDaemon daemon;
    daemon.longest_idle = 300ms;
    std::vector<io::AdminSocket::Reply> owed;
    daemon.handler = [&](const io::Peer&, std::string, io::AdminSocket::Reply reply) {
        owed.push_back(std::move(reply));
    };
    daemon.start();
    Client busy(daemon.path());
    busy.send("work\n");
    REQUIRE(eventually([&] { return daemon.on_loop([&] { return owed.size(); }) == 1; }));
    for (int n = 0; n < 2; ++n) CHECK(Client(daemon.path()).ended());
    daemon.on_loop([&] { return owed[0]("done"), 0; });
    CHECK(busy.line() == "done");
    CHECK(busy.ended());
    daemon.halt();
}
