// tests/unit/store/usage_test.cpp - N-05..N-10: a session's row is a merge, so order, repetition and batching do not
// matter.
#include "database.hpp"

#include "provisioning/store/journal.hpp"

#include <algorithm>
#include <limits>

using namespace store_tests;

namespace {

constexpr std::int64_t began = 1'790'000'000'000;  // ms

Usage usage(UsageKind kind, std::int64_t after_s, std::uint64_t download)
{
    Usage u;
    u.kind = kind;
    u.at = Instant{std::chrono::milliseconds{began + after_s * 1000}};
    u.session_key = "key";
    u.nas_id = 3;
    u.login_id = 1;
    u.login = "joao@isp";
    u.acct_session_id = "8100000A";
    u.session_time_s = static_cast<std::uint32_t>(after_s);
    u.download_octets = download;
    u.upload_octets = download / 10;
    u.download_packets = download / 1000;
    u.upload_packets = download / 2000;
    return u;
}

std::vector<Usage> one_session()
{
    auto start = usage(UsageKind::start, 0, 0);
    auto first = usage(UsageKind::interim, 300, 5'000'000'000);
    auto second = usage(UsageKind::interim, 600, 9'000'000'000);
    auto stop = usage(UsageKind::stop, 700, 9'500'000'000);
    first.framed_ip = "100.64.0.7";
    second.framed_ip = "100.64.0.8";  // the last one reported counts
    second.mac = "AA:BB:CC:DD:EE:FF";
    second.session_time_s = 605;      // reckons an earlier start than the Start says: the Start is believed
    stop.terminate_cause = 2;
    stop.nas_port_id = "ether1";
    return {start, first, second, stop};
}

std::string row_of(Store& store, const std::string& key = "key")
{
    return store.value(
        "select coalesce(string_agg((to_jsonb(s) - 'id')::text, ';'), '') from session s where session_key = '" + key +
        "'");
}

std::string column(Store& store, const std::string& name) { return store.value("select " + name + " from session"); }

}  // namespace

TEST_CASE("N-07: every order, repetition and batching of a session's records ends in the same row")
{
    Store store;
    const auto records = one_session();
    store_usage(store.session, records);
    const auto wanted = row_of(store);
    CHECK(store.value(
              "select to_char(ended_at - started_at, 'HH24:MI:SS') || ' ' || host(ip) || ' ' || download_octets || ' '"
              " || terminate_cause || ' ' || session_time_s from session") ==
          "00:11:40 100.64.0.8 9500000000 Lost-Carrier 700");
    std::vector<std::size_t> order{0, 1, 2, 3};
    do {
        for (unsigned cuts = 0; cuts < 8; ++cuts) {  // bit i: a new batch after record i
            for (const bool repeated : {false, true}) {
                store.sql("delete from session");
                std::vector<Usage> batch;
                for (std::size_t i = 0; i < order.size(); ++i) {
                    batch.push_back(records[order[i]]);
                    if (repeated) batch.insert(batch.begin(), records[order[(i * 7 + cuts) % 4]]);
                    if ((cuts >> i & 1U) != 0) store_usage(store.session, std::exchange(batch, {}));
                }
                store_usage(store.session, batch);
                if (repeated) store_usage(store.session, records);
                REQUIRE(row_of(store) == wanted);
            }
        }
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("every part of a session's records makes a row that the rest completes")
{
    Store store;
    const auto records = one_session();
    struct Part {
        std::string name;
        std::vector<std::size_t> records;
        std::string shown;  ///< seconds from the Start: started, updated, ended
    };
    const Part parts[] = {{"a Start opens", {0}, "0 0 -"},
                          {"an Interim without Start opens, its session time ago", {1}, "0 300 -"},
                          {"a Stop without Start is a closed session", {3}, "0 700 700"},
                          {"an Interim after the Stop does not reopen", {3, 1}, "0 700 700"},
                          {"an earlier Start than reckoned counts", {2, 0}, "0 600 -"},
                          {"reckoned from the earliest", {2}, "-5 600 -"}};
    for (const auto& part : parts) {
        CAPTURE(part.name);
        store.sql("delete from session");
        for (const auto i : part.records) store_usage(store.session, std::span{records}.subspan(i, 1));
        const auto seconds = [&](const std::string& name) {
            return "coalesce(round(extract(epoch from " + name + "))::bigint - " + std::to_string(began / 1000) +
                   "::bigint, null)";
        };
        CHECK(store.value("select " + seconds("started_at") + " || ' ' || " + seconds("updated_at") +
                          " || ' ' || coalesce((" + seconds("ended_at") + ")::text, '-') from session") == part.shown);
    }
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
}

TEST_CASE("N-10: counters beyond 63 bits are kept unharmed")
{
    Store store;
    auto stop = usage(UsageKind::stop, 10, std::numeric_limits<std::uint64_t>::max());
    stop.upload_octets = stop.download_packets = stop.upload_packets = std::numeric_limits<std::uint64_t>::max();
    stop.session_time_s = std::numeric_limits<std::uint32_t>::max();
    stop.nas_id = std::numeric_limits<std::int64_t>::max();
    store_usage(store.session, std::span{&stop, 1});
    for (const auto* name : {"download_octets", "upload_octets", "download_packets", "upload_packets"})
        CHECK(column(store, name) == "18446744073709551615");
    CHECK(column(store, "session_time_s") == "4294967295");
    CHECK(column(store, "stop_octets") == "36893488147419103230");
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
        store_usage(store.session, std::span{&stop, 1});
        CHECK(column(store, "terminate_cause") == name);
    }
}

TEST_CASE("one poisoned record is put aside, once, and the others of its batch are stored")
{
    Store store;
    using namespace std::string_literals;
    std::vector<Usage> batch;
    for (int i = 0; i < 9; ++i) {
        batch.push_back(usage(UsageKind::start, i, 0));
        batch.back().session_key = "key" + std::to_string(i);
    }
    batch[2].framed_ip = "not an address";
    batch[4].login = "bad \xff\xfe utf-8";
    batch[5].login = "a\0b"s;
    batch[7].login = R"(quoted "x" \ {a,b} 'null' NULL)";
    for (int times = 0; times < 2; ++times) {  // and again, as from a journal that is drained twice
        store_usage(store.session, batch);
        CHECK(store.value("select count(*) from session") == "6");
        CHECK(store.value("select count(*) from usage_refused") == "3");
    }
    CHECK(store.value("select login from session where session_key = 'key7'") == batch[7].login);
    CHECK(store.value("select record->>'login' from usage_refused where session_key = 'key4'") ==
          "bad \\xff\\xfe utf-8");
    CHECK(store.value("select record->>'ip' from usage_refused where session_key = 'key2'") == "not an address");
}

TEST_CASE("sessions and decisions are listed by login, NAS and address")
{
    Store store;
    store.sample();
    store.sql("insert into nas (name, address, secret) select 'core' || i, ('10.0.0.' || i)::cidr, '\\x01' ||"
              " convert_to(repeat('x', 40), 'UTF8') from generate_series(1, 3) i");
    auto open = one_session();
    open.pop_back();
    auto closed = one_session();
    for (auto& record : closed) record.session_key = "closed";
    store_usage(store.session, open);
    store_usage(store.session, closed);
    const auto count = [&](SessionQuery query) {
        return list_sessions(store.session, query, "America/Sao_Paulo").size();
    };
    CHECK(count({.login = "", .nas = "", .ip = ""}) == 1);
    CHECK(count({.login = "", .nas = "", .ip = "", .closed_too = true}) == 2);
    CHECK(count({.login = "joao@isp", .nas = "CORE3", .ip = "100.64.0.8"}) == 1);
    CHECK(count({.login = "joao@isp", .nas = "core1", .ip = ""}) == 0);
    CHECK(count({.login = "", .nas = "", .ip = "100.64.0.7"}) == 0);
    const auto rows = list_sessions(store.session, {.login = "", .nas = "", .ip = ""}, "America/Sao_Paulo");
    std::string line;
    for (const auto& [name, value] : rows.at(0)) line += name + '=' + value.value_or("-") + ' ';
    CHECK(line.ends_with(
        "login=joao@isp nas=core3 ip=100.64.0.8 mac=AA:BB:CC:DD:EE:FF started_at=2026-09-21T11:13:20-03:00"
        " updated_at=2026-09-21T11:23:20-03:00 ended_at=- download_octets=9000000000"
        " upload_octets=900000000 terminate_cause=- state=open "));
    CHECK(refusal([&] { count({.login = "", .nas = "", .ip = "x"}); }).starts_with("invalid ip:"));

    const AuthRecord decisions[] = {
        {Instant{std::chrono::milliseconds{began}}, 3, "core3", "joao@isp", "pap", Reason::none, "AA:BB:CC:DD:EE:FF",
         1},
        {Instant{std::chrono::milliseconds{began + 5}}, 3, "core3", "x\xff", "", Reason::unknown_login, "", 1},
        {Instant{std::chrono::milliseconds{began + 9}}, 3, "core3", "maria", "chap", Reason::bad_password, "", 7}};
    store_auth(store.session, decisions);
    AuthQuery of_core;
    of_core.nas = "core3";
    of_core.since = "2026-09-21";
    const auto log = list_auth(store.session, of_core, "UTC");
    REQUIRE(log.size() == 2);  // the one that is not UTF-8 is lost, the others are not
    line.clear();
    for (const auto& [name, value] : log[0]) line += name + '=' + value.value_or("-") + ' ';
    CHECK(line.ends_with(
        "at=2026-09-21T14:13:20.009+00:00 nas=core3 login=maria method=chap result=reject reason=bad_password"
        " mac=- times=7 "));
    AuthQuery later;
    later.login = "joao@isp";
    later.since = "2030-01-01";
    CHECK(list_auth(store.session, later, "UTC").empty());
    store.sql("update auth_decision set at = now() - interval '31 days' where login = 'maria'");
    prune_auth(store.session);
    CHECK(store.value("select count(*) from auth_decision where login = 'maria'") == "0");
}
