// tests/unit/io/database_threads_test.cpp - the watchdog frees a thread that waits for a server that hangs; tasks run
// in their threads and none is lost.
#include "daemon/io/database_threads.hpp"
#include "tests/unit/io/temporary.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

struct Pair {
    int ends[2] = {-1, -1};
    Pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0); }
    ~Pair()
    {
        for (const int end : ends) ::close(end);
    }
    /// Blocks until the socket is shut down or says something; true when it was shut down.
    bool shut_down_within(std::chrono::milliseconds longest) const
    {
        pollfd wanted{ends[0], POLLIN, 0};
        char octet = 0;
        return ::poll(&wanted, 1, static_cast<int>(longest.count())) == 1 && ::recv(ends[0], &octet, 1, 0) == 0;
    }
};

const io::DatabaseAddress nowhere{"host=/nonexistent dbname=porteiro user=porteiro", "America/Sao_Paulo"};

}  // namespace

TEST_CASE("F-05: the watchdog shuts a socket down when its deadline passes, and not before")
{
    io::Watchdog watchdog;
    const Pair hung;
    const auto begin = steady_clock::now();
    watchdog.arm(hung.ends[0], begin + 100ms);
    CHECK(hung.shut_down_within(10s));
    CHECK(steady_clock::now() - begin >= 100ms);
}

TEST_CASE("F-05: the watchdog leaves alone what was released, and takes an earlier deadline before a later one")
{
    io::Watchdog watchdog;
    const Pair first, second, late;
    watchdog.arm(late.ends[0], steady_clock::now() + 1h);
    watchdog.arm(first.ends[0], steady_clock::now() + 30ms);
    watchdog.release(first.ends[0]);
    watchdog.arm(second.ends[0], steady_clock::now() + 60ms);
    CHECK(second.shut_down_within(10s));
    CHECK_FALSE(first.shut_down_within(0ms));
    CHECK_FALSE(late.shut_down_within(0ms));
    watchdog.release(first.ends[0]);  // twice, and of nothing: harmless
}

TEST_CASE("F-05: arming again moves the deadline; a number is free once its deadline has fired")
{
    io::Watchdog watchdog;
    const Pair moved, other;
    watchdog.arm(moved.ends[0], steady_clock::now() + 20ms);
    watchdog.arm(moved.ends[0], steady_clock::now() + 1h);
    watchdog.arm(other.ends[0], steady_clock::now() + 50ms);
    CHECK(other.shut_down_within(10s));
    CHECK_FALSE(moved.shut_down_within(0ms));
    const Pair reused;
    REQUIRE(::dup2(reused.ends[0], other.ends[0]) == other.ends[0]);  // the same number, another socket
    watchdog.arm(moved.ends[0], steady_clock::now() + 20ms);
    CHECK(moved.shut_down_within(10s));
    CHECK_FALSE(reused.shut_down_within(0ms));
}

TEST_CASE("many threads arm and release at once")
{
    io::Watchdog watchdog;
    std::vector<std::thread> threads;
    std::atomic<int> shut_down{0};
    for (int n = 0; n < 4; ++n)
        threads.emplace_back([&] {
            for (int round = 0; round < 200; ++round) {
                const Pair pair;
                watchdog.arm(pair.ends[0], steady_clock::now() + 1h);
                watchdog.release(pair.ends[0]);
                if (pair.shut_down_within(0ms)) ++shut_down;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(shut_down == 0);
}

TEST_CASE("what is queued is run before the threads end, and nothing is taken after that")
{
    io::Watchdog watchdog;
    std::atomic<int> done{0};
    io::DatabaseThreads threads("db-a-name-that-is-too-long", 2, 1000, nowhere, watchdog);
    for (int n = 0; n < 500; ++n) REQUIRE(threads.post([&](io::SessionSource&) { ++done; }));
    threads.stop();
    CHECK(done == 500);
    CHECK_FALSE(threads.post([](io::SessionSource&) {}));
}

TEST_CASE("a full queue says so at once")
{
    io::Watchdog watchdog;
    std::promise<void> started, go_on;
    io::DatabaseThreads threads("db", 1, 2, nowhere, watchdog);
    REQUIRE(threads.post([&](io::SessionSource&) {
        started.set_value();
        go_on.get_future().wait();
    }));
    started.get_future().wait();
    CHECK(threads.post([](io::SessionSource&) {}));
    CHECK(threads.post([](io::SessionSource&) {}));
    CHECK_FALSE(threads.post([](io::SessionSource&) {}));
    go_on.set_value();
}

TEST_CASE("a database that is away is tried once per half second, not once per task")
{
    io::Watchdog watchdog;
    io::SessionSource source(nowhere, watchdog);
    std::string first, second;
    CHECK((first = thrown_by([&] { source.get(); })).starts_with("the database is away: "));
    const auto begin = steady_clock::now();
    for (int n = 0; n < 1000; ++n) second = thrown_by([&] { source.get(); });
    CHECK(steady_clock::now() - begin < 5s);
    CHECK(second == first);
    source.tidy();
}
