#include "daemon/core/delayed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <malloc.h>
#include <map>
#include <numeric>
#include <random>

using core::Delayed;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Delayed::Time start{std::chrono::hours{24 * 30}};

Delayed::Item item(std::uint64_t ticket, milliseconds after, core::Octets reply = {})
{
    Delayed::Item made{start + after, {}, {}, ticket, 5, reply};
    made.path.remote_port = static_cast<std::uint16_t>(ticket);
    made.key.identifier = static_cast<std::uint8_t>(ticket);
    return made;
}

} // namespace

TEST_CASE("L-07 a reject waits for its time, and is then given with all that its sending needs")
{
    Delayed table;
    CHECK_FALSE(table.next());
    CHECK(table.due(start) == nullptr);
    std::vector<std::uint8_t> reply(20);
    std::iota(reply.begin(), reply.end(), std::uint8_t{3});
    const auto kept = reply;
    REQUIRE(table.add(item(77, seconds{1}, reply)));
    std::ranges::fill(reply, std::uint8_t{0}); // the caller's buffer serves the next packet
    CHECK(table.next() == start + seconds{1});
    CHECK(table.due(start + seconds{1} - milliseconds{1}) == nullptr);
    const auto* due = table.due(start + seconds{1});
    REQUIRE(due);
    CHECK(std::ranges::equal(due->reply, kept));
    CHECK(due->ticket == 77);
    CHECK(due->nas_id == 5);
    CHECK(due->path.remote_port == 77);
    CHECK(due->key.identifier == 77);
    table.pop();
    CHECK_FALSE(table.next());
    CHECK(table.size() == 0);
}

TEST_CASE("D-06 each is given exactly once, in the order of the times, of equal times the first added")
{
    Delayed table(4096);
    std::mt19937 random(17);
    std::multimap<Delayed::Time, std::uint64_t> expected; // keeps equal times in the order of insertion
    std::uint64_t ticket = 0;
    for (int round = 0; round < 2000; ++round) {
        for (auto n = random() % 5; n > 0 && table.size() < 4096; --n) {
            std::vector<std::uint8_t> reply(20 + random() % 493, static_cast<std::uint8_t>(++ticket));
            const auto added = item(ticket, milliseconds{round * 10 + static_cast<int>(random() % 200) * 10}, reply);
            REQUIRE(table.add(added));
            expected.emplace(added.due, ticket);
        }
        const auto now = start + milliseconds{round * 10};
        while (const auto* due = table.due(now)) {
            REQUIRE(due->ticket == expected.begin()->second);
            REQUIRE(due->due == expected.begin()->first);
            REQUIRE(due->reply.size() >= 20);
            REQUIRE(std::ranges::all_of(due->reply,
                                        [&](auto octet) { return octet == static_cast<std::uint8_t>(due->ticket); }));
            expected.erase(expected.begin());
            table.pop();
        }
        REQUIRE((expected.empty() || expected.begin()->first > now));
        REQUIRE(table.size() == expected.size());
    }
    CHECK(ticket > 3000);
}

TEST_CASE("L-07 what does not fit is to be sent at once: the table full, or the reply too long")
{
    Delayed table(3, 40);
    const std::vector<std::uint8_t> longest(40, 1), longer(41, 1);
    CHECK(table.add(item(1, seconds{3}, longest)));
    CHECK_FALSE(table.add(item(2, seconds{1}, longer)));
    CHECK(table.add(item(3, seconds{2}, longest)));
    CHECK(table.add(item(4, seconds{1}, longest)));
    CHECK_FALSE(table.add(item(5, seconds{1}, longest)));
    REQUIRE(table.due(start + seconds{1}));
    CHECK(table.due(start + seconds{1})->ticket == 4);
    table.pop();
    CHECK(table.add(item(6, seconds{9}, longest)));
    CHECK(table.next() == start + seconds{2});
}

TEST_CASE("the table's memory is its own from the beginning")
{
    Delayed table;
    const auto in_use = [] {
        const auto info = ::mallinfo2();
        return info.uordblks + info.hblkhd;
    };
    const std::vector<std::uint8_t> reply(512, 1);
    const auto before = in_use();
    std::size_t refused = 0;
    for (std::uint64_t n = 0; n < 3 * 8192; ++n) refused += !table.add(item(n, milliseconds{n % 1000}, reply));
    CHECK(refused == 2 * 8192);
    while (table.due(start + seconds{1})) table.pop();
    CHECK(table.size() == 0);
    CHECK(in_use() == before);
}
