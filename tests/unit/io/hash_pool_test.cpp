// tests/unit/io/hash_pool_test.cpp - slow checks leave the loop alone: each result comes once and on the loop, what
// does not fit is refused, and a stop under load neither hangs nor speaks afterwards.
#include "daemon/io/hash_pool.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <future>
#include <string>

using namespace std::chrono_literals;
using provisioning::Secret;

namespace {

bool same(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) { return std::ranges::equal(a, b); }

/// Runs the loop until `done` says so, at most 10 s.
template <class Done>
bool run_until(boost::asio::io_context& loop, Done done)
{
    loop.restart(); // it stops when it has nothing to do
    const auto guard = boost::asio::make_work_guard(loop);
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!done() && std::chrono::steady_clock::now() < end) loop.run_one_for(100ms);
    return done();
}

/// A check that waits until it is let go, so that a test decides what is in work and what waits.
class Gate {
public:
    bool check(std::span<const std::uint8_t> stored, std::span<const std::uint8_t> typed)
    {
        std::unique_lock lock(mutex_);
        ++in_work_;
        begun_.emplace_back(typed.begin(), typed.end());
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
        return same(stored, typed);
    }
    void open()
    {
        {
            const std::lock_guard lock(mutex_);
            open_ = true;
        }
        changed_.notify_all();
    }
    bool await_in_work(std::size_t count)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 10s, [&] { return in_work_ >= count; });
    }
    std::vector<std::string> begun()
    {
        const std::lock_guard lock(mutex_);
        return begun_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t in_work_ = 0;
    bool open_ = false;
    std::vector<std::string> begun_; ///< what was typed, in the order of the checks
};

io::HashPool::Check through(Gate& gate)
{
    return [&gate](auto stored, auto typed) { return gate.check(stored, typed); };
}

} // namespace

TEST_CASE("each check is made off the loop, and its result comes once, on the loop, under its ticket")
{
    boost::asio::io_context loop;
    const auto loop_thread = std::this_thread::get_id();
    std::atomic<int> on_the_loop = 0;
    io::HashPool pool(loop, 2, 100, [&](auto stored, auto typed) {
        on_the_loop += std::this_thread::get_id() == loop_thread;
        return same(stored, typed);
    });
    std::vector<int> results(100, -1); // touched by the loop's thread only
    int calls = 0, elsewhere = 0;
    for (std::uint64_t ticket = 0; ticket < 100; ++ticket)
        REQUIRE(pool.post(ticket, Secret("right"), Secret(ticket % 3 ? "right" : "wrong"),
                          [&](std::uint64_t which, bool right) {
                              ++calls;
                              elsewhere += std::this_thread::get_id() != loop_thread;
                              results.at(which) = right;
                          }));
    CHECK(run_until(loop, [&] { return calls == 100; }));
    loop.restart();
    loop.run_for(20ms);
    CHECK(calls == 100);
    CHECK(elsewhere == 0);
    CHECK(on_the_loop == 0);
    for (std::size_t ticket = 0; ticket < results.size(); ++ticket) CHECK(results[ticket] == (ticket % 3 ? 1 : 0));
}

TEST_CASE("checks begin in the order of posting, and what is beyond the bound is refused at once")
{
    boost::asio::io_context loop;
    Gate gate;
    io::HashPool pool(loop, 1, 3, through(gate));
    std::vector<std::uint64_t> done;
    const auto post = [&](std::uint64_t ticket) {
        return pool.post(ticket, Secret("x"), Secret(std::to_string(ticket)),
                         [&](std::uint64_t which, bool) { done.push_back(which); });
    };
    REQUIRE(post(1));
    REQUIRE(gate.await_in_work(1)); // it waits no more, so three others may
    CHECK(post(2));
    CHECK(post(3));
    CHECK(post(4));
    CHECK_FALSE(post(5));
    CHECK(pool.waiting() == 3);
    gate.open();
    CHECK(run_until(loop, [&] { return done.size() == 4; }));
    CHECK(gate.begun() == std::vector<std::string>{"1", "2", "3", "4"});
    CHECK(done == std::vector<std::uint64_t>{1, 2, 3, 4});
    CHECK(post(6));
    CHECK(run_until(loop, [&] { return done.size() == 5; }));
}

TEST_CASE("several are checked at the same time, as many as there are threads")
{
    boost::asio::io_context loop;
    Gate gate;
    io::HashPool pool(loop, 3, 10, through(gate));
    int done = 0;
    for (std::uint64_t ticket = 1; ticket <= 4; ++ticket)
        REQUIRE(pool.post(ticket, Secret("a"), Secret("a"), [&](std::uint64_t, bool right) { done += right; }));
    CHECK(gate.await_in_work(3)); // none of them can end before the gate opens
    CHECK(pool.waiting() == 1);
    gate.open();
    CHECK(run_until(loop, [&] { return done == 4; }));
}

TEST_CASE("a stop under load drops what waits, finishes what is in work, and then nothing is said any more")
{
    boost::asio::io_context loop;
    Gate gate;
    int called = 0;
    const auto held = std::make_shared<int>(0); // as an engine that is gone after the stop
    {
        io::HashPool pool(loop, 2, 1000, through(gate));
        for (std::uint64_t ticket = 0; ticket < 500; ++ticket)
            REQUIRE(pool.post(ticket, Secret("a"), Secret("a"), [&called, held](std::uint64_t, bool) { ++called; }));
        REQUIRE(gate.await_in_work(2));
        CHECK(pool.waiting() == 498);
        auto opener = std::async(std::launch::async, [&] {
            std::this_thread::sleep_for(20ms); // while stop() waits for the two
            gate.open();
        });
        pool.stop();
        CHECK(gate.begun().size() == 2);
        CHECK(pool.waiting() == 0);
        CHECK_FALSE(pool.post(501, Secret("a"), Secret("a"), [&called](std::uint64_t, bool) { ++called; }));
        pool.stop(); // twice: harmless
    }
    loop.run_for(20ms);
    CHECK(called == 0);
    CHECK(held.use_count() == 1); // nothing that was posted is kept
}

TEST_CASE("a result that is on its way when the pool stops is not told")
{
    boost::asio::io_context loop;
    std::promise<void> checked;
    int called = 0;
    {
        io::HashPool pool(loop, 1, 10, [&](auto, auto) {
            checked.set_value();
            return true;
        });
        REQUIRE(pool.post(1, Secret("a"), Secret("a"), [&](std::uint64_t, bool) { ++called; }));
        REQUIRE(checked.get_future().wait_for(10s) == std::future_status::ready);
    }
    CHECK(loop.poll() == 1); // it was there
    CHECK(called == 0);
}

TEST_CASE("a pool is made, loaded and stopped while its threads work, many times")
{
    boost::asio::io_context loop;
    std::uint64_t told = 0, after_stop = 0;
    for (int round = 0; round < 50; ++round) {
        auto pool = std::make_unique<io::HashPool>(loop, 3, 20, [](auto stored, auto typed) {
            std::this_thread::sleep_for(200us);
            return same(stored, typed);
        });
        bool stopped = false;
        for (std::uint64_t ticket = 0; ticket < 40; ++ticket) {
            // Whether one is refused depends on the threads; both are right.
            (void)pool->post(ticket, Secret("a"), Secret("a"),
                             [&](std::uint64_t, bool) { ++(stopped ? after_stop : told); });
            loop.restart();
            loop.poll();
            if (ticket % 8 == 0) std::this_thread::sleep_for(300us);
        }
        pool.reset();
        stopped = true;
        loop.restart();
        loop.poll();
    }
    CHECK(told > 0);
    CHECK(after_stop == 0);
}
