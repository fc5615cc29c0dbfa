// tests/unit/store/address_test.cpp - who had an address: every candidate, how sure that is, and the question's trace.
#include "session_rows.hpp"

using namespace store_tests;

namespace {

constexpr auto zone = "America/Sao_Paulo";

AddressQuery at(const std::string& ip, const std::string& time, std::optional<std::int64_t> port = std::nullopt)
{
    return {.ip = ip, .at = "2025-03-10T" + time + ":00Z", .from = "", .to = "", .port = port, .reason = ""};
}

std::string who(Store& store, const AddressQuery& query)
{
    return shown(who_had(store.session, store.actor, query, zone), {"login", "certainty", "how", "why"});
}

} // namespace

TEST_CASE("what lies between a session's records is certain, what lies after the last of them is not")
{
    Store store;
    store.sample();
    add_nas(store, 2);
    add_session(store, "stopped", "login, ip, stop_at", "'ana', '100.64.0.1', '2025-03-10T12:00:00Z'");
    add_session(store, "lost", "login, ip, closed_at, closed_cause",
                "'bia', '100.64.0.2', '2025-03-10T12:16:00Z', 'lost'");
    add_session(store, "open", "login, ip", "'caio', '100.64.0.3'");
    add_session(store, "twice", "login, ip, stop_at", "'davi', '100.64.0.4', '2025-03-10T12:00:00Z'");
    add_session(store, "elsewhere", "login, nas_id, ip, stop_at", "'eva', 2, '100.64.0.4', '2025-03-10T12:00:00Z'");
    add_session(store, "left over", "login, ip, updated_at, started_at",
                "'fabio', '100.64.0.1', '2025-03-09T12:00:00Z', '2025-03-09T10:00:00Z'");
    struct Asked {
        const char* name;
        AddressQuery query;
        const char* rows;
    };
    const Asked rows[] = {
        {"before it began nobody of today had it", at("100.64.0.3", "09:59"), ""},
        {"within a session that has its Stop; one that was left open is no match for it", at("100.64.0.1", "11:00"),
         "ana certain session -;fabio uncertain session not heard of after 2025-03-09T09:00:00-03:00, still stale;"},
        {"up to the last record of a lost one", at("100.64.0.2", "12:00"), "bia certain session -;"},
        {"between the last record and the closing", at("100.64.0.2", "12:10"),
         "bia uncertain session not heard of after 2025-03-10T09:00:00-03:00, closed without a Stop at "
         "2025-03-10T09:16:00-03:00 (lost);"},
        {"after the closing", at("100.64.0.2", "12:17"), ""},
        {"after the last record of an open one", at("100.64.0.3", "13:00"),
         "caio uncertain session not heard of after 2025-03-10T09:00:00-03:00, still stale;"},
        {"two at the same time", at("100.64.0.4", "11:00"),
         "davi uncertain session 1 other session had it at that time too;"
         "eva uncertain session 1 other session had it at that time too;"},
        {"an address that nobody had", at("100.64.0.9", "11:00"), ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(who(store, row.query) == row.rows);
    }
    const auto found = who_had(store.session, store.actor, at("100.64.0.2", "11:00"), zone).at(0);
    CHECK(in(found, "client") == "João da Silva");
    CHECK(in(found, "document") == "52998224725");
    CHECK(in(found, "contract") == "1");
    CHECK(in(found, "nas") == "bras1");
    CHECK(in(found, "ended_at") == "2025-03-10T09:00:00-03:00");
}

TEST_CASE("over a stretch of time all who had it are told, one after the other")
{
    Store store;
    store.sample();
    add_nas(store, 1);
    add_session(store, "1", "login, ip, stop_at", "'ana', '100.64.0.1', '2025-03-10T12:00:00Z'");
    add_session(store, "2", "login, ip, started_at, updated_at, stop_at",
                "'bia', '100.64.0.1', '2025-03-10T12:00:00Z', '2025-03-10T13:00:00Z', '2025-03-10T13:00:00Z'");
    AddressQuery query{
        .ip = "100.64.0.1", .at = "", .from = "2025-03-10", .to = "10/03/2025", .port = {}, .reason = ""};
    CHECK(who(store, query) == "bia certain session -;ana certain session -;");
    query.from = "2025-03-10T12:30:00Z";
    CHECK(who(store, query) == "bia certain session -;");
    query.to = "2025-03-09";
    CHECK(refusal([&] { who(store, query); }) == "invalid to: is before from, give a later one");
}

TEST_CASE("an IPv6 address is found as itself, in a prefix and in a delegated one")
{
    Store store;
    store.sample();
    add_nas(store, 1);
    add_session(store, "1", "login, ipv6", "'ana', '2001:db8::7'");
    add_session(store, "2", "login, ipv6_prefix", "'bia', '2001:db8:1::/64'");
    add_session(store, "3", "login, delegated_ipv6_prefix", "'caio', '2001:db8:200::/40'");
    CHECK(who(store, at("2001:db8::7", "11:00")) == "ana certain session -;");
    CHECK(who(store, at("2001:db8:1::abcd", "11:00")) == "bia certain session -;");
    CHECK(who(store, at("2001:db8:2ff:1::1", "11:00")) == "caio certain session -;");
    CHECK(who(store, at("2001:db8:300::1", "11:00")) == "");
    CHECK(refusal([&] { who(store, at("2001:db8::7", "11:00", 80)); }).starts_with("invalid port:"));
}

TEST_CASE("a port of a shared address is a logged block, or a computed one")
{
    Store store;
    store.sample();
    add_nas(store, 1);
    add_session(store, "1", "login, ip, stop_at", "'ana', '100.64.0.1', '2025-03-10T12:00:00Z'");
    add_session(store, "2", "login, ip, stop_at", "'bia', '100.64.0.33', '2025-03-10T12:00:00Z'");
    store.sql("insert into session_nat select id, began, '198.51.100.5', 1024, 2047, started_at,"
              " '2025-03-10T11:00:00Z' from session where login = 'ana'");
    store.add(nat_type, {{"name", {"cgn1"}},
                         {"inside", {"100.64.0.0/22"}},
                         {"outside", {"203.0.113.0/27"}},
                         {"ports", {"2016"}},
                         {"valid_until", {"2025-03-10T11:30:00Z"}}});
    CHECK(who(store, at("198.51.100.5", "10:30", 1500)) == "ana certain logged port block -;");
    CHECK(who(store, at("198.51.100.5", "11:10", 1500)) ==
          "ana uncertain logged port block the port block is on record from 2025-03-10T07:00:00-03:00 to "
          "2025-03-10T08:00:00-03:00 only;");
    CHECK(who(store, at("198.51.100.5", "10:30", 2048)) == "");
    CHECK(who(store, at("203.0.113.0", "11:00", 4000)) == "ana certain computed port block -;");
    CHECK(who(store, at("203.0.113.1", "11:00", 3041)) == "bia certain computed port block -;");
    CHECK(who(store, at("203.0.113.1", "11:00", 1024)) == "");
    CHECK(who(store, at("203.0.113.0", "11:40", 4000)) == ""); // the mapping is another then
    for (const auto* shared : {"198.51.100.5", "203.0.113.0"})
        CHECK(refusal([&] { who(store, at(shared, "11:00")); }) ==
              "invalid port: missing: " + std::string{shared} + " was shared by many at that time, give --port");
}

TEST_CASE("two mappings of one outside address at the same time are refused, one after the other are not")
{
    Store store;
    const auto add = [&](const char* name, const char* outside, const char* from, const char* until) {
        Record typed{{"name", {name}}, {"inside", {"100.64.0.0/27"}}, {"outside", {outside}}, {"ports", {"2016"}}};
        if (*from != '\0') typed["valid_from"] = {from};
        if (*until != '\0') typed["valid_until"] = {until};
        return refusal([&] { store.add(nat_type, typed); });
    };
    CHECK(add("a", "203.0.113.0/28", "", "2025-03-10") == "done");
    CHECK(add("b", "203.0.113.8/29", "2025-03-09", "") ==
          "conflict outside: overlaps that of another nat at the same time, give another one");
    CHECK(add("b", "203.0.113.8/29", "2025-03-10", "") == "done");
    CHECK(add("c", "203.0.113.16/28", "", "") == "done");
    CHECK(add("C", "203.0.113.32/28", "", "").starts_with("conflict name:"));
    CHECK(store.value("select count(*) from history where record = 'nat' and action = 'add'") == "3");
}

TEST_CASE("the question goes into the history with its reason, also when nobody had the address")
{
    Store store;
    auto query = at("203.0.113.5", "11:00", 4711);
    query.reason = "IP 118/26";
    CHECK(who(store, query) == "");
    query = {.ip = "2001:DB8::1", .at = "", .from = "2025-03-10", .to = "2025-03-11", .port = {}, .reason = ""};
    CHECK(who(store, query) == "");
    const auto rows = list_history(store.session, {}, zone);
    CHECK(shown(rows, {"actor", "address", "record", "action", "field", "new", "reason"}) ==
          "ana 192.0.2.7 address ask ip 2001:db8::1 from 2025-03-10T00:00:00-03:00 to 2025-03-11T23:59:59-03:00 -;"
          "ana 192.0.2.7 address ask ip 203.0.113.5 port 4711 at 2025-03-10T08:00:00-03:00 IP 118/26;");
}

TEST_CASE("a question that cannot be answered says why")
{
    Store store;
    store.sample();
    add_nas(store, 1);
    add_session(store, "1", "ip", "'100.64.0.1'");
    const auto asked = [&](const AddressQuery& query) { return refusal([&] { who(store, query); }); };
    CHECK(asked({"100.64.0.1", "", "", "", {}, ""}).starts_with("usage at: missing: at, or from and to"));
    CHECK(asked({"100.64.0.1", "2025-03-10T10:00:00Z", "2025-03-10", "", {}, ""}).starts_with("usage at: is given"));
    CHECK(asked({"100.64.0.1", "", "2025-03-10", "", {}, ""}).starts_with("usage to: missing"));
    CHECK(asked({"100.64.0.1", "2025-03-10", "", "", {}, ""}).starts_with("invalid at: 2025-03-10 is not an instant"));
    CHECK(asked({"100.64.0.0/24", "2025-03-10T10:00:00Z", "", "", {}, ""}).starts_with("invalid ip:"));
    CHECK(asked({"100.64.0.1", "2999-03-10T10:00:00Z", "", "", {}, ""}).starts_with("invalid at: is yet to come"));
    CHECK(asked({"100.64.0.1", "2024-03-10T10:00:00Z", "", "", {}, ""}) ==
          "not_found ip: nothing is known of that time: the oldest session that is kept began at "
          "2025-03-10T07:00:00-03:00");
}
