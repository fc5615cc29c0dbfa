// tests/unit/store/usage_instance_test.cpp - N-06: an Acct-Session-Id that a NAS uses again is another session.
#include "usage_records.hpp"

#include "provisioning/store/usage_instance.hpp"

using namespace store_tests;

namespace {

/// A record of the key; `counted`: its session time, -1: not reported.
Usage heard(UsageKind kind, std::int64_t at, std::int64_t counted = -1, std::uint64_t octets = 0)
{
    auto u = usage(kind, at, octets, "n:1");
    if (counted >= 0)
        u.session_time_s = static_cast<std::uint32_t>(counted);
    else
        u.session_time_s.reset();
    return u;
}
Usage start(std::int64_t at) { return heard(UsageKind::start, at); }
Usage interim(std::int64_t at, std::int64_t counted = -1) { return heard(UsageKind::interim, at, counted); }
Usage stop(std::int64_t at, std::int64_t counted = -1, std::uint64_t octets = 0)
{
    return heard(UsageKind::stop, at, counted, octets);
}
Usage start_at_ip(std::int64_t at, const char* ip)
{
    auto u = start(at);
    u.framed_ip = ip;
    return u;
}
Usage start_by_nas_clock(std::int64_t at, std::int64_t nas_s)
{
    auto u = start(at);
    u.nas_at = after(nas_s);
    return u;
}

std::string began_of(const std::vector<Usage>& records, std::span<const Instant> boots,
                     std::vector<Instance> known = {})
{
    std::vector<const Usage*> pointers;
    for (const auto& record : records) pointers.push_back(&record);
    std::string text;
    for (const auto& began : instances(std::move(known), boots, pointers)) {
        const auto at = began ? (*began - after(0)).count() / 1000 : 0;
        text += (text.empty() ? "" : " ") + (!began ? "-" : *began == Instant{} ? "before" : std::to_string(at));
    }
    return text;
}

} // namespace

