// tests/unit/store/sessions_test.cpp - sessions and usage as people are shown them.
#include "session_rows.hpp"

using namespace store_tests;

namespace {

constexpr auto zone = "America/Sao_Paulo";
constexpr auto recent = "now() - interval '1 minute'";

/// Two open, one stale, one closed by its Stop and one for silence; bras1, bras2; two plans and cities.
void several(Store& store)
{
    store.sample();
    add_nas(store, 2);
    store.sql("update client set city = 'São Paulo' where id = 1");
    store.add(plan_type, {{"name", {"Fibra 600"}}, {"download", {"600M"}}, {"upload", {"300M"}}});
    store.add(client_type, {{"name", {"Ana"}}, {"person", {"foreign"}}});
    store.add(contract_type, {{"client", {"2"}}, {"plan", {"Fibra 600"}}, {"due_day", {"1"}}});
    store.add(login_type, {{"login", {"ana@isp"}}, {"contract", {"2"}}, {"password", {"x"}}});
    add_session(store, "open", "updated_at, started_at, ip, mac, interim",
                std::string{recent} + ", now() - interval '2 hours', '100.64.0.1', 'AA:BB:CC:DD:EE:01', 300");
    add_session(store, "big", "login, login_id, nas_id, updated_at, started_at, ip, download_octets",
                "'ana@isp', 2, 2, " + std::string{recent} + ", now() - interval '1 hour', '100.64.0.2', 5000");
}

std::string listed(Store& store, const SessionQuery& query)
{
    return shown(list_sessions(store.session, query, zone), {"login", "state"});
}

template <class Change>
SessionQuery with(Change change)
{
    SessionQuery query;
    change(query);
    return query;
}

} // namespace

