// tests/unit/store/partitions_test.cpp - the months of sessions and traffic: made ahead, dropped when they are past,
// and what stays of them.
#include "usage_records.hpp"

#include <algorithm>

using namespace store_tests;

namespace {

constexpr std::chrono::days retention{400};

/// A record of a session that ran `before` ago for an hour, so long ago that its month is past.
std::vector<Usage> ran(std::chrono::days before, const std::string& key, std::int64_t login_id)
{
    const auto begun = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) - before;
    auto start = usage(UsageKind::start, 0, 0, key), stop = usage(UsageKind::stop, 3600, 5'000, key);
    start.at = begun;
    stop.at = begun + 1h;
    for (auto* record : {&start, &stop}) {
        record->began = begun;
        record->login_id = login_id;
        record->nat = {{"198.51.100.7", 1024, 2047}};
    }
    return {start, stop};
}

/// A partition of each table for the month `before` ago.
void make_month(Store& store, std::chrono::days before)
{
    store.sql("select partition_make(p, p || to_char(m, '_YYYY_MM'), m || '+00',"
              " (m + interval '1 month') || '+00') from unnest('{session,session_nat,usage_day}'::text[]) p,"
              " date_trunc('month', now() at time zone 'UTC' - " +
              std::to_string(before.count()) + " * interval '1 day') m");
}

std::string keys_in(Store& store, const std::string& table)
{
    return store.value("select coalesce(string_agg(distinct s.session_key, ' '), '') from session s" +
                       (table == "session" ? "" : " join " + table + " x on x.session_id = s.id"));
}
std::string count(Store& store, const std::string& table) { return store.value("select count(*) from " + table); }

} // namespace

TEST_CASE("partitions are made ahead, with what the tables have; the second time nothing is to be done")
{
    Store store;
    const auto made = keep_partitions(store.owner, retention);
    CHECK(made.size() == 12); // 3 months of 3 tables, 3 days of usage_hour
    for (const auto* ahead : {"0", "1", "2"}) {
        for (const auto* table : {"session", "session_nat", "usage_day"}) {
            const auto name = store.value("select '" + std::string{table} +
                                          "' || to_char(date_trunc('month', now() at"
                                          " time zone 'UTC') + " +
                                          ahead + " * interval '1 month', '_YYYY_MM')");
            CHECK(std::ranges::find(made, name + " made") != made.end());
        }
        const auto day = store.value("select 'usage_hour' || to_char(now() at time zone 'UTC' + " + std::string{ahead} +
                                     " * interval '1 day', '_YYYY_MM_DD')");
        CHECK(std::ranges::find(made, day + " made") != made.end());
    }
    CHECK(store.value("select string_agg(distinct reloptions::text, ' ') from pg_class c join pg_inherits i"
                      " on i.inhrelid = c.oid where c.relkind = 'r'") == "{fillfactor=80}");
    CHECK(store.value("select count(*) from pg_inherits i join pg_index x on x.indexrelid = i.inhrelid"
                      " where not x.indisvalid") == "0");
    CHECK(keep_partitions(store.owner, retention).empty());
}

TEST_CASE("what is stored goes into the partition of its month, and the application may do it")
{
    Store store;
    keep_partitions(store.owner, retention);
    CHECK(store_usage(store.session, ran(std::chrono::days{0}, "s:today", 1)) == 0);
    for (const auto* table : {"session", "session_nat", "usage_day", "usage_hour"}) {
        CAPTURE(table);
        CHECK(store.value("select count(*) > 0 from " + std::string{table}) == "t");
        CHECK(count(store, std::string{table} + "_other") == "0");
    }
}

TEST_CASE("what the default partition holds of a month is moved when the month is made")
{
    Store store;
    store_usage(store.session, ran(std::chrono::days{0}, "s:today", 1));
    store_usage(store.session, ran(std::chrono::days{300}, "s:then", 1));
    store.sql("delete from usage_hour"); // those of 300 days ago go in any case
    const auto before = tables(store);
    CHECK(count(store, "session_other") == "2");
    keep_partitions(store.owner, retention);
    CHECK(store.value("select string_agg(session_key, ' ') from session_other") == "s:then");
    CHECK((tables(store) == before)); // in parentheses: the text is long
}

