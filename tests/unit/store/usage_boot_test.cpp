// tests/unit/store/usage_boot_test.cpp - N-11, F-25, F-26: a NAS that begins anew, and thousands of sessions with it.
#include "usage_records.hpp"

using namespace store_tests;

namespace {

/// Sessions FIRST to LAST of a NAS, each begun at `at` and heard of 300 s later.
std::vector<Usage> running(std::int64_t first, std::int64_t last, std::int64_t at, std::int64_t nas_id,
                           const std::string& kind = "s:")
{
    std::vector<Usage> records;
    for (auto i = first; i <= last; ++i) {
        const auto key = kind + std::to_string(nas_id) + '|' + std::to_string(i);
        auto start = usage(UsageKind::start, at, 0, key), interim = usage(UsageKind::interim, at + 300, 7'000'000, key);
        start.session_time_s.reset();
        interim.session_time_s = 300;
        for (auto* record : {&start, &interim}) {
            if (record->began) record->began = after(at);
            record->nas_id = nas_id;
        }
        records.push_back(start);
        records.push_back(interim);
    }
    return records;
}

std::string ends(Store& store, const std::string& where = "true")
{
    return store.value("select coalesce(string_agg(line, ';' order by line), '') from (select concat_ws(' ', nas_id, " +
                       seconds("ended_at") + ", terminate_cause, count(*)) as line from session where " + where +
                       " group by nas_id, ended_at, terminate_cause) l");
}

} // namespace

TEST_CASE("N-11: an Accounting-On closes the 10,000 sessions of its NAS that began before, and no other")
{
    Store store;
    for (const auto& [kind, sessions] : {std::pair{"s:", 10'000}, {"n:", 100}}) {
        CAPTURE(kind);
        store.sql("delete from session; delete from nas_boot");
        CHECK(store_usage(store.session, running(1, sessions, 0, 3, kind)) == 0);
        CHECK(store_usage(store.session, running(1, 5, 0, 4, kind)) == 0);
        CHECK(store_usage(store.session, running(10'001, 10'007, 1'001, 3, kind)) == 0);
        for (int times = 0; times < 2; ++times) {
            store_one(store, boot(UsageKind::nas_on, 1'000));
            CHECK(ends(store) == "3 - 7;3 300 NAS-Reboot " + std::to_string(sessions) + ";4 - 5");
        }
        CHECK(store.value("select sum(download_octets) / 7000000 from session where ended_at is not null")
                  .starts_with(std::to_string(sessions) + ".0"));
        auto revived = running(1, 1, 0, 3, kind);
        revived[1].at = after(1'200); // an Interim: it was no reboot for this one
        revived[1].session_time_s = 1'200;
        store_usage(store.session, revived);
        CHECK(ends(store) == "3 - 8;3 300 NAS-Reboot " + std::to_string(sessions - 1) + ";4 - 5");
    }
}

TEST_CASE("F-26: an Accounting-On that arrives after 2,000 new Starts closes the sessions older than it, only")
{
    Store store;
    for (const auto* kind : {"s:", "n:"}) {
        CAPTURE(kind);
        store.sql("delete from session; delete from nas_boot");
        store_usage(store.session, running(1, 2'000, 0, 3, kind));
        store_usage(store.session, running(1, 2'000, 1'010, 3, kind)); // the same ids again
        CHECK(ends(store) == "3 - 4000");
        store_one(store, boot(UsageKind::nas_on, 1'000));
        CHECK(ends(store) == "3 - 2000;3 300 NAS-Reboot 2000");
        CHECK(ends(store, "ended_at is null and started_at <> timestamptz 'epoch' + interval '1 second' * " +
                              std::to_string(base_s + 1'010)) == "");
    }
}

TEST_CASE("F-25: a NAS that began anew and did not say so: what was superseded keeps its last counters, billed once")
{
    Store store;
    store_usage(store.session, running(1, 1'000, 0, 3));
    std::vector<Usage> again;
    for (std::int64_t i = 1; i <= 1'000; ++i) {
        const auto key = "s:3|" + std::to_string(i);
        auto start = usage(UsageKind::start, 900, 0, key);
        start.began = after(900); // another Class: they logged in again
        again.push_back(start);
        again.push_back(closing(900, Closing::superseded, key));
    }
    for (int times = 0; times < 2; ++times) {
        store_usage(store.session, again);
        CHECK(ends(store) == "3 - 1000;3 300 superseded 1000");
        CHECK(store.value("select sum(download_octets) from usage_day") == "7000000000");
    }
}

TEST_CASE("reboots of one NAS in whatever order close what was running at each")
{
    Store store;
    const auto first = running(1, 1, 0, 3), second = running(2, 2, 1'000, 3), third = running(3, 3, 2'000, 3);
    const auto off = boot(UsageKind::nas_off, 900), on = boot(UsageKind::nas_on, 950),
               next = boot(UsageKind::nas_on, 1'900);
    const std::vector<std::vector<Usage>> orders[] = {
        {first, {off}, {on}, second, {next}, third},
        {first, second, third, {next}, {on}, {off}},
        {{on}, {next}, {off}, third, second, first},
        {second, {next, off, on}, first, third},
        {third, {next}, second, first, {on}, {off}, {on}, {next}},
    };
    for (const auto& order : orders) {
        store.sql("delete from session; delete from nas_boot");
        for (const auto& batch : order) store_usage(store.session, batch);
        CHECK(store.value("select string_agg(" + seconds("closed_at") +
                          " || ' ' || coalesce(terminate_cause, '-'), ';'"
                          " order by began) from session") == "900 Admin-Reboot;1900 NAS-Reboot;- -");
    }
}