TEST_CASE("sessions are open, stale or closed, and listed by what a person has at hand")
{
    Store store;
    store.sample();
    add_nas(store, 2);
    store.sql("update client set city = 'São Paulo'");
    const auto add = [&](const std::string& name, const std::string& nas, const std::string& columns,
                         const std::string& values) {
        store.sql("insert into session (session_key, began, login, login_id, nas_id, acct_session_id, start_seen,"
                  " session_time_s, download_octets, upload_octets, download_packets, upload_packets, started_at," +
                  columns + ") values ('" + name + "', '2025-03-10', '" + name + "', 1, " + nas +
                  ", 'x', true, 0, length('" + name + "') * 1000, 10, 1, 1, now() - interval '2 days', " + values +
                  ")");
    };
    add("ana", "1", "updated_at, interim, ip, mac", "now(), 300, '100.64.0.1', 'AA:BB:CC:DD:EE:01'");
    add("bruno", "2", "updated_at, interim", "now() - interval '950 seconds', 300");
    add("clara1", "2", "updated_at, interim", "now() - interval '970 seconds', 300");
    add("davi123", "2", "updated_at, interim", "now() - interval '25 hours', 0");
    add("eva", "1", "updated_at, interim, stop_at", "now(), 300, now()");
    store.sql("update session set login_id = null where login = 'eva'");
    struct Listed {
        const char* name;
        SessionQuery query;
        const char* rows;
    };
    const Listed rows[] = {
        {"who is online", with([](auto& q) { q.sort = "login"; }), "ana open;bruno open;clara1 stale;davi123 stale;"},
        {"the ended too", with([](auto& q) { q.sort = "-login", q.closed_too = true, q.limit = 2; }),
         "eva closed;davi123 stale;"},
        {"the ended only", with([](auto& q) { q.state = "closed"; }), "eva closed;"},
        {"the stale only", with([](auto& q) { q.state = "stale", q.sort = "login"; }), "clara1 stale;davi123 stale;"},
        {"on a NAS, by traffic", with([](auto& q) { q.nas = "BRAS2", q.sort = "-traffic"; }),
         "davi123 stale;clara1 stale;bruno open;"},
        {"the second of them", with([](auto& q) { q.nas = "bras2", q.sort = "-traffic", q.limit = 1, q.offset = 1; }),
         "clara1 stale;"},
        {"by address", with([](auto& q) { q.ip = "100.64.0.1"; }), "ana open;"},
        {"by MAC in another notation", with([](auto& q) { q.mac = "aabb.ccdd.ee01"; }), "ana open;"},
        {"by login", with([](auto& q) { q.login = "bruno"; }), "bruno open;"},
        {"by plan", with([](auto& q) { q.plan = "fibra 300", q.limit = 1, q.sort = "login"; }), "ana open;"},
        {"by another plan", with([](auto& q) { q.plan = "other"; }), ""},
        {"by city, without its accent", with([](auto& q) { q.city = "sao paulo", q.sort = "login", q.limit = 1; }),
         "ana open;"},
        {"begun since yesterday", with([](auto& q) { q.since = "2100-01-01"; }), ""},
        {"longest silent first", with([](auto& q) { q.sort = "updated_at", q.limit = 1; }), "davi123 stale;"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(listed(store, row.query) == row.rows);
    }
    CHECK(refusal([&] { listed(store, with([](auto& q) { q.sort = "trafic"; })); }) ==
          "invalid sort: cannot sort sessions by trafic, did you mean traffic?");
    CHECK(refusal([&] { listed(store, with([](auto& q) { q.ip = "x"; })); }).starts_with("invalid ip:"));
}

TEST_CASE("a session is shown with what is not right about it")
{
    Store store;
    store.sample();
    add_nas(store, 1);
    add_session(store, "s:1", "closed_at, closed_cause, nas_at, wrapped, stop_octets",
                "'2025-03-10T12:16:00Z', 'lost', '2025-03-10T13:00:00Z', true, 50");
    const auto id = std::stoll(store.value("select id from session"));
    store.sql(
        "insert into session_nat select id, began, '203.0.113.5', 1024, 2047, started_at, updated_at from session");
    const auto row = show_session(store.session, id, zone);
    CHECK(in(row, "client") == "João da Silva");
    CHECK(in(row, "plan") == "Fibra 300");
    CHECK(in(row, "started_at") == "2025-03-10T07:00:00-03:00");
    CHECK(in(row, "duration_s") == "7200");
    CHECK(in(row, "end") == "no Stop: last heard of then, closed at 2025-03-10T09:16:00-03:00 (lost)");
    CHECK(in(row, "nas_skew_s") == "3600");
    CHECK(in(row, "remarks") ==
          "Stop counted less than an interim before it: the higher counters stand; counters ran over 2^32 without "
          "gigawords: the octets are an estimate; the clock of the NAS is 3600 s ahead");
    CHECK(shown(session_port_blocks(store.session, id, zone), {"address", "first_port", "last_port", "until_at"}) ==
          "203.0.113.5 1024 2047 2025-03-10T09:00:00-03:00;");
    CHECK(refusal([&] { show_session(store.session, id + 1, zone); }).starts_with("not_found id:"));

    CHECK(session_of(store.session, "joao@isp") == id);
    CHECK(refusal([&] { session_of(store.session, "nobody"); }).starts_with("not_found login:"));
    add_session(store, "s:2", "started_at", "'2025-03-11T10:00:00Z'");
    CHECK(session_of(store.session, "joao@isp") == id + 1);
    add_session(store, "s:3");
    CHECK(
        refusal([&] { session_of(store.session, "joao@isp"); }).starts_with("conflict login: joao@isp has several: "));
    CHECK(session_history(store.session, "joao@isp", "", 0, 0, zone).size() == 3);
    CHECK(in(session_history(store.session, "joao@isp", "2025-03-11", 1, 0, zone).at(0), "id") ==
          std::to_string(id + 1));
}

TEST_CASE("who is online is counted by NAS, plan and city, and against an hour ago")
{
    Store store;
    several(store);
    add_session(store, "gone", "started_at, updated_at, stop_at",
                "now() - interval '3 hours', now() - interval '5 minutes', now() - interval '5 minutes'");
    const auto ago = store.value("select to_char(now() - interval '90 minutes', 'YYYY-MM-DD\"T\"HH24:MI:SS') || 'Z'"
                                 " from (select set_config('timezone', 'UTC', true)) x");
    const auto count = [&](const char* by, const std::string& compare) {
        return shown(count_sessions(store.session, by, compare, zone), {"value", "online", "before", "change"});
    };
    CHECK(count("nas", "") == "bras1 1 - -;bras2 1 - -;total 2 - -;");
    CHECK(count("plan", "") == "Fibra 300 1 - -;Fibra 600 1 - -;total 2 - -;");
    CHECK(count("city", "") == "(none) 1 - -;São Paulo 1 - -;total 2 - -;");
    CHECK(count("nas", ago) == "bras1 1 2 -1;bras2 1 0 1;total 2 2 0;");
    store.sql("delete from session");
    CHECK(count("nas", "") == "total 0 - -;");
}

TEST_CASE("drops tell where sessions fell, and the commonest cause")
{
    Store store;
    store.sample();
    add_nas(store, 2);
    const auto fell = [&](const std::string& key, const std::string& nas, const std::string& port,
                          const std::string& cause, const std::string& ago) {
        add_session(store, key, "nas_id, nas_port_id, stop_cause, stop_at, updated_at, login",
                    nas + ", '" + port + "', '" + cause + "', now() - interval '" + ago + "', now() - interval '" +
                        ago + "', '" + key + "'");
    };
    fell("a", "1", "pon1", "Lost-Carrier", "1 minute");
    fell("b", "1", "pon1", "Lost-Carrier", "2 minutes");
    fell("c", "1", "pon2", "User-Request", "3 minutes");
    fell("d", "2", "pon1", "User-Request", "4 minutes");
    fell("e", "2", "pon1", "User-Request", "2 hours");
    const std::vector<std::string_view> columns{"value", "drops", "logins", "cause"};
    CHECK(shown(session_drops(store.session, "", "nas", 10, zone), columns) ==
          "bras1 3 3 Lost-Carrier;bras2 1 1 User-Request;");
    CHECK(shown(session_drops(store.session, "2025-01-01", "port", 2, zone), columns) ==
          "bras1 pon1 2 2 Lost-Carrier;bras2 pon1 2 2 User-Request;");
}

TEST_CASE("F-07: what the database did not take is listed, with its attributes in hexadecimal")
{
    Store store;
    add_nas(store, 1);
    store.sql("insert into usage_refused (session_key, kind, at, reason, record, nas_id, attributes) values"
              " ('k', 'stop', '2025-03-10T10:00:00Z', 'why', '{\"login\": \"joao@isp\"}', 1, '\\x0103ff')");
    CHECK(shown(refused_usage(store.session, 10, 0, zone), {"kind", "at", "nas", "login", "reason", "attributes"}) ==
          "stop 2025-03-10T07:00:00-03:00 bras1 joao@isp why 0103ff;");
}

TEST_CASE("a day's own is the difference to that session's row before it, however long ago")
{
    Store store;
    store.sample();
    store.sql("insert into usage_day (session_id, login_id, day, download_octets, upload_octets) values"
              " (1, 1, '2025-03-01', 100, 10), (1, 1, '2025-03-09', 300, 30), (1, 1, '2025-03-10', 700, 30),"
              " (2, 1, '2025-03-10', 50, 5), (2, 1, '2025-04-01', 51, 6), (3, 2, '2025-03-10', 9999, 9999)");
    store.sql("insert into usage_hour (session_id, login_id, hour, download_octets, upload_octets) values"
              " (1, 1, '2025-03-10T02:00:00Z', 100, 10), (1, 1, '2025-03-10T03:00:00Z', 130, 11),"
              " (1, 1, '2025-03-10T13:00:00Z', 150, 12)");
    const auto used = [&](const char* by, const char* from, const char* to) {
        return shown(usage_of(store.session, "joao@isp", by, from, to, zone),
                     {"period", "download_octets", "upload_octets", "sessions"});
    };
    CHECK(used("day", "2025-03-09", "10/03/2025") == "2025-03-09 200 20 1;2025-03-10 450 5 2;");
    CHECK(used("month", "2025-03-01", "2025-04-30") == "2025-03 750 35 2;2025-04 1 1 1;");
    CHECK(used("hour", "2025-03-10", "2025-03-10") ==
          "2025-03-10T00:00:00-03:00 30 1 1;2025-03-10T10:00:00-03:00 20 1 1;");
    CHECK(used("day", "", "") == "");
    CHECK(refusal([&] { used("day", "2025-03-09", "2025-03-08"); }).starts_with("invalid to:"));
    CHECK(refusal([&] { used("day", "x", ""); }).starts_with("invalid from:"));
}
