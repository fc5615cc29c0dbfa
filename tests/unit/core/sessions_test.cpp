#include "tests/unit/core/sessions_fixture.hpp"

#include <malloc.h>

#include <map>

using namespace tests::sessions;
using Report = Sessions::Report;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

std::size_t heap_in_use()
{
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

} // namespace

TEST_CASE("A-15 of two requests 1 ms apart from different callers the second sees the first one's reservation")
{
    Sessions table(16);
    CHECK(table.standing(login, house, start).live == 0);
    table.reserve(key(1), login, house, interim, start);
    const auto second = table.standing(login, neighbour, start + milliseconds{1});
    CHECK(second.live == 1);
    CHECK(second.own == 0);
    CHECK(table.standing(login + 1, neighbour, start).live == 0);
}

TEST_CASE("A-15 a reservation is confirmed by its Start, and released after 60 s without one")
{
    Sessions table(16);
    table.reserve(key(1), login, house, interim, start);
    SUBCASE("without a Start")
    {
        CHECK(table.live_of(login, start + seconds{60} - milliseconds{1}) == 1);
        CHECK(table.live_of(login, start + seconds{60}) == 0);
        table.reserve(key(2), login + 1, house, interim, start + seconds{60}); // any call sweeps
        CHECK(table.size() == 1);
    }
    SUBCASE("with a Start in time")
    {
        tell(table, key(1), "", login, house, Report::start, interim, start + seconds{59});
        CHECK(table.live_of(login, start + seconds{300}) == 1);
        CHECK(table.size() == 1);
    }
    SUBCASE("with an Interim whose Start was lost")
    {
        tell(table, key(1), "", login, house, Report::interim, interim, start + seconds{59});
        CHECK(table.live_of(login, start + seconds{300}) == 1);
    }
    SUBCASE("with a Start that comes late")
    {
        tell(table, key(1), "", login, house, Report::start, interim, start + seconds{61});
        CHECK(table.live_of(login, start + seconds{61}) == 1);
    }
    SUBCASE("with a Stop")
    {
        tell(table, key(1), "", login, house, Report::stop, interim, start + seconds{1});
        CHECK(table.live_of(login, start + seconds{1}) == 0);
        CHECK(table.size() == 0);
    }
}

TEST_CASE("N-12 a session without Interim for 3 x interval + 60 s does not count, and a later Interim revives it")
{
    struct Row {
        std::uint32_t interim_s;
        seconds allowed;
    };
    for (const auto& row : {Row{60, seconds{240}}, Row{300, seconds{960}}, Row{0, hours{24}}}) {
        CAPTURE(row.interim_s);
        Sessions table(16);
        tell(table, key(1), "", login, house, Report::start, row.interim_s, start);
        CHECK(table.live_of(login, start + row.allowed) == 1);
        CHECK(table.live_of(login, start + row.allowed + milliseconds{1}) == 0);
        const auto later = start + row.allowed + hours{1};
        tell(table, key(1), "", login, house, Report::interim, row.interim_s, later);
        CHECK(table.live_of(login, later) == 1);
        CHECK(table.size() == 1);

        const auto gone = later + row.allowed + hours{1};
        CHECK(close_stale(table, hours{1}, gone - milliseconds{1}).empty());
        CHECK(table.size() == 1);
        CHECK(close_stale(table, hours{1}, gone) == std::vector{key(1)});
        CHECK(table.size() == 0);
    }
}

TEST_CASE("N-12 a stale session is nobody's to take over")
{
    Sessions table(16);
    tell(table, key(1), "", login, house, Report::start, 60, start);
    const auto now = start + seconds{241};
    table.take_over(login, house, 1, key(2), now);
    table.reserve(key(2), login, house, 60, now);
    tell(table, key(2), "", login, house, Report::start, 60, now);
    CHECK(lost_to(table, key(2)).empty());
    std::vector<Sessions::State> states;
    table.each_of(login, now, [&](const Sessions::View& view) { states.push_back(view.state); });
    CHECK(states == std::vector{Sessions::State::live, Sessions::State::stale});
}

