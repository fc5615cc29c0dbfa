#include "daemon/core/conversations.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

#include <random>
#include <vector>

using core::Conversation;
using core::Conversations;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Conversations::Time start{std::chrono::hours{24 * 30}};
constexpr std::int64_t nas = 3;

std::array<std::uint8_t, 16> octets(std::uint8_t first)
{
    std::array<std::uint8_t, 16> made;
    for (auto& octet : made) octet = first++;
    return made;
}

Conversation conversation(std::uint8_t seed) { return {octets(seed), nas, seed, seed * 1000ULL}; }

} // namespace

TEST_CASE("RFC 3579 s2.6.1 a State gives its conversation back, once")
{
    Conversations table;
    const auto first = table.begin(conversation(1), octets(100), start);
    const auto second = table.begin(conversation(2), octets(150), start);
    CHECK(first != second);
    const auto found = table.take(first, nas, start + seconds{1});
    REQUIRE(found);
    CHECK(found->challenge == octets(1));
    CHECK(found->nas_id == nas);
    CHECK(found->identifier == 1);
    CHECK(found->login == 1000);
    CHECK_FALSE(table.take(first, nas, start + seconds{1}));
    CHECK(table.size() == 1);
    REQUIRE(table.take(second, nas, start + seconds{1}));
    CHECK(table.size() == 0);
}

TEST_CASE("a used State stays used when its place serves another conversation")
{
    Conversations table;
    const auto first = table.begin(conversation(1), octets(100), start);
    REQUIRE(table.take(first, nas, start));
    const auto second = table.begin(conversation(2), octets(101), start);
    CHECK_FALSE(table.take(first, nas, start));
    CHECK(table.take(second, nas, start)->identifier == 2);
}

TEST_CASE("what is not a State of ours, or another NAS's, gives nothing and ends nothing")
{
    Conversations table;
    const auto state = table.begin(conversation(1), octets(100), start);
    for (std::size_t at = 0; at < state.size(); ++at) {
        auto forged = state;
        forged[at] ^= 1;
        CAPTURE(at);
        CHECK_FALSE(table.take(forged, nas, start));
    }
    CHECK_FALSE(table.take({}, nas, start));
    CHECK_FALSE(table.take(radius::Octets{state}.first(17), nas, start));
    std::vector<std::uint8_t> longer(state.begin(), state.end());
    longer.push_back(0);
    CHECK_FALSE(table.take(longer, nas, start));
    CHECK_FALSE(table.take(std::array<std::uint8_t, Conversations::state_octets>{}, nas, start));
    CHECK_FALSE(table.take(state, nas + 1, start));
    CHECK(table.take(state, nas, start));
}

TEST_CASE("a conversation lives 30 s")
{
    Conversations table;
    const auto in_time = table.begin(conversation(1), octets(1), start);
    const auto late = table.begin(conversation(2), octets(2), start);
    CHECK(table.take(in_time, nas, start + seconds{30} - milliseconds{1}));
    CHECK_FALSE(table.take(late, nas, start + seconds{30}));
    table.begin(conversation(3), octets(3), start + seconds{30}); // what is over makes room
    CHECK(table.size() == 1);
    CHECK(table.evicted() == 0);
}

TEST_CASE("half-open conversations stay within their bound: ten times as many take no more memory, the oldest give way")
{
    Conversations table;
    const auto in_use = [] {
        const auto info = ::mallinfo2();
        return info.uordblks + info.hblkhd;
    };
    std::vector<Conversations::State> states(10 * Conversations::most);
    const auto before = in_use();
    std::mt19937_64 random(1);
    for (auto& state : states) {
        std::array<std::uint8_t, 16> drawn;
        for (auto& octet : drawn) octet = static_cast<std::uint8_t>(random());
        state = table.begin(conversation(7), drawn, start);
    }
    CHECK(in_use() == before);
    CHECK(table.size() == Conversations::most);
    CHECK(table.evicted() == 9 * Conversations::most);
    std::size_t gone = 0, there = 0;
    for (std::size_t n = 0; n < states.size(); ++n)
        (n < 9 * Conversations::most ? gone : there) += table.take(states[n], nas, start + seconds{29}).has_value();
    CHECK(gone == 0);
    CHECK(there == Conversations::most);
    CHECK(table.size() == 0);
}

TEST_CASE("peers that answer make room: a busy hour evicts nobody")
{
    Conversations table;
    std::vector<Conversations::State> waiting(1000);
    for (std::size_t n = 0; n < 300'000; ++n) {
        const auto now = start + milliseconds{n};
        auto& state = waiting[n % waiting.size()];
        if (n >= waiting.size()) REQUIRE(table.take(state, nas, now));
        state = table.begin(conversation(static_cast<std::uint8_t>(n)), octets(static_cast<std::uint8_t>(n)), now);
    }
    CHECK(table.evicted() == 0);
    CHECK(table.size() == waiting.size());
}
