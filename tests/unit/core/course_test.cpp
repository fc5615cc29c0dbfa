// The rules of what follows what, without any session.
#include "daemon/core/reconcile/course.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using core::Next;
using Order = provisioning::EnforcementOrder;
using Result = provisioning::EnforcementResult;

TEST_CASE("O-05 what follows an outcome")
{
    struct Row {
        const char* name;
        Order order;
        Result result;
        std::optional<std::uint32_t> cause;
        std::uint32_t in_vain;
        Next next;
    };
    const Row rows[] = {
        {"a CoA that is acknowledged is in force", Order::coa, Result::acknowledged, {}, 0, Next::in_force},
        {"a Disconnect that is waits for the Stop", Order::disconnect, Result::acknowledged, {}, 0, Next::await_end},
        {"a CoA that did nothing becomes a Disconnect", Order::coa, Result::no_effect, {}, 1, Next::disconnect},
        {"a Disconnect that did nothing is tried again", Order::disconnect, Result::no_effect, {}, 2, Next::again},
        {"and is given up the third time", Order::disconnect, Result::no_effect, {}, 3, Next::give_up},
        {"a session that is not there is left alone", Order::disconnect, Result::not_found, 503, 1, Next::when_heard},
        {"likewise by CoA", Order::coa, Result::not_found, 503, 1, Next::when_heard},
        {"a NAK without a cause may pass", Order::coa, Result::refused, {}, 1, Next::again},
        {"one of a cause that may pass too", Order::disconnect, Result::refused, 504, 2, Next::again},
        {"a third one of a CoA leads to a Disconnect", Order::coa, Result::refused, 504, 3, Next::disconnect},
        {"a third one of a Disconnect is the last", Order::disconnect, Result::refused, 504, 3, Next::give_up},
        {"401 will not pass", Order::coa, Result::refused, 401, 1, Next::disconnect},
        {"404 will not pass", Order::disconnect, Result::refused, 404, 1, Next::give_up},
        {"405 will not pass", Order::disconnect, Result::refused, 405, 1, Next::give_up},
        {"501 will not pass", Order::coa, Result::refused, 501, 1, Next::disconnect},
        {"506 will not pass", Order::disconnect, Result::refused, 506, 1, Next::give_up},
        {"an unknown cause may pass", Order::disconnect, Result::refused, 4711, 1, Next::again},
        {"silence never ends it", Order::disconnect, Result::no_answer, {}, 99, Next::again},
        {"what fits into no CoA is a Disconnect", Order::coa, Result::not_sent, {}, 1, Next::disconnect},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(core::next_of(row.order, row.result, row.cause, row.in_vain) == row.next);
    }
}

TEST_CASE("pauses double from 5 s to 5 minutes, a fifth more or less")
{
    struct Row {
        std::uint32_t times;
        double jitter;
        std::chrono::milliseconds pause;
    };
    for (const auto& row : {Row{1, 0, 5s}, Row{2, 0, 10s}, Row{3, 0, 20s}, Row{7, 0, 300s}, Row{99, 0, 300s},
                            Row{1, 1, 6s}, Row{1, -1, 4s}}) {
        CAPTURE(row.times);
        CHECK(core::pause_after(row.times, row.jitter) == row.pause);
    }
}

TEST_CASE("traffic shows that a rate is not in force when it is well above it for long enough")
{
    struct Row {
        const char* name;
        std::uint64_t octets;
        std::chrono::milliseconds time;
        std::uint64_t rate;
        bool exceeds;
    };
    const Row rows[] = {
        {"at the rate", 75'000'000, 60s, 10'000'000, false},
        {"half as much again and a megabit", 120'000'000, 60s, 10'000'000, false},
        {"more than that", 120'000'100, 60s, 10'000'000, true},
        {"for too short a time", 120'000'100, 29'999ms, 10'000'000, false},
        {"without a limit", 1'000'000'000'000, 60s, 0, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(core::exceeds(row.octets, row.time, row.rate) == row.exceeds);
    }
}

TEST_CASE("what a session may have is compared group by group")
{
    using radius::Fingerprint;
    const Fingerprint before{{1, 2, 0, 0}}, asked{{1, 3, 0, 0}};
    core::Wanted wanted;
    wanted.fingerprint = before;
    struct Row {
        const char* name;
        core::Had had;
        bool garden, follows;
    };
    const Row rows[] = {
        {"it has what it should", {.surely = before, .perhaps = {}}, false, true},
        {"it has something else", {.surely = asked, .perhaps = {}}, false, false},
        {"a request without an answer may have changed it", {.surely = before, .perhaps = asked}, false, false},
        {"nothing is known: it has what it should", {.surely = {}, .perhaps = {}}, false, true},
        {"nothing is known: a garden it is told", {.surely = {}, .perhaps = {}}, true, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        wanted.garden = row.garden;
        CHECK(core::follows(row.had, wanted) == row.follows);
    }
    wanted.offline = true;
    CHECK_FALSE(core::follows({.surely = before, .perhaps = {}}, wanted));
}
