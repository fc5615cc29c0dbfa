#include "daemon/core/remembered.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

#include <cstring>
#include <random>

using core::Remembered;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Remembered::Time start{hours{24 * 30}};

Remembered::Digest digest(std::uint64_t a, std::uint64_t b = 0)
{
    Remembered::Digest made;
    std::memcpy(made.data(), &a, sizeof a);
    std::memcpy(made.data() + sizeof a, &b, sizeof b);
    return made;
}

} // namespace

TEST_CASE("a right result is known for 24 h from its last use, a wrong one for 60 s from its check")
{
    Remembered table(64);
    CHECK(table.find(digest(1), start) == std::nullopt);
    table.put(digest(1), true, start);
    table.put(digest(2), false, start);
    CHECK(table.find(digest(1), start) == true);
    CHECK(table.find(digest(2), start + seconds{30}) == false);
    CHECK(table.find(digest(2), start + seconds{60} - milliseconds{1}) == false);
    CHECK(table.find(digest(2), start + seconds{60}) == std::nullopt);
    CHECK(table.find(digest(1), start + hours{24} - milliseconds{1}) == true);
    CHECK(table.find(digest(1), start + hours{48} - milliseconds{2}) == true);
    CHECK(table.find(digest(1), start + hours{72} - milliseconds{2}) == std::nullopt);
}

TEST_CASE("all sixteen octets tell digests apart, and the last result stands")
{
    Remembered table(8);
    table.put(digest(1, 1), true, start);
    table.put(digest(1, 2), false, start);
    CHECK(table.find(digest(1, 1), start) == true);
    CHECK(table.find(digest(1, 2), start) == false);
    CHECK(table.find(digest(1, 3), start) == std::nullopt);
    CHECK(table.find(digest(0, 0), start) == std::nullopt); // the unused
    table.put(digest(1, 2), true, start);
    CHECK(table.find(digest(1, 2), start + seconds{61}) == true);
    table.put(digest(1, 1), false, start);
    CHECK(table.find(digest(1, 1), start + seconds{60}) == std::nullopt);
}

TEST_CASE("who gives way: what is over, then the oldest wrong one, then the longest unused")
{
    Remembered table(8);
    SUBCASE("wrong ones push out no right one")
    {
        for (std::uint64_t n = 1; n <= 7; ++n) table.put(digest(n), true, start);
        for (std::uint64_t n = 100; n < 10'000; ++n) table.put(digest(n), false, start);
        for (std::uint64_t n = 1; n <= 7; ++n) CHECK(table.find(digest(n), start) == true);
        CHECK(table.find(digest(9999), start) == false);
        CHECK(table.find(digest(9998), start) == std::nullopt);
    }
    SUBCASE("of right ones the longest unused")
    {
        for (std::uint64_t n = 1; n <= 8; ++n) table.put(digest(n), true, start);
        CHECK(table.find(digest(1), start) == true);
        table.put(digest(9), true, start);
        CHECK(table.find(digest(2), start) == std::nullopt);
        CHECK(table.find(digest(1), start) == true);
        CHECK(table.find(digest(9), start) == true);
    }
    SUBCASE("what is over before what is not")
    {
        table.put(digest(1), false, start);
        for (std::uint64_t n = 2; n <= 8; ++n) table.put(digest(n), false, start + seconds{59});
        CHECK(table.find(digest(1), start + seconds{59}) == false); // the last used, and the first to end
        table.put(digest(9), false, start + seconds{60});
        for (std::uint64_t n = 2; n <= 9; ++n) CHECK(table.find(digest(n), start + seconds{60}) == false);
    }
}

TEST_CASE("memory is fixed: ten times what fits takes nothing from the heap")
{
    Remembered table(1 << 12);
    CHECK(table.octets() == 24 * (std::size_t{1} << 12));
    const auto in_use = [] {
        const auto info = ::mallinfo2();
        return info.uordblks + info.hblkhd;
    };
    const auto before = in_use();
    std::mt19937_64 random(3);
    for (int n = 0; n < 10 << 12; ++n) {
        const auto fresh = digest(random(), random());
        REQUIRE_FALSE(table.find(fresh, start));
        table.put(fresh, n % 2 == 0, start);
        REQUIRE(table.find(fresh, start) == (n % 2 == 0));
    }
    CHECK(in_use() == before);
}
