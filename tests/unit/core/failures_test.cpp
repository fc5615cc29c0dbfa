#include "daemon/core/failures.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>
#include <random>
#include <vector>

using core::Failures;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Failures::Time start{std::chrono::hours{24 * 30}};
constexpr std::uint64_t guesser = 0xfeedfacecafebeef;

/// Fails `times` times, `apart` from each other; true when the last one, and only it, began a block.
bool only_the_last_blocks(Failures& table, std::uint64_t key, int times, milliseconds apart, Failures::Time from)
{
    for (int n = 0; n < times - 1; ++n)
        if (table.failed(key, from + n * apart)) return false;
    return table.failed(key, from + (times - 1) * apart);
}

std::size_t heap_in_use()
{
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

} // namespace

TEST_CASE("L-04 from the 10th failure within 60 s on an attempt is refused for 60 s, and then counted afresh")
{
    struct Row {
        const char* name;
        milliseconds apart;
    };
    for (const auto& row : {Row{"all at once", milliseconds{0}}, Row{"one a second", seconds{1}},
                            Row{"the 10th 59.994 s after the first", milliseconds{6666}}}) {
        CAPTURE(row.name);
        Failures table(64);
        for (int n = 0; n < 9; ++n) {
            CHECK_FALSE(table.failed(guesser, start + n * row.apart));
            CHECK_FALSE(table.blocked(guesser, start + n * row.apart));
        }
        const auto tenth = start + 9 * row.apart;
        CHECK(table.failed(guesser, tenth));
        CHECK(table.blocked(guesser, tenth));
        CHECK(table.blocked(guesser, tenth + seconds{60} - milliseconds{1}));
        CHECK_FALSE(table.blocked(guesser, tenth + seconds{60}));
        CHECK(only_the_last_blocks(table, guesser, 10, milliseconds{1}, tenth + seconds{60}));
    }
}

TEST_CASE("L-04 failures that 60 s never hold ten of block nobody, however long they go on")
{
    Failures table(64);
    for (int n = 0; n < 10'000; ++n) REQUIRE_FALSE(table.failed(guesser, start + n * milliseconds{6667}));
    // Nine at once every minute, at whatever moments of the grid.
    auto now = start + seconds{100'000};
    std::mt19937 random(7);
    for (int n = 0; n < 1000; ++n, now += seconds{60} + milliseconds{random() % 20'000})
        for (int each = 0; each < 9; ++each) REQUIRE_FALSE(table.failed(guesser, now));
}

TEST_CASE("L-04 whatever the moments: nobody is blocked with less than ten in 60 s, all are with ten in 48 s")
{
    std::mt19937 random(4711);
    for (int run = 0; run < 200; ++run) {
        Failures table(64);
        std::vector<Failures::Time> failures; // since the last block
        auto now = start;
        const auto pace = 1 + random() % 15'000;
        for (int n = 0; n < 300; ++n, now += milliseconds{random() % pace}) {
            if (table.blocked(guesser, now)) continue;
            failures.push_back(now);
            const auto within = [&](seconds window) {
                return std::ranges::count_if(failures, [&](Failures::Time at) { return now - at < window; });
            };
            const bool blocks = table.failed(guesser, now);
            if (blocks) REQUIRE(within(seconds{60}) >= 10);
            if (!blocks) REQUIRE(within(seconds{48}) < 10);
            if (blocks) failures.clear();
        }
    }
}

TEST_CASE("L-04 what is tried while blocked moves nothing")
{
    Failures table(64);
    REQUIRE(only_the_last_blocks(table, guesser, 10, milliseconds{0}, start));
    // A request that was on its way when the block began.
    for (int second = 0; second < 60; ++second) CHECK_FALSE(table.failed(guesser, start + seconds{second}));
    CHECK_FALSE(table.blocked(guesser, start + seconds{60}));
    CHECK_FALSE(table.failed(guesser, start + seconds{60}));
}

TEST_CASE("L-04 a right password clears the count, and one key says nothing of another")
{
    Failures table(8); // one place for all
    for (int n = 0; n < 9; ++n) table.failed(1, start);
    CHECK(only_the_last_blocks(table, 2, 10, milliseconds{0}, start));
    CHECK_FALSE(table.blocked(1, start));
    table.succeeded(1);
    CHECK(table.blocked(2, start));
    CHECK_FALSE(table.failed(1, start));
    table.succeeded(3); // never failed: nothing to clear
    CHECK(table.blocked(2, start));
    CHECK(only_the_last_blocks(table, 0, 10, milliseconds{0}, start)); // 0 is a key like any other
}

TEST_CASE("L-04 other limits: 30 failures in 60 s, as for a MAC, and a block of 5 minutes")
{
    Failures table(64, {.failures = 30, .block = std::chrono::minutes{5}});
    CHECK(only_the_last_blocks(table, guesser, 30, seconds{2}, start));
    const auto begun = start + 29 * seconds{2};
    CHECK(table.blocked(guesser, begun + seconds{299}));
    CHECK_FALSE(table.blocked(guesser, begun + seconds{300}));
}

TEST_CASE("L-05 a place of eight keys gives way to a ninth that fails: the one that failed least recently")
{
    Failures table(8);
    for (std::uint64_t key = 1; key <= 8; ++key)
        REQUIRE(only_the_last_blocks(table, key, 10, milliseconds{0}, start + seconds{key}));
    table.failed(9, start + seconds{10});
    CHECK_FALSE(table.blocked(1, start + seconds{10}));
    for (std::uint64_t key = 2; key <= 8; ++key) CHECK(table.blocked(key, start + seconds{10}));
}

TEST_CASE("L-05 10^6 random names take no memory beyond the table's own, and block nobody")
{
    Failures table;
    CHECK(table.octets() == std::size_t{16} << 20);
    const auto before = heap_in_use();
    std::mt19937_64 random(5);
    std::size_t blocks = 0;
    for (int n = 0; n < 1'000'000; ++n) blocks += table.failed(random(), start + milliseconds{n / 100});
    CHECK(blocks == 0);
    CHECK(heap_in_use() == before);
}

TEST_CASE("L-05 a guesser who goes on through a flood of random names is blocked all the same")
{
    // Ten tries among 10^5 other failures: the eight keys of a place are 0.8 on average by then. (A counter that rests
    // while eight others come to its place is lost; the header says so.)
    Failures table;
    std::mt19937_64 random(11);
    int blocked = 0;
    for (std::uint64_t key = 1; key <= 100; ++key) {
        bool any = false;
        for (int n = 0; n < 10; ++n) {
            any = table.failed(key * 0x9e3779b97f4a7c15, start) || any;
            for (int other = 0; other < 1000; ++other) table.failed(random(), start);
        }
        blocked += any;
    }
    CHECK(blocked == 100);
}
