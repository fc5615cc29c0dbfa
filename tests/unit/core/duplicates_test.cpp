#include "daemon/core/duplicates.hpp"

#include <doctest/doctest.h>

#include <numeric>
#include <random>

using core::Duplicates;
using State = Duplicates::State;
using std::chrono::seconds;

namespace {

const Duplicates::Time start{seconds{1000}};

Duplicates::Key key(std::uint16_t port, std::uint8_t identifier)
{
    return {provisioning::ipv4_address({10, 0, 0, 1}), port, 0, identifier};
}

Duplicates::Print print(std::uint8_t seed)
{
    Duplicates::Print made;
    made.authenticator.fill(seed);
    made.length = 20;
    made.rest = seed;
    return made;
}

std::vector<std::uint8_t> octets(std::size_t count, std::uint8_t first)
{
    std::vector<std::uint8_t> out(count);
    std::iota(out.begin(), out.end(), first);
    return out;
}

}  // namespace

TEST_CASE("D-01 an answer is kept for its lifetime, to the octet, and then forgotten")
{
    Duplicates cache(16, 1 << 16, seconds{15});
    const auto reply = octets(200, 7);
    const auto ticket = cache.begin(key(1, 1), print(1), 4096, start);
    REQUIRE(ticket != 0);
    REQUIRE(cache.answer(key(1, 1), ticket, reply, start + seconds{2}));
    const auto found = cache.find(key(1, 1), print(1), start + seconds{16});
    REQUIRE(found);
    CHECK(found->state == State::answered);
    CHECK(std::vector(found->reply.begin(), found->reply.end()) == reply);
    CHECK_FALSE(cache.find(key(1, 1), print(1), start + seconds{17}));
    CHECK(cache.size() == 0);
}

TEST_CASE("D-02 a repetition of what is in work is known as such")
{
    Duplicates cache(16, 1 << 16, seconds{15});
    REQUIRE(cache.begin(key(1, 1), print(1), 100, start) != 0);
    const auto found = cache.find(key(1, 1), print(1), start);
    REQUIRE(found);
    CHECK(found->state == State::in_work);
    CHECK(found->reply.empty());
}

TEST_CASE("D-03 another request under the same key is new, and the older one's answer is never kept or sent")
{
    Duplicates cache(16, 1 << 16, seconds{15});
    const auto older = cache.begin(key(1, 1), print(1), 100, start);
    CHECK_FALSE(cache.find(key(1, 1), print(2), start));
    const auto newer = cache.begin(key(1, 1), print(2), 100, start);
    CHECK_FALSE(cache.answer(key(1, 1), older, octets(50, 1), start));
    CHECK(cache.answer(key(1, 1), newer, octets(60, 2), start));
    CHECK(cache.find(key(1, 1), print(2), start)->reply.size() == 60);
    CHECK_FALSE(cache.find(key(1, 1), print(1), start));
}

TEST_CASE("D-05 a request that is left unanswered expires on schedule, however often it is repeated")
{
    Duplicates cache(16, 1 << 16, seconds{15});
    const auto ticket = cache.begin(key(1, 1), print(1), 100, start);
    cache.silence(key(1, 1), ticket);
    for (int second = 0; second < 15; ++second) {
        const auto found = cache.find(key(1, 1), print(1), start + seconds{second});
        REQUIRE(found);
        CHECK(found->state == State::silent);
    }
    CHECK_FALSE(cache.find(key(1, 1), print(1), start + seconds{15}));
}

TEST_CASE("what is forgotten may come again at once")
{
    Duplicates cache(16, 1 << 16, seconds{15});
    const auto ticket = cache.begin(key(1, 1), print(1), 100, start);
    cache.forget(key(1, 1), ticket);
    CHECK_FALSE(cache.find(key(1, 1), print(1), start));
    CHECK(cache.begin(key(1, 1), print(1), 100, start) != 0);
}

TEST_CASE("D-07 at the bound new work is refused, and what is in work still gets its answer kept")
{
    SUBCASE("of entries")
    {
        Duplicates cache(4, 1 << 20, seconds{15});
        std::vector<std::uint64_t> tickets;
        for (std::uint8_t i = 0; i < 4; ++i) tickets.push_back(cache.begin(key(1, i), print(i), 100, start));
        CHECK(cache.begin(key(1, 9), print(9), 100, start) == 0);
        for (std::uint8_t i = 0; i < 4; ++i) CHECK(cache.answer(key(1, i), tickets[i], octets(100, i), start));
        CHECK(cache.begin(key(1, 9), print(9), 100, start + seconds{14}) == 0);
        CHECK(cache.begin(key(1, 9), print(9), 100, start + seconds{15}) != 0);
    }
    SUBCASE("of octets")
    {
        Duplicates cache(1000, 16384, seconds{15});
        const auto first = cache.begin(key(1, 0), print(0), 4096, start);
        const auto second = cache.begin(key(1, 1), print(1), 4096, start);
        const auto third = cache.begin(key(1, 2), print(2), 4096, start);
        CHECK(third != 0);
        CHECK(cache.begin(key(1, 3), print(3), 4096, start) == 0);
        CHECK(cache.answer(key(1, 0), first, octets(4096, 1), start));
        CHECK(cache.answer(key(1, 1), second, octets(4096, 2), start));
        CHECK(cache.answer(key(1, 2), third, octets(4096, 3), start));
        CHECK(cache.find(key(1, 0), print(0), start)->reply[0] == 1);
        CHECK(cache.begin(key(1, 3), print(3), 4096, start + seconds{15}) != 0);
    }
}

TEST_CASE("D-04 a port whose identifiers wrap many times a lifetime gets no stale answer")
{
    Duplicates cache(4096, 1 << 20, seconds{15});
    std::mt19937 random(4711);
    for (std::uint32_t i = 0; i < 100'000; ++i) {
        const auto now = start + std::chrono::milliseconds{i * 8};
        Duplicates::Print unique = print(0);
        unique.rest = i;
        const auto at = key(1, static_cast<std::uint8_t>(i));
        REQUIRE_FALSE(cache.find(at, unique, now));
        const auto ticket = cache.begin(at, unique, 4096, now);
        REQUIRE(ticket != 0);
        const auto reply = octets(20 + random() % 500, static_cast<std::uint8_t>(i));
        REQUIRE(cache.answer(at, ticket, reply, now));
        const auto found = cache.find(at, unique, now);
        REQUIRE(found);
        REQUIRE(std::equal(found->reply.begin(), found->reply.end(), reply.begin(), reply.end()));
    }
}
