// tests/unit/store/usage_test.cpp - N-07, N-08, N-10: a session's row is a merge of what was delivered.
#include "usage_records.hpp"

#include <limits>

using namespace store_tests;

namespace {

std::string column(Store& store, const std::string& name) { return store.value("select " + name + " from session"); }

std::vector<Usage> one_session()
{
    auto start = usage(UsageKind::start, 0, 0);
    auto first = usage(UsageKind::interim, 300, 5'000'000'000);
    auto second = usage(UsageKind::interim, 600, 9'000'000'000);
    auto stop = usage(UsageKind::stop, 700, 9'500'000'000);
    first.framed_ip = "100.64.0.7";
    first.ipv6_prefix = "2001:db8:1::/64";
    second.framed_ip = "100.64.0.8"; // the last one reported counts
    second.mac = "AA:BB:CC:DD:EE:FF";
    second.session_time_s = 605; // reckons an earlier start than the Start says: the Start is believed
    second.nat = {{"198.51.100.7", 1024, 2047}, {"no address", 1, 2}};
    second.nas_at = after(610);
    stop.terminate_cause = 2;
    stop.nas_port_id = "ether1";
    stop.nas_port = 7;
    return {start, first, second, stop};
}

} // namespace

TEST_CASE("every part of a session's records makes a row that the rest completes")
{
    Store store;
    const auto records = one_session();
    const auto lost = closing(640, Closing::lost), early = closing(610, Closing::superseded);
    const auto on = boot(UsageKind::nas_on, 650), off = boot(UsageKind::nas_off, 660);
    const auto others_on = boot(UsageKind::nas_on, 650, 4), before = boot(UsageKind::nas_on, -10);
    struct Part {
        std::string name;
        std::vector<Usage> records;
        std::string shown; ///< seconds from the Start: started, updated, closed, ended; cause
    };
    const Part parts[] = {
        {"a Start opens", {records[0]}, "0 0 - - -"},
        {"an Interim without Start opens, its session time ago", {records[1]}, "0 300 - - -"},
        {"a Stop without Start is a closed session", {records[3]}, "0 700 - 700 Lost-Carrier"},
        {"an Interim after the Stop does not reopen", {records[3], records[1]}, "0 700 - 700 Lost-Carrier"},
        {"an earlier Start than reckoned counts", {records[2], records[0]}, "0 600 - - -"},
        {"reckoned from the earliest", {records[2]}, "-5 600 - - -"},
        {"closed for silence it ends when it was last heard of", {records[1], lost}, "0 300 640 300 lost"},
        {"heard of later it is open again", {records[1], lost, usage(UsageKind::interim, 900, 1)}, "0 900 - - -"},
        {"heard of up to then, late, it stays closed", {records[0], lost, records[1]}, "0 300 640 300 lost"},
        {"closed twice: the later closing counts", {records[1], lost, early}, "0 300 640 300 lost"},
        {"its Stop counts more than a closing", {records[1], lost, records[3]}, "0 700 - 700 Lost-Carrier"},
        {"a closing of a session that is unknown is none", {lost}, ""},
        {"N-11: its NAS began anew", {records[1], on}, "0 300 650 300 NAS-Reboot"},
        {"N-11: its NAS went down", {records[1], off}, "0 300 660 300 Admin-Reboot"},
        {"the first of them ended it", {records[1], off, on}, "0 300 650 300 NAS-Reboot"},
        {"silence came before the reboot", {records[1], on, lost}, "0 300 640 300 lost"},
        {"and when it is told in this order", {records[1], lost, on}, "0 300 640 300 lost"},
        {"heard of after silence, the reboot ends it",
         {records[1], lost, on, usage(UsageKind::interim, 645, 1)},
         "0 645 650 645 NAS-Reboot"},
        {"its Start arrives after the On", {on, records[0]}, "0 0 650 0 NAS-Reboot"},
        {"another NAS began anew", {records[1], others_on}, "0 300 - - -"},
        {"the NAS began anew before", {before, records[0]}, "0 0 - - -"},
        {"N-13: another status type concerns no session", {usage(UsageKind::other, 5, 5)}, ""},
    };
    for (const auto& part : parts) {
        CAPTURE(part.name);
        for (const bool at_once : {false, true}) {
            CAPTURE(at_once);
            store.sql("delete from session; delete from nas_boot");
            if (at_once)
                store_usage(store.session, part.records);
            else
                for (const auto& record : part.records) store_one(store, record);
            CHECK(store.value("select coalesce((select " + seconds("started_at") + " || ' ' || " +
                              seconds("updated_at") + " || ' ' || " + seconds("closed_at") + " || ' ' || " +
                              seconds("ended_at") + " || ' ' || coalesce(terminate_cause, '-') from session), '')") ==
                  part.shown);
        }
    }
}

TEST_CASE("a row holds all that was reported of its session")
{
    Store store;
    store_usage(store.session, one_session());
    CHECK(store.value("select (to_jsonb(s) - 'id' - 'held_until' - "
                      "'{daemon,nas_ip,nas_identifier,fingerprint}'::text[])::text from session s") ==
          R"({"ip": "100.64.0.8", "mac": "AA:BB:CC:DD:EE:FF", "ipv6": null, "began": "2026-09-21T11:13:20-03:00",)"
          R"( "ip_at": "2026-09-21T11:23:20-03:00", "login": "joao@isp", "nas_at": "2026-09-21T11:23:30-03:00",)"
          R"( "nas_id": 3, "interim": 300, "stop_at": "2026-09-21T11:25:00-03:00", "wrapped": false,)"
          R"( "ended_at": "2026-09-21T11:25:00-03:00", "login_id": 1, "nas_port": 7, "closed_at": null,)"
          R"( "start_seen": true, "started_at": "2026-09-21T11:13:20-03:00", "stop_cause": "Lost-Carrier",)"
          R"( "stop_short": false, "updated_at": "2026-09-21T11:25:00-03:00", "given_up_at": null,)"
          R"( "ipv6_prefix": "2001:db8:1::/64", "nas_port_id": "ether1", "session_key": "s:1", "stop_octets":)"
          R"( 10450000000, "closed_cause": null, "upload_octets": 950000000, "given_up_cause": null,)"
          R"( "session_time_s": 700, "upload_packets": 4750000, "acct_session_id": "8100000A",)"
          R"( "download_octets": 9500000000, "terminate_cause": "Lost-Carrier", "download_packets": 9500000,)"
          R"( "delegated_ipv6_prefix": null})");
    CHECK(store.value("select string_agg(concat_ws(' ', host(address), first_port, last_port, " + seconds("from_at") +
                      ", " + seconds("until_at") + "), ';') from session_nat") == "198.51.100.7 1024 2047 600 600");
}

TEST_CASE("what a session used is counted to the day and the hour, in the provider's time zone")
{
    Store store; // America/Sao_Paulo: midnight is 46,000 s after the base
    std::vector<Usage> records;
    for (const auto& [at, octets] : {std::pair{45'000, 100}, {45'900, 200}, {46'100, 250}, {46'200, 300}, {49'700, 0}})
        records.push_back(usage(UsageKind::interim, at, static_cast<std::uint64_t>(octets)));
    store_usage(store.session, records);
    CHECK(store.value("select string_agg(day || ' ' || download_octets || ' ' || upload_octets, ';' order by day)"
                      " from usage_day") == "2026-09-21 200 20;2026-09-22 300 30");
    CHECK(store.value("select string_agg(to_char(hour at time zone 'America/Sao_Paulo', 'DD HH24') || ' ' ||"
                      " download_octets, ';' order by hour) from usage_hour") == "21 23 200;22 00 300");
    CHECK(store.value("select count(*) from usage_day d join session s on s.id = d.session_id"
                      " and s.login_id = d.login_id") == "2");
}

TEST_CASE("N-08: a Stop that counts less than an interim keeps the interim's counters, and the row says so")
{
    Store store;
    auto records = one_session();
    store_usage(store.session, records);
    CHECK(column(store, "stop_short") == "f");
    store.sql("delete from session");
    records[3].download_octets = records[3].upload_octets = 0;
    store_usage(store.session, records);
    CHECK(column(store, "download_octets") == "9000000000");
    CHECK(column(store, "stop_short") == "t");
    CHECK(store.value("select max(d.download_octets) from usage_day d join session s on s.id = d.session_id") ==
          "9000000000");
}

TEST_CASE("N-10: counters beyond 63 bits are kept unharmed")
{
    Store store;
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    auto stop = usage(UsageKind::stop, 10, most);
    stop.upload_octets = stop.download_packets = stop.upload_packets = most;
    stop.session_time_s = std::numeric_limits<std::uint32_t>::max();
    stop.nas_id = std::numeric_limits<std::int64_t>::max();
    for (const auto* key : {"s:1", "n:1"}) { // and read back, to find a key's sessions
        store.sql("delete from session; delete from usage_day");
        stop.session_key = key;
        if (stop.session_key == "n:1") stop.began.reset();
        for (int times = 0; times < 2; ++times) CHECK(store_one(store, stop) == 0);
        for (const auto* name : {"download_octets", "upload_octets", "download_packets", "upload_packets"})
            CHECK(column(store, name) == "18446744073709551615");
        CHECK(column(store, "session_time_s") == "4294967295");
        CHECK(column(store, "stop_octets") == "36893488147419103230");
        CHECK(store.value("select sum(download_octets + upload_octets) from usage_day") == "36893488147419103230");
    }
}

TEST_CASE("termination causes have the names of RFC 2866 s5.10")
{
    Store store;
    const std::pair<std::uint32_t, std::string> causes[] = {
        {1, "User-Request"}, {2, "Lost-Carrier"},  {6, "Admin-Reset"},
        {11, "NAS-Reboot"},  {18, "Host-Request"}, {0, "0"},
        {99, "99"}};
    for (const auto& [number, name] : causes) {
        store.sql("delete from session");
        auto stop = usage(UsageKind::stop, 1, 0);
        stop.terminate_cause = number;
        store_one(store, stop);
        CHECK(column(store, "terminate_cause") == name);
    }
}
