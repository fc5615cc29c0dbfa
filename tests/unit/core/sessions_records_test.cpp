// Sessions whose ids are used again, reboots, older sessions of the same caller, and the order of records.
#include "tests/unit/core/sessions_fixture.hpp"

#include <numeric>
#include <random>

using namespace tests::sessions;
using Report = Sessions::Report;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::string_view foreign = "n:1|81a0|joao|";

struct Record {
    Report report;
    seconds at;
    std::optional<std::uint32_t> session_time = {};
    std::uint32_t download = 0;
};

Sessions::Heard tell(Sessions& table, std::string_view text, const Record& record, seconds arrival)
{
    Sessions::Told told;
    told.report = record.report;
    told.reusable = text.starts_with("n:");
    told.at = start + record.at;
    told.interim_s = interim;
    told.session_time_s = record.session_time;
    told.download.octets = record.download;
    told.upload.octets = record.download / 2;
    return table.heard(key(1), text, login, house, told, start + arrival);
}
Sessions::Heard tell(Sessions& table, std::string_view text, const Record& record)
{
    return tell(table, text, record, record.at);
}

std::optional<Sessions::View> seen(const Sessions& table, Sessions::Time now)
{
    std::optional<Sessions::View> found;
    table.each_of(login, now, [&](const Sessions::View& view) { found = view; });
    return found;
}

} // namespace

