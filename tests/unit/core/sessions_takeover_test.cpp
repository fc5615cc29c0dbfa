// who dials again takes over what was theirs.
#include "tests/unit/core/sessions_fixture.hpp"

using namespace tests::sessions;
using Report = Sessions::Report;
using std::chrono::seconds;

TEST_CASE("A-16 whose session it is: same NAS and same MAC, or without a MAC on either side the same NAS and port")
{
    struct Row {
        const char* name;
        Sessions::Caller open, asks;
        bool own;
    };
    const std::string_view mac = "00:0C:42:00:00:01", other = "00:0C:42:00:00:02";
    const Row rows[] = {
        {"same NAS, same MAC", caller(mac, 1), caller(mac, 1), true},
        {"same NAS, same MAC, another port", caller(mac, 1, 5), caller(mac, 1, 6), true},
        {"another MAC at the same port", caller(mac, 1, 5), caller(other, 1, 5), false},
        {"same MAC at another NAS", caller(mac, 1, 5), caller(mac, 2, 5), false},
        {"no MAC in the session, same port", caller("", 1, 5), caller(mac, 1, 5), true},
        {"no MAC in the request, same port", caller(mac, 1, 5), caller("", 1, 5), true},
        {"no MAC on either side, same port", caller("", 1, 5), caller("", 1, 5), true},
        {"no MAC, another port", caller("", 1, 5), caller("", 1, 6), false},
        {"no MAC, same port of another NAS", caller("", 1, 5), caller("", 2, 5), false},
        {"no MAC and no port: nobody in particular", caller("", 1), caller("", 1), false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Sessions table(16);
        tell(table, key(1), "", login, row.open, Report::start, interim, start);
        const auto standing = table.standing(login, row.asks, start);
        CHECK(standing.live == 1);
        CHECK(standing.own == (row.own ? 1 : 0));
    }
}

TEST_CASE("A-16 a redial takes the caller's ghost over: it stops counting at once and is given back at the Start")
{
    Sessions table(16);
    tell(table, key(1), "n:1|81d0|joao", login, house, Report::start, interim, start);
    tell(table, key(2), "", login, neighbour, Report::start, interim, start + seconds{1});
    const auto now = start + seconds{30};
    table.take_over(login, house, 1, key(3), now);
    table.reserve(key(3), login, house, interim, now);
    CHECK(table.standing(login, house, now).live == 2); // the neighbour's, and the reservation
    CHECK(table.standing(login, house, now).own == 1);

    SUBCASE("once, with what the records need")
    {
        tell(table, key(3), "", login, house, Report::start, interim, now + seconds{2});
        int visits = 0;
        table.taken_over_by(key(3), [&](const Sessions::Lost& lost) {
            ++visits;
            CHECK(lost.key == key(1));
            CHECK(lost.other_key == "n:1|81d0|joao");
            CHECK(lost.login_id == login);
            CHECK(lost.nas_id == 1);
            CHECK(lost.last_heard == start);
        });
        CHECK(visits == 1);
        CHECK(lost_to(table, key(3)).empty());
        CHECK(table.size() == 2);
    }
    SUBCASE("not when it stopped in the meantime")
    {
        tell(table, key(1), "n:1|81d0|joao", login, house, Report::stop, interim, now);
        tell(table, key(3), "", login, house, Report::start, interim, now + seconds{2});
        CHECK(lost_to(table, key(3)).empty());
    }
    SUBCASE("not when its Interim showed that it lives")
    {
        tell(table, key(1), "n:1|81d0|joao", login, house, Report::interim, interim, now);
        CHECK(table.standing(login, house, now).live == 3);
        tell(table, key(3), "", login, house, Report::start, interim, now + seconds{2});
        CHECK(lost_to(table, key(3)).empty());
    }
    SUBCASE("also after a repetition of its old Start, which proves nothing")
    {
        tell(table, key(1), "n:1|81d0|joao", login, house, Report::start, interim, now);
        CHECK(table.standing(login, house, now).live == 2);
        tell(table, key(3), "", login, house, Report::start, interim, now + seconds{2});
        CHECK(lost_to(table, key(3)) == std::vector{key(1)});
    }
    SUBCASE("to the next redial, whose Start also ends the reservation of this one")
    {
        table.take_over(login, house, 1, key(4), now);
        table.reserve(key(4), login, house, interim, now);
        CHECK(table.size() == 4);
        tell(table, key(4), "", login, house, Report::start, interim, now);
        CHECK(lost_to(table, key(4)) == std::vector{key(1)});
        CHECK(table.size() == 2);
    }
    SUBCASE("to the next redial, when this one never starts")
    {
        const auto again = now + seconds{5};
        CHECK(table.standing(login, house, again).own == 1);
        table.take_over(login, house, 1, key(4), again);
        table.reserve(key(4), login, house, interim, again);
        CHECK(table.standing(login, house, again).live == 2);
        tell(table, key(4), "", login, house, Report::start, interim, again + seconds{90});
        CHECK(lost_to(table, key(3)).empty());
        CHECK(lost_to(table, key(4)) == std::vector{key(1)});
        CHECK(table.size() == 2);
    }
}

TEST_CASE("A-16 the least recently heard of the caller's own go first, never another caller's or the new one itself")
{
    Sessions table(16);
    for (std::uint64_t n = 1; n <= 4; ++n)
        tell(table, key(n), "", login, house, Report::start, interim, start + seconds{n});
    tell(table, key(5), "", login, neighbour, Report::start, interim, start);
    tell(table, key(1), "", login, house, Report::interim, interim, start + seconds{10}); // now the last heard
    const auto now = start + seconds{20};
    table.reserve(key(9), login, house, interim, now); // before take_over: the order of the two does not matter
    table.take_over(login, house, 2, key(9), now);
    CHECK(table.standing(login, house, now).live == 4);
    CHECK(table.standing(login, house, now).own == 3);
    tell(table, key(9), "", login, house, Report::start, interim, now);
    auto lost = lost_to(table, key(9));
    std::ranges::sort(lost);
    auto expected = std::vector{key(2), key(3)};
    std::ranges::sort(expected);
    CHECK(lost == expected);

    table.take_over(login, house, 99, key(10), now);
    CHECK(table.standing(login, neighbour, now).live == 1);
    CHECK(table.standing(login, neighbour, now).own == 1);
}

TEST_CASE("A-16 F-25 10 000 subscribers whose concentrator lost power all get in again, and every ghost is closed once")
{
    Sessions table(1 << 15);
    constexpr std::int64_t subscribers = 10'000;
    const auto at_home = [](std::int64_t id) { return Sessions::Caller{1, {}, static_cast<std::uint64_t>(id)}; };
    const auto number = [](std::int64_t id) { return static_cast<std::uint64_t>(id); };
    for (std::int64_t id = 1; id <= subscribers; ++id)
        tell(table, key(number(id)), "", id, at_home(id), Report::start, interim, start);
    int refused = 0, wrong = 0;
    const auto now = start + seconds{120};
    for (std::int64_t id = 1; id <= subscribers; ++id) {
        const auto standing = table.standing(id, at_home(id), now);
        refused += standing.live - standing.own >= 1; // limit 1
        const auto fresh = key(number(id + subscribers));
        table.take_over(id, at_home(id), standing.own, fresh, now);
        table.reserve(fresh, id, at_home(id), interim, now);
        tell(table, fresh, "", id, at_home(id), Report::start, interim, now);
        wrong += lost_to(table, fresh) != std::vector{key(number(id))};
    }
    CHECK(refused == 0);
    CHECK(wrong == 0);
    CHECK(table.size() == subscribers);
    CHECK(table.evicted() == 0);
}
