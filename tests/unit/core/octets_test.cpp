// N-08, N-09, F-27: counters of 32 bits that wrap, with gigawords and without.
#include "daemon/core/octets.hpp"

#include <doctest/doctest.h>

#include <vector>

using core::OctetsKnown;
using core::Order;

namespace {

constexpr std::uint64_t giga = 1ULL << 32;

struct Step {
    std::uint32_t gigawords, octets;
    std::uint64_t expected;
    bool wrapped = false;
    Order order = Order::later;
    bool may_wrap = true;
};

void check(const char* name, OctetsKnown known, const std::vector<Step>& steps)
{
    CAPTURE(name);
    int at = 0;
    for (const auto& step : steps) {
        CAPTURE(at++);
        const auto reckoned = core::reckon(known, {step.octets, step.gigawords}, step.order, step.may_wrap);
        CHECK(reckoned.octets == step.expected);
        CHECK(reckoned.wrapped == step.wrapped);
    }
}

} // namespace

TEST_CASE("F-27 N-09 octets that fall are a wrap where the NAS does not count its wraps itself")
{
    check("gigawords present: exact to the octet", {},
          {{0, 4'000'000'000, 4'000'000'000}, {1, 5, giga + 5}, {1, 6, giga + 6}, {3, 0, 3 * giga}});
    check("gigawords absent: 2^32 is added each time", {},
          {{0, 4'000'000'000, 4'000'000'000},
           {0, 5, giga + 5, true},
           {0, 4, 2 * giga + 4, true},
           {0, 9, 2 * giga + 9, true}});
    check("gigawords stuck at 2", {}, {{2, 100, 2 * giga + 100}, {2, 99, 3 * giga + 99, true}});
    check("gigawords that come a report too late: never both", {},
          {{0, 100, 100}, {0, 5, giga + 5, true}, {1, 9, giga + 9}, {2, 1, 2 * giga + 1}});
    check("gigawords that fall are not a wrap", {}, {{2, 100, 2 * giga + 100}, {1, 50, giga + 50}});
    check("the highest there is", {}, {{UINT32_MAX, 7, UINT32_MAX * giga + 7}, {UINT32_MAX, 6, UINT32_MAX * giga + 6}});
}

TEST_CASE("N-08 N-09 only a later session time, and counters that are not all zero, make a wrap")
{
    check("the same session time", {}, {{0, 100, 100}, {0, 5, 5, false, Order::same}, {0, 101, 101}});
    check("zeros", {}, {{0, 100, 100}, {0, 0, 0, false, Order::later, false}, {0, 101, 101}});
    check("a repetition of the last report has what was added to it", {},
          {{0, 100, 100}, {0, 5, giga + 5, true}, {0, 5, giga + 5, true, Order::same}, {0, 6, giga + 6, true}});
}

TEST_CASE("N-09 a late report is reckoned into its place and changes nothing")
{
    check("before and after a wrap", {},
          {{0, 100, 100},
           {0, 50, giga + 50, true},
           {0, 40, giga + 40, true, Order::late},
           {0, 120, 120, false, Order::late},
           {0, 60, giga + 60, true}});
    check("more than is known", {}, {{0, 100, 100}, {3, 0, 3 * giga, false, Order::late}, {0, 101, 101}});
    check(
        "the highest there is", {UINT64_MAX, 0, true},
        {{UINT32_MAX, 5, UINT32_MAX * giga + 5, false, Order::late}, {0, 5, UINT32_MAX * giga + 5, true, Order::late}});
}

TEST_CASE("N-09 after a restart only the sum is known: what the NAS does not report of it was added")
{
    const OctetsKnown before{2 * giga + 100, 0, false};
    check("no gigawords", before, {{0, 200, 2 * giga + 200, true}, {0, 50, 3 * giga + 50, true}});
    check("gigawords", before, {{2, 200, 2 * giga + 200}, {3, 50, 3 * giga + 50}});
    check("gigawords that rose meanwhile", before, {{4, 0, 4 * giga}});
}

TEST_CASE("a direction that a report does not tell stays as it was")
{
    OctetsKnown known{100, 0, true};
    CHECK(core::reckon(known, {}, Order::later, true).octets == 0);
    CHECK(core::reckon(known, {50, 0}, Order::later, true).octets == giga + 50);
}