TEST_CASE("N-06 an id used again after a Stop is a new session, a repetition of its Start is none")
{
    struct Row {
        const char* name;
        std::vector<Record> before;
        Record last;
        bool opens;
    };
    const Record started{Report::start, seconds{0}}, stopped{Report::stop, seconds{100}, 100};
    const Row rows[] = {
        {"a Start 6 s later", {started, stopped}, {Report::start, seconds{106}}, true},
        {"a Start 5 s later", {started, stopped}, {Report::start, seconds{105}}, false},
        {"a Start of before, late", {started, stopped}, {Report::start, seconds{0}}, false},
        {"a Start 60 s later, the first to be heard", {stopped}, {Report::start, seconds{160} - seconds{1}}, false},
        {"an Interim of before", {started, stopped}, {Report::interim, seconds{90}, 90}, false},
        {"an Interim of a session that began later", {started, stopped}, {Report::interim, seconds{140}, 30}, true},
        {"an Interim without a session time", {started, stopped}, {Report::interim, seconds{140}}, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Sessions table(16);
        for (const auto& record : row.before) tell(table, foreign, record);
        tell(table, foreign, row.last, seconds{150});
        CHECK(table.live_of(login, start + seconds{150}) == (row.opens ? 1 : 0));

        Sessions ours(16); // the same of a Class, which is nobody else's ever
        for (const auto& record : row.before) tell(ours, "", record);
        tell(ours, "", row.last, seconds{150});
        CHECK(ours.live_of(login, start + seconds{150}) == 0);
    }
}

TEST_CASE("N-06 an id used again while its session is open replaces it")
{
    struct Row {
        const char* name;
        Record last;
        bool replaced;
    };
    const Row rows[] = {
        {"a Start 61 s after the last record", {Report::start, seconds{361}}, true},
        {"a Start of before the last record", {Report::start, seconds{299}}, false},
        {"an Interim of a session that began later", {Report::interim, seconds{700}, 300}, true},
        {"an Interim that began as the last record was sent", {Report::interim, seconds{700}, 380}, false},
        {"an Interim of the same", {Report::interim, seconds{700}, 700}, false},
        {"an Interim without a session time", {Report::interim, seconds{700}}, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Sessions table(16);
        tell(table, foreign, {Report::start, seconds{0}});
        tell(table, foreign, {Report::interim, seconds{300}, 300, 1000});
        const auto heard = tell(table, foreign, row.last, seconds{700});
        CHECK(heard.replaced == row.replaced);
        CHECK(table.size() == 1);
        CHECK((seen(table, start + seconds{700})->started > start) == row.replaced);
    }
}

TEST_CASE("N-06 a late record of the session that had the id before changes nothing of the one that has it now")
{
    Sessions table(16);
    tell(table, foreign, {Report::start, seconds{1000}});
    tell(table, foreign, {Report::stop, seconds{900}, 600, 77}, seconds{1001});
    REQUIRE(table.live_of(login, start + seconds{1001}) == 1);
    CHECK(seen(table, start + seconds{1001})->download == 0);
}

TEST_CASE("N-11 F-26 a reboot ends the sessions of its NAS that began before it, whenever it becomes known")
{
    Sessions table(16);
    const auto other = caller("00:0C:42:00:00:09", 2);
    const auto hear = [&](std::uint64_t number, const Sessions::Caller& who, Report report, seconds at) {
        tests::sessions::tell(table, key(number), "", static_cast<std::int64_t>(number), who, report, interim,
                              start + at);
    };
    hear(1, house, Report::start, seconds{0});
    hear(2, neighbour, Report::start, seconds{100});
    hear(3, other, Report::start, seconds{0});
    hear(4, neighbour, Report::start, seconds{0});
    hear(4, neighbour, Report::interim, seconds{60}); // lives after it: the report of the reboot is wrong about it
    CHECK(table.rebooted(1, start + seconds{50}) == 1);
    CHECK(table.live_of(1, start + seconds{100}) == 0);
    for (const std::int64_t id : {2, 3, 4}) CHECK(table.live_of(id, start + seconds{100}) == 1);
    CHECK(table.of_nas(1).open == 2);

    Sessions::Told late;
    late.report = Report::interim;
    late.at = start + seconds{49};
    late.interim_s = interim;
    table.heard(key(1), "", 1, house, late, start + seconds{110});
    CHECK(table.live_of(1, start + seconds{110}) == 0);
    late.at = start + seconds{51};
    table.heard(key(1), "", 1, house, late, start + seconds{111});
    CHECK(table.live_of(1, start + seconds{111}) == 1); // it was no reboot of its: the mistake is undone
}

TEST_CASE("a Start supersedes the login's older session at the same NAS-Port, and the caller's own beyond the limit")
{
    struct Row {
        const char* name;
        Sessions::Caller older, newer;
        std::optional<std::uint32_t> older_port, newer_port;
        std::uint32_t limit;
        bool superseded;
    };
    const auto nobody = caller("", 1);
    const Row rows[] = {
        {"same MAC, limit 1", house, house, {}, {}, 1, true},
        {"same MAC, limit 2", house, house, {}, {}, 2, false},
        {"same MAC, no limit", house, house, {}, {}, 0, false},
        {"another MAC, limit 1", house, neighbour, {}, {}, 1, false},
        {"same NAS-Port, no limit", nobody, nobody, 5, 5, 0, true},
        {"another NAS-Port, no limit", nobody, nobody, 5, 6, 0, false},
        {"same NAS-Port of another NAS", nobody, caller("", 2), 5, 5, 0, false},
        {"a NAS-Port on one side only", nobody, nobody, {}, 0, 0, false},
        {"neither MAC nor port, limit 1: perhaps two callers", nobody, nobody, {}, {}, 1, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Sessions table(16);
        const auto begin = [&](std::uint64_t number, const Sessions::Caller& who, std::optional<std::uint32_t> port) {
            Sessions::Told told;
            told.at = start + seconds{number};
            told.interim_s = interim;
            told.nas_port = port;
            return table.heard(key(number), "", login, who, told, told.at).started;
        };
        CHECK(begin(1, row.older, row.older_port));
        CHECK(begin(2, row.newer, row.newer_port));
        std::vector<Sessions::Key> lost;
        table.superseded_by(key(2), row.newer, row.limit, start + seconds{2},
                            [&](const Sessions::Lost& one) { lost.push_back(one.key); });
        CHECK(lost == (row.superseded ? std::vector{key(1)} : std::vector<Sessions::Key>{}));
        CHECK(table.size() == (row.superseded ? 1 : 2));
        CHECK_FALSE(begin(2, row.newer, row.newer_port)); // repeated: nothing begins
    }
}

TEST_CASE("a Start supersedes as many of the caller's own as are too many, the longest unheard first")
{
    Sessions table(16);
    for (std::uint64_t n = 1; n <= 4; ++n)
        tests::sessions::tell(table, key(n), "", login, house, Report::start, interim, start + seconds{n});
    std::vector<Sessions::Key> lost;
    table.superseded_by(key(4), house, 2, start + seconds{5},
                        [&](const Sessions::Lost& one) { lost.push_back(one.key); });
    CHECK(lost == std::vector{key(1), key(2)});
}

TEST_CASE("N-12 stale sessions are counted for their NAS and closed in time, whatever their intervals")
{
    struct Row {
        std::uint64_t number;
        std::uint32_t interim_s;
        seconds allowed;
    };
    const Row rows[] = {{1, 600, seconds{1860}}, {2, 60, seconds{240}}, {3, 0, hours{24}}, {4, 300, seconds{960}}};
    const auto with_all = [&](Sessions& table) {
        for (const auto& row : rows)
            tests::sessions::tell(table, key(row.number), "", static_cast<std::int64_t>(row.number), house,
                                  Report::start, row.interim_s, start);
    };
    for (const auto& row : rows) {
        CAPTURE(row.interim_s);
        Sessions table(64);
        with_all(table);
        const auto sooner = std::ranges::count_if(rows, [&](const Row& one) { return one.allowed < row.allowed; });
        table.tick(start + row.allowed);
        CHECK(table.of_nas(1).open == 4);
        CHECK(table.of_nas(1).updating == 3);
        CHECK(table.of_nas(1).stale == sooner);
        table.tick(start + row.allowed + milliseconds{1});
        CHECK(table.of_nas(1).open == 4);
        CHECK(table.of_nas(1).stale == sooner + 1);
    }
    Sessions table(64);
    with_all(table);
    CHECK(close_stale(table, hours{1}, start + seconds{240} + hours{1} - milliseconds{1}).empty());
    CHECK(close_stale(table, hours{1}, start + seconds{240} + hours{1}) == std::vector{key(2)});
    CHECK(close_stale(table, hours{1}, start + seconds{1860} + hours{1}, 1).size() == 1); // at most so many at once
    CHECK(close_stale(table, hours{1}, start + seconds{1860} + hours{1}, 1).size() == 1);
    CHECK(table.of_nas(1).open == 1);
    CHECK(table.of_nas(1).updating == 0);
}

TEST_CASE("N-12 what was silent while nobody listened is not closed before it could be heard")
{
    Sessions table(16);
    table.remember(key(1), "", login, house, {.started = start, .heard = start, .interim_s = interim, .nas_port = {}});
    const auto now = start + hours{5};
    CHECK(close_stale(table, hours{1}, now + seconds{960}, 9, now).empty());
    CHECK(table.of_nas(1).stale == 1);
    CHECK(close_stale(table, hours{1}, now + seconds{961}, 9, now) == std::vector{key(1)});
}

TEST_CASE("sessions remembered in any order become stale in the order of their silence")
{
    Sessions table(64);
    tests::sessions::tell(table, key(99), "", 99, house, Report::start, interim, start + hours{1});
    std::vector<std::uint64_t> order(20);
    std::iota(order.begin(), order.end(), 1);
    std::ranges::shuffle(order, std::mt19937{4});
    for (const auto n : order)
        table.remember(key(n), "", static_cast<std::int64_t>(n), house,
                       {.started = start, .heard = start + seconds{n}, .interim_s = interim, .nas_port = {}});
    std::vector<Sessions::Key> expected;
    for (std::uint64_t n = 1; n <= 20; ++n) expected.push_back(key(n));
    CHECK(close_stale(table, seconds{0}, start + hours{1}) == expected);
    CHECK(table.size() == 1);
}

TEST_CASE("a session that was remembered keeps what it counted, and what was heard since counts more")
{
    Sessions table(16);
    const Sessions::Before before{.started = start,
                                  .heard = start + seconds{300},
                                  .interim_s = interim,
                                  .session_time_s = 300,
                                  .nas_port = {},
                                  .download = (5ULL << 32) + 100,
                                  .upload = 0};
    SUBCASE("before the first record") { table.remember(key(1), "", login, house, before); }
    SUBCASE("after it")
    {
        tell(table, "", {Report::interim, seconds{600}, 600, 90});
        table.remember(key(1), "", login, house, before);
    }
    SUBCASE("not when it has stopped meanwhile")
    {
        tell(table, "", {Report::stop, seconds{600}, 600, 90});
        table.remember(key(1), "", login, house, before);
        CHECK(table.size() == 0);
        return;
    }
    const auto heard = tell(table, "", {Report::interim, seconds{900}, 900, 95});
    CHECK(heard.download.octets == (6ULL << 32) + 95);
    CHECK(heard.download.wrapped);
    CHECK(seen(table, start + seconds{900})->started == start);
    CHECK(table.size() == 1);
}

TEST_CASE("N-05 N-07 every order, repetition and loss of a session's records ends in the same state of the table")
{
    const std::vector<Record> records{{Report::start, seconds{0}},
                                      {Report::interim, seconds{10}, 10, 1000},
                                      {Report::interim, seconds{20}, 20, 3000},
                                      {Report::stop, seconds{30}, 30, 4000}};
    int cases = 0;
    for (const std::string_view text : {std::string_view{}, foreign})
        for (unsigned delivered = 1; delivered < 16; ++delivered) {
            std::vector<std::size_t> order;
            for (std::size_t i = 0; i < records.size(); ++i)
                if (delivered >> i & 1U) order.push_back(i);
            const bool stopped = delivered >> 3 & 1U;
            const auto last = order.back();
            for (const auto twice : std::vector{order}) {
                auto sequence = order;
                sequence.push_back(twice);
                std::ranges::sort(sequence);
                do {
                    ++cases;
                    Sessions table(16);
                    auto now = seconds{30}; // all of them arrive late, each with its Acct-Delay-Time
                    for (const auto i : sequence) {
                        const auto heard = tell(table, text, records[i], now += seconds{1});
                        CHECK(heard.download.octets == records[i].download);
                        CHECK_FALSE(heard.download.wrapped);
                        CHECK_FALSE(heard.replaced);
                    }
                    const auto view = seen(table, start + now);
                    REQUIRE(view.has_value() != stopped);
                    if (stopped) continue;
                    CHECK(view->started == start);
                    CHECK(view->last_event == start + records[last].at);
                    CHECK(view->download == records[last].download);
                    CHECK(view->upload == records[last].download / 2);
                } while (std::ranges::next_permutation(sequence).found);
            }
        }
    CHECK(cases == 848);
}

TEST_CASE("N-11 a reboot ends 50 000 sessions of its NAS and none of another's")
{
    constexpr std::uint64_t most = 100'000;
    Sessions table(most);
    for (std::uint64_t n = 1; n <= most; ++n)
        tests::sessions::tell(table, key(n), "", static_cast<std::int64_t>(n), n % 2 ? house : caller("", 2, 3),
                              Report::start, interim, start);
    CHECK(table.rebooted(1, start + seconds{1}) == most / 2);
    CHECK(table.size() == most / 2);
    CHECK(table.of_nas(1).open == 0);
    CHECK(table.of_nas(2).open == most / 2);
}
