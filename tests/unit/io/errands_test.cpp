// tests/unit/io/errands_test.cpp - what a decision taught is written once, in order, again while the database is away;
// there is a bound, and an end.
#include "daemon/io/errands.hpp"
#include "provisioning/store/migrate.hpp"
#include "tests/unit/io/private_database.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <future>

using namespace std::chrono_literals;
using provisioning::store::Session;
using provisioning::store::Unavailable;

namespace {

/// A running PostgreSQL, with our schema: what a session needs.
const std::string& database()
{
    struct Running {
        PrivateDatabase database;
        std::string connection;
        Running() : connection(database.postgres->connection())
        {
            while (!database.postgres->ensure_running(60s)) {
            }
            io::Watchdog watchdog;
            Session owner(connection, provisioning::store::Role::owner, watchdog, "UTC");
            provisioning::store::migrate(owner);
        }
    };
    static const Running running;
    return running.connection;
}

struct Fixture {
    boost::asio::io_context loop{1};
    io::Watchdog watchdog;
    io::Log log{config::LogLevel::error};
    io::DatabaseThreads threads{"errands", 1, 8, {database(), "UTC"}, watchdog};
    io::Errands errands{loop, threads, log, 1ms};
    std::string done;  ///< the loop's thread reads it once the errand is over

    io::Errands::Errand noting(char letter)
    {
        return [this, letter](Session&) { done += letter; };
    }
    template <class Condition>
    bool run_until(Condition condition)
    {
        const auto guard = boost::asio::make_work_guard(loop);
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < end) loop.run_one_for(100ms);
        return condition();
    }
    /// All that is under way has come to its end, nothing is left to do.
    void run_out()
    {
        threads.stop();
        loop.restart();
        loop.run();
    }
};

}  // namespace

TEST_CASE("errands are done in order, each once, off the loop, with a session that works")
{
    Fixture f;
    std::atomic<bool> off_the_loop{false};
    std::string answer;
    const auto loop_thread = std::this_thread::get_id();
    std::promise<void> last;
    f.errands.add("a", f.noting('a'));
    f.errands.add("b", [&](Session& session) {
        off_the_loop = std::this_thread::get_id() != loop_thread;
        pqxx::work work(session.connection());
        answer = work.exec1("select count(*) from nas")[0].as<std::string>();
        f.done += 'b';
    });
    f.errands.add("c", f.noting('c'));
    f.errands.add("d", [&](Session&) { last.set_value(); });
    auto ended = last.get_future();
    REQUIRE(f.run_until([&] { return ended.wait_for(0s) == std::future_status::ready; }));
    CHECK(f.done == "abc");
    CHECK(answer == "0");
    CHECK(off_the_loop);
}

TEST_CASE("an errand that the records refuse is let go, and the next is done")
{
    Fixture f;
    std::atomic<int> attempts{0}, after{0};
    f.errands.add("refused", [&](Session&) {
        ++attempts;
        throw std::runtime_error("no");
    });
    f.errands.add("next", [&](Session&) { ++after; });
    REQUIRE(f.run_until([&] { return after == 1; }));
    CHECK(attempts == 1);
}

TEST_CASE("while the database is away an errand is tried again, and none overtakes it")
{
    Fixture f;
    std::atomic<int> attempts{0}, after{0};
    f.errands.add("away twice", [&](Session&) {
        if (++attempts < 3) throw Unavailable("away");
        f.done += 'a';
    });
    f.errands.add("next", [&](Session&) {
        f.done += 'b';
        ++after;
    });
    REQUIRE(f.run_until([&] { return after == 1; }));
    CHECK(attempts == 3);
    CHECK(f.done == "ab");
}

TEST_CASE("X-12: so many wait and no more; the oldest gives way, also to those that come while it is tried again")
{
    Fixture f;
    std::promise<void> gate;
    auto opened = gate.get_future().share();
    std::atomic<int> first{0};
    std::atomic<std::size_t> done{0}, lowest{io::Errands::most_waiting * 3};
    f.errands.add("held", [&, opened](Session&) {
        opened.wait();
        ++first;
        throw Unavailable("away");
    });
    const auto count = io::Errands::most_waiting + 5;
    for (std::size_t n = 0; n < count; ++n)
        f.errands.add("one of many", [&, n](Session&) {
            ++done;
            if (n < lowest) lowest = n;
        });
    gate.set_value();
    REQUIRE(f.run_until([&] { return done == io::Errands::most_waiting; }));
    f.run_out();
    CHECK(done == io::Errands::most_waiting);
    CHECK(lowest == 5);
    CHECK(first == 1);  // it was the oldest of all: no room to wait for another attempt
}

TEST_CASE("a stop lets the one in work end, and begins and repeats nothing")
{
    Fixture f;
    std::promise<void> begun, gate;
    auto opened = gate.get_future().share();
    std::atomic<int> attempts{0}, others{0};
    f.errands.add("in work", [&, opened](Session&) {
        ++attempts;
        begun.set_value();
        opened.wait();
        throw Unavailable("away");
    });
    f.errands.add("waits", [&](Session&) { ++others; });
    begun.get_future().wait();
    f.errands.stop();
    f.errands.add("late", [&](Session&) { ++others; });
    gate.set_value();
    f.run_out();
    CHECK(attempts == 1);
    CHECK(others == 0);
}

TEST_CASE("threads that take no more work are a database that is away: nothing is lost, nothing hangs")
{
    Fixture f;
    f.threads.stop();
    std::atomic<int> calls{0};
    f.errands.add("never", [&](Session&) { ++calls; });
    f.errands.stop();
    f.run_out();
    CHECK(calls == 0);
}