TEST_CASE("N-06: a record belongs to the session of its key that was running, or begins another")
{
    struct Row {
        std::string name;
        std::vector<Usage> records; ///< as they come
        std::vector<Instant> boots;
        std::string began; ///< seconds, for each
    };
    const Row rows[] = {
        {"Start, Interim, Stop are one", {start(0), interim(300, 300), stop(700, 700)}, {}, "0 0 0"},
        {"a Stop, then its Interim and its Start", {stop(700, 700), interim(300, 300), start(0)}, {}, "0 0 0"},
        {"a Stop without time first, then the others", {stop(700, 0), interim(300, 300), start(0)}, {}, "700 700 700"},
        {"no session times at all", {interim(300), interim(600), stop(900)}, {}, "300 300 300"},
        {"and the earliest of them last", {interim(600), interim(300)}, {}, "600 600"},
        {"session times that are a little off", {interim(300, 298), interim(600, 601), start(0)}, {}, "2 2 2"},
        {"a Start after the Stop is another", {start(0), stop(700, 700), start(800)}, {}, "0 0 800"},
        {"and so is what it counts", {start(0), stop(700, 700), start(800), interim(900, 100)}, {}, "0 0 800 800"},
        {"also without its Start", {start(0), stop(700, 700), interim(1100, 300)}, {}, "0 0 800"},
        {"late records of the first find it",
         {start(0), stop(700, 700), start(800), interim(600, 600), stop(700, 700), start(0)},
         {},
         "0 0 800 0 0 0"},
        {"the first heard of after the second", {start(800), start(0), stop(700, 700)}, {}, "800 0 0"},
        {"the second's Start after its Interim",
         {start(0), stop(700, 700), interim(1100, 299), start(800)},
         {},
         "0 0 801 801"},
        {"an Interim after the Stop that began before it", {start(0), stop(700, 700), interim(710, 690)}, {}, "0 0 0"},
        {"an Interim after the Stop without a time", {start(0), stop(700, 700), interim(710)}, {}, "0 0 0"},
        {"the Stop again, without Acct-Delay-Time", {start(0), stop(2, 2, 500), stop(9, 2, 500)}, {}, "0 0 0"},
        {"a Stop that counted otherwise is another's", {start(0), stop(2, 2, 500), stop(9, 2, 501)}, {}, "0 0 7"},
        {"the Start again, just behind the Stop",
         {start_at_ip(0, "10.0.0.1"), stop(2, 2), start_at_ip(6, "10.0.0.1")},
         {},
         "0 0 0"},
        {"just behind the Stop with another address",
         {start_at_ip(0, "10.0.0.1"), stop(2, 2), start_at_ip(6, "10.0.0.2")},
         {},
         "0 0 6"},
        {"the Start again, by the clock of the NAS",
         {start_by_nas_clock(0, 0), stop(2, 2), start_by_nas_clock(6, 0)},
         {},
         "0 0 0"},
        {"a new one, by the clock of the NAS",
         {start_by_nas_clock(0, 0), stop(2, 2), start_by_nas_clock(6, 6)},
         {},
         "0 0 6"},
        {"its own Start, late, behind the Stop", {stop(700, 700), start(730), start(730)}, {}, "0 0 0"},
        {"too late for that", {stop(700, 700), start(761)}, {}, "0 761"},
        {"Start and Stop lost: a Start", {start(0), interim(300, 300), start(1000)}, {}, "0 0 1000"},
        {"Start and Stop lost: an Interim", {start(0), interim(300, 300), interim(1000, 100)}, {}, "0 0 900"},
        {"a Start sent again while open", {start(0), start(30)}, {}, "0 0"},
        {"a Start sent again before the Interim that is there", {start(0), interim(300, 300), start(200)}, {}, "0 0 0"},
        {"the NAS began anew, then the id comes again", {start(0), start(50)}, {after(40)}, "0 50"},
        {"what was heard after the reboot was not over", {start(0), interim(300, 300)}, {after(40)}, "0 0"},
        {"a reboot before is no end", {start(0), start(30)}, {after(-5)}, "0 0"},
        {"a closing finds what was running",
         {start(0), stop(700, 700), start(800), closing(750, Closing::lost, "n:1"), closing(900, Closing::lost, "n:1")},
         {},
         "0 0 800 0 800"},
        {"a closing of nothing", {closing(900, Closing::lost, "n:1")}, {}, "-"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(began_of(row.records, row.boots) == row.began);
    }
}

TEST_CASE("N-06: a session of before is found by its start, for its `began` is the epoch")
{
    Instance old;
    old.started_at = after(0);
    old.updated_at = after(300);
    old.start_seen = true;
    CHECK(began_of({interim(600, 600), stop(700, 700), start(800), start(0)}, {}, {old}) == "before before 800 before");
    CHECK(began_of({interim(-500, 100), start(-100)}, {}, {old}) == "-600 -100");
}

TEST_CASE("N-06: the row of the first session is not changed by a session with the same id after a reboot")
{
    Store store;
    const auto first = [&] {
        return store.value("select (to_jsonb(s) - 'id')::text from session s order by began limit 1");
    };
    const Usage records[] = {start(0),   interim(300, 300), boot(UsageKind::nas_on, 400),
                             start(420), interim(720, 300), stop(900, 480),
                             start(420), interim(300, 300)};
    store_usage(store.session, std::span{records}.first(3));
    const auto row = first();
    for (const auto& record : std::span{records}.subspan(3)) store_one(store, record);
    CHECK(first() == row);
    CHECK(store.value("select string_agg(concat_ws(' ', " + seconds("began") + ", " + seconds("started_at") + ", " +
                      seconds("ended_at") + ", terminate_cause), ';' order by began) from session") ==
          "0 0 300 NAS-Reboot;420 420 900");
    store.sql("delete from session; delete from nas_boot");
    store_usage(store.session, records);
    CHECK(first() == row);
    CHECK(store.value("select count(*) from session") == "2");
}
