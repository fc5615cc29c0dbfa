// tests/unit/core/sessions_model_test.cpp - random calls against the table and against the rules written plainly.
#include "tests/unit/core/sessions_fixture.hpp"

#include <map>
#include <random>

using tests::sessions::caller;
using tests::sessions::lost_to;
using tests::sessions::Sessions;
using tests::sessions::start;
using tests::sessions::tell;
using Report = Sessions::Report;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// All in a few buckets, and some with the same first octets: chains are walked.
Sessions::Key key(std::uint64_t number)
{
    Sessions::Key made{};
    made[0] = static_cast<std::uint8_t>(number % 7);
    made[4] = static_cast<std::uint8_t>(number);
    std::memcpy(made.data() + 8, &number, sizeof number);
    return made;
}

/// The rules once more, with none of the table's lists: every session is looked at every time.
struct Model {
    struct Session {
        std::int64_t login_id;
        Sessions::Caller caller;
        Sessions::Time heard;
        std::uint64_t turn; ///< when it was last heard, in calls
        bool started, stopped, taken;
        std::uint64_t by;
    };
    std::map<std::uint64_t, Session> all;
    std::uint64_t turns = 0;
    static constexpr std::uint32_t interim_s = 10;

    static bool counts(const Session& s, Sessions::Time now)
    {
        return !s.stopped && !s.taken && (s.started ? now - s.heard <= seconds{90} : now - s.heard < seconds{60});
    }
    Sessions::Standing standing(std::int64_t id, const Sessions::Caller& who, Sessions::Time now) const
    {
        Sessions::Standing found;
        for (const auto& [number, s] : all)
            if (s.login_id == id && counts(s, now)) {
                ++found.live;
                found.own += s.caller.same_as(who);
            }
        return found;
    }
    void reserve(std::uint64_t number, std::int64_t id, const Sessions::Caller& who, Sessions::Time now)
    {
        const auto at = all.find(number);
        if (at != all.end() && !at->second.stopped && (at->second.started || now - at->second.heard < seconds{60}))
            return;
        all.insert_or_assign(number, Session{id, who, now, ++turns, false, false, false, 0});
    }
    void take_over(std::int64_t id, const Sessions::Caller& who, std::uint32_t count, std::uint64_t by,
                   Sessions::Time now)
    {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> own; // turn, number
        for (const auto& [number, s] : all)
            if (number != by && s.login_id == id && s.caller.same_as(who) && counts(s, now))
                own.emplace_back(s.turn, number);
        std::ranges::sort(own);
        own.resize(std::min<std::size_t>(own.size(), count));
        for (const auto& [turn, number] : own) {
            all.at(number).taken = true;
            all.at(number).by = by;
            if (!all.at(number).started)
                for (auto& [other, s] : all)
                    if (s.taken && s.by == number) s.by = by;
        }
    }
    void heard(std::uint64_t number, std::int64_t id, const Sessions::Caller& who, Report report, Sessions::Time now)
    {
        const auto at = all.find(number);
        if (at != all.end()) {
            if (at->second.stopped && now - at->second.heard < seconds{60}) return;
            if (report == Report::start && at->second.taken && at->second.started) return;
        }
        all.insert_or_assign(number, Session{id, who, now, ++turns, true, report == Report::stop, false, 0});
    }
    std::vector<Sessions::Key> lost_to(std::uint64_t by)
    {
        std::vector<Sessions::Key> found;
        std::erase_if(all, [&](const auto& entry) {
            const auto& s = entry.second;
            if (!s.taken || s.by != by || s.stopped) return false;
            if (s.started) found.push_back(key(entry.first));
            return true;
        });
        return found;
    }
};

} // namespace

TEST_CASE("A-15 A-16 N-12 whatever comes in whatever order, the table counts what the rules say")
{
    std::mt19937 random(20260728);
    const auto draw = [&](std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); };
    for (int run = 0; run < 20; ++run) {
        Sessions table(512);
        Model model;
        auto now = start;
        for (int call = 0; call < 3000; ++call) {
            now += milliseconds{draw(4) == 0 ? draw(40'000) : draw(500)};
            const std::uint64_t number = draw(60) + 1;
            const std::int64_t id = static_cast<std::int64_t>(number % 3) + 1; // a key stays with its login
            const auto who = caller(draw(2) ? "00:0C:42:00:00:01" : "", 1, draw(2) + 1);
            switch (draw(6)) {
            case 0:
                table.reserve(key(number), id, who, Model::interim_s, now);
                model.reserve(number, id, who, now);
                break;
            case 1: {
                const auto count = draw(3);
                table.take_over(id, who, count, key(number), now);
                model.take_over(id, who, count, number, now);
                break;
            }
            default: {
                const auto report = draw(3) == 0 ? Report::stop : draw(2) ? Report::start : Report::interim;
                // Full callers here: what a report lacks is another test's.
                const auto full = caller(draw(2) ? "00:0C:42:00:00:01" : "00:0C:42:00:00:02", 1, draw(2) + 1);
                tell(table, key(number), "", id, full, report, Model::interim_s, now);
                model.heard(number, id, full, report, now);
                if (report == Report::start && table.live_of(id, now)) {
                    auto lost = lost_to(table, key(number)), expected = model.lost_to(number);
                    std::ranges::sort(lost);
                    std::ranges::sort(expected);
                    REQUIRE(lost == expected);
                }
            }
            }
            for (std::int64_t each = 1; each <= 3; ++each) {
                const auto found = table.standing(each, who, now), expected = model.standing(each, who, now);
                REQUIRE(found.live == expected.live);
                REQUIRE(found.own == expected.own);
            }
        }
    }
}