TEST_CASE("reports out of their order open nothing that has ended")
{
    Sessions table(16);
    const auto hear = [&](Report report, seconds at) {
        tell(table, key(1), "n:1|a|b", login, house, report, interim, start + at);
    };
    SUBCASE("a Stop for what is unknown, and then its Start and an Interim")
    {
        hear(Report::stop, seconds{0});
        CHECK(table.size() == 0);
        hear(Report::start, seconds{1});
        hear(Report::interim, seconds{59});
        CHECK(table.size() == 0);
        CHECK(table.live_of(login, start + seconds{59}) == 0);
    }
    SUBCASE("an Interim after the Stop")
    {
        hear(Report::start, seconds{0});
        hear(Report::stop, seconds{10});
        hear(Report::interim, seconds{69});
        CHECK(table.live_of(login, start + seconds{69}) == 0);
    }
    SUBCASE("but 60 s later the key is a new session's")
    {
        hear(Report::stop, seconds{0});
        hear(Report::stop, seconds{30}); // repeated: does not hold it longer
        hear(Report::start, seconds{60});
        CHECK(table.live_of(login, start + seconds{60}) == 1);
    }
    SUBCASE("a Start repeated is one session")
    {
        hear(Report::start, seconds{0});
        hear(Report::start, seconds{3});
        CHECK(table.live_of(login, start + seconds{3}) == 1);
        CHECK(table.size() == 1);
    }
}

TEST_CASE("what a report does not carry stays as it was known, and a session whose login becomes known is counted")
{
    Sessions table(16);
    const auto full = caller("00:0C:42:00:00:01", 1, 5);
    table.reserve(key(1), login, full, interim, start);
    tell(table, key(1), "", login, caller("", 1), Report::start, interim, start);
    CHECK(table.standing(login, full, start).own == 1);
    table.each_of(login, start, [&](const Sessions::View& view) {
        CHECK(view.caller.mac == full.mac);
        CHECK(view.caller.port == 5);
    });

    tell(table, key(2), "n:1|a|b", 0, house, Report::start, interim, start);
    CHECK(table.size() == 2);
    CHECK(table.live_of(0, start) == 0);
    tell(table, key(2), "n:1|a|b", login, house, Report::interim, interim, start);
    CHECK(table.live_of(login, start) == 2);
}

TEST_CASE("the text key goes with its session, not with the place that it had")
{
    Sessions table(1);
    tell(table, key(1), "n:1|a|b", 1, house, Report::start, interim, start);
    const auto text = [&](std::int64_t id) {
        std::string found = "no session";
        table.each_of(id, start, [&](const Sessions::View& view) { found = view.other_key; });
        return found;
    };
    CHECK(text(1) == "n:1|a|b");
    tell(table, key(2), "", 2, house, Report::start, interim, start);
    CHECK(text(1) == "no session");
    CHECK(text(2) == "");
}

TEST_CASE("at the bound what has stopped goes first, then the longest unheard, and it is counted")
{
    Sessions table(4);
    const auto hear = [&](std::uint64_t number, Report report, seconds at) {
        tell(table, key(number), "", static_cast<std::int64_t>(number), house, report, interim, start + at);
    };
    for (std::uint64_t n = 1; n <= 4; ++n) hear(n, Report::start, seconds{n});
    hear(3, Report::stop, seconds{5});
    hear(1, Report::interim, seconds{6});
    hear(5, Report::start, seconds{7});
    CHECK(table.evicted() == 0);
    CHECK(table.size() == 4);
    hear(6, Report::start, seconds{8});
    CHECK(table.evicted() == 1);
    CHECK(table.size() == 4);
    const std::map<std::int64_t, std::uint32_t> expected{{1, 1}, {2, 0}, {3, 0}, {4, 1}, {5, 1}, {6, 1}};
    for (const auto& [id, live] : expected) {
        CAPTURE(id);
        CHECK(table.live_of(id, start + seconds{8}) == live);
    }
}

TEST_CASE("a flood of Stops for what is unknown pushes no session out")
{
    Sessions table(1000);
    for (std::uint64_t n = 1; n <= 900; ++n)
        tell(table, key(n), "", static_cast<std::int64_t>(n), house, Report::start, interim, start);
    for (std::uint64_t n = 0; n < 50'000; ++n)
        tell(table, key(1'000'000 + n), "n:1|x|y", 1, house, Report::stop, interim, start + seconds{1});
    CHECK(table.size() == 900);
    CHECK(table.evicted() == 0);
}

TEST_CASE("the table's memory is its own from the beginning: a day of sessions takes nothing from the heap")
{
    Sessions table(4096);
    const auto before = heap_in_use();
    for (std::uint64_t n = 1; n <= 100'000; ++n) {
        const auto now = start + seconds{n};
        const auto id = static_cast<std::int64_t>(n % 3000 + 1);
        table.take_over(id, house, table.standing(id, house, now).own, key(n), now);
        table.reserve(key(n), id, house, 1200, now);
        tell(table, key(n), "", id, house, Report::start, 1200, now);
        table.taken_over_by(key(n), [](const Sessions::Lost&) {});
    }
    CHECK(heap_in_use() == before);
    CHECK(table.size() == 3000);
}