TEST_CASE("a month that is past its time goes, but for what ended later, is open, or is under legal hold")
{
    Store store;
    store.sample();
    keep_partitions(store.owner, retention);
    constexpr std::chrono::days past{470}, younger{360};
    for (const auto month : {past, younger}) make_month(store, month);
    auto open = ran(past, "s:open", 2), long_one = ran(past, "s:long", 2);
    open.pop_back();
    open[0].download_octets = 100;
    long_one[1].at = open[0].at + std::chrono::days{200};
    store_usage(store.session, ran(past, "s:gone", 2));
    store_usage(store.session, ran(past, "s:held", 1));
    store_usage(store.session, open);
    store_usage(store.session, long_one);
    store_usage(store.session, ran(younger, "s:younger", 2));
    store.sql("update login set legal_hold = true where id = 1");
    const auto month = store.value("select to_char(now() at time zone 'UTC' - interval '470 days', '_YYYY_MM')");

    const std::vector<std::string> rewritten{"session" + month + " rewritten", "session_nat" + month + " rewritten",
                                             "usage_day" + month + " rewritten"};
    CHECK(keep_partitions(store.owner, retention) == rewritten);
    CHECK(keys_in(store, "session") == "s:held s:long s:open s:younger");
    CHECK(keys_in(store, "usage_day") == "s:held s:long s:open s:younger");
    CHECK(keys_in(store, "session_nat") == "s:held s:long s:open s:younger");
    CHECK(store.value("select count(*) from session_nat x where not exists (select from session s"
                      " where s.id = x.session_id)") == "0");
    CHECK(count(store, "session" + month) == "3");
    CHECK(keep_partitions(store.owner, retention).empty()); // nothing more can go
    store_usage(store.session, open);                      // and it is a partition like any other
    CHECK(count(store, "session" + month) == "3");

    store.sql("update login set legal_hold = false");
    CHECK(keep_partitions(store.owner, retention).size() == 3);
    CHECK(keys_in(store, "session") == "s:long s:open s:younger");
    store.sql("delete from session where session_key in ('s:long', 's:open')");
    const std::vector<std::string> dropped{"session" + month + " dropped", "session_nat" + month + " dropped",
                                           "usage_day" + month + " dropped"};
    CHECK(keep_partitions(store.owner, retention) == dropped);
    CHECK(keys_in(store, "usage_day") == "s:younger");
}

TEST_CASE("a month is never dropped for a part of it that is past")
{
    Store store;
    keep_partitions(store.owner, retention);
    const std::chrono::days before{100};
    make_month(store, before);
    store_usage(store.session, ran(before, "s:1", 1));
    // The retention ends in that month, on its last day or on its first.
    const auto of_month = [&](const std::string& what) {
        return std::chrono::days{std::stoll(store.value("select extract(day from now() at time zone 'UTC' - "
                                                        "(date_trunc('month', now() at time zone 'UTC' - interval"
                                                        " '100 days') + " +
                                                        what + "))::int"))};
    };
    CHECK(keep_partitions(store.owner, of_month("interval '1 day'")).empty());
    CHECK(keep_partitions(store.owner, of_month("interval '1 month' - interval '1 day'")).empty());
    CHECK(keep_partitions(store.owner, of_month("interval '1 month' + interval '1 day'")).size() == 3);
    CHECK(keys_in(store, "session") == "");
}

TEST_CASE("hours go after 8 days, reboots and what lies in no month with the retention")
{
    Store store;
    keep_partitions(store.owner, retention);
    store.sql("select partition_make('usage_hour', 'usage_hour' || to_char(d, '_YYYY_MM_DD'), d || '+00', (d + interval"
              " '1 day') || '+00') from (select date_trunc('day', now() at time zone 'UTC') - n * interval '1 day' as d"
              " from unnest('{7,9}'::int[]) n) d");
    store_usage(store.session, ran(std::chrono::days{9}, "s:9", 1));
    store_usage(store.session, ran(std::chrono::days{20}, "s:20", 1)); // its day was never made
    store_usage(store.session, ran(std::chrono::days{401}, "s:401", 1));
    store_usage(store.session, ran(std::chrono::days{3}, "s:3", 1));
    auto on = boot(UsageKind::nas_on, 0);
    for (const auto before : {401, 399}) {
        on.at =
            std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) - std::chrono::days{before};
        store_one(store, on);
    }
    const auto done = keep_partitions(store.owner, retention);
    CHECK(done.size() == 1);
    CHECK(done.at(0).starts_with("usage_hour_"));
    CHECK(done.at(0).ends_with(" dropped"));
    CHECK(keys_in(store, "usage_hour") == "s:3");
    CHECK(keys_in(store, "session") == "s:20 s:3 s:9");
    CHECK(keys_in(store, "usage_day") == "s:20 s:3 s:9");
    CHECK(count(store, "nas_boot") == "1");
}

TEST_CASE("two daemons that keep the partitions at once make each of them once")
{
    Store store;
    std::vector<std::size_t> made(2);
    {
        std::vector<std::jthread> daemons;
        for (auto& count : made) {
            daemons.emplace_back([&] {
                Session owner(store.database.connection(), Role::owner, watch());
                count = keep_partitions(owner, retention).size();
            });
        }
    }
    CHECK(made[0] + made[1] == 12);
}
