// tests/unit/store/decisions_test.cpp - the decision log asked from every side.
#include "database.hpp"

#include "provisioning/store/journal.hpp"

using namespace store_tests;

namespace {

constexpr std::int64_t began = 1'790'000'000'000;  // ms

std::string cell(const Row& row, std::string_view name)
{
    for (const auto& [column, value] : row)
        if (column == name) return value.value_or("-");
    return "(absent)";
}

AuthRecord decision(std::int64_t after_ms, std::string nas, std::string login, Reason reason, std::string mac,
                    std::uint32_t times = 1)
{
    return {.at = Instant{std::chrono::milliseconds{began + after_ms}},
            .nas_id = 1,
            .nas = std::move(nas),
            .login = std::move(login),
            .method = "pap",
            .reason = reason,
            .mac = std::move(mac),
            .times = times};
}

constexpr auto joaos = "AA-BB-CC-DD-EE-FF", marias = "0011.2233.4455";

void five_decisions(Store& store)
{
    const AuthRecord records[] = {decision(1, "core", "joao", Reason::none, joaos),
                                  decision(2, "core", "joao", Reason::bad_password, joaos, 6),
                                  decision(3, "edge", "maria", Reason::bad_password, marias),
                                  decision(4, "edge", "maria", Reason::session_limit, "phone"),
                                  decision(5, "edge", "ana", Reason::unknown_login, "")};
    store_auth(store.session, records);
}

}  // namespace

TEST_CASE("decisions are listed by login, NAS, MAC in any notation, reason, result, and those after one")
{
    Store store;
    five_decisions(store);
    struct Row {
        std::string name;
        AuthQuery query;
        const char* ids;
    };
    const auto query = [](auto change) {
        AuthQuery made;
        change(made);
        return made;
    };
    const Row rows[] = {
        {"all, newest first", query([](auto&) {}), "5 4 3 2 1 "},
        {"of a MAC as another system writes it", query([](auto& q) { q.mac = "aabb.ccdd.eeff"; }), "2 1 "},
        {"of a MAC as it was sent", query([](auto& q) { q.mac = marias; }), "3 "},
        {"of a calling station that is no MAC", query([](auto& q) { q.mac = "phone"; }), "4 "},
        {"of one that is nobody's", query([](auto& q) { q.mac = "zz"; }), ""},
        {"for a reason", query([](auto& q) { q.reason = "bad_password"; }), "3 2 "},
        {"accepted", query([](auto& q) { q.result = "accept"; }), "1 "},
        {"rejected, of a NAS", query([](auto& q) {
             q.result = "reject";
             q.nas = "core";
         }),
         "2 "},
        {"of a login, for a reason", query([](auto& q) {
             q.login = "maria";
             q.reason = "session_limit";
         }),
         "4 "},
        {"after one: the oldest first", query([](auto& q) { q.after = 2; }), "3 4 5 "},
        {"after one, two of them", query([](auto& q) {
             q.after = 2;
             q.limit = 2;
         }),
         "3 4 "},
        {"after the last", query([](auto& q) { q.after = 5; }), ""},
        {"after one, rejected of a login", query([](auto& q) {
             q.after = 1;
             q.login = "joao";
             q.result = "reject";
         }),
         "2 "},
        {"the second page", query([](auto& q) {
             q.limit = 2;
             q.offset = 2;
         }),
         "3 2 "},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        std::string ids;
        for (const auto& found : list_auth(store.session, row.query, "UTC")) ids += cell(found, "id") + ' ';
        CHECK(ids == row.ids);
    }
}

TEST_CASE("what stands out is counted by reason, MAC, login and NAS, repeats and all, since then")
{
    Store store;
    five_decisions(store);
    const auto top = [&](std::string_view by, std::string_view since, std::int64_t limit) {
        std::string lines;
        for (const auto& row : top_auth(store.session, by, since, limit, "UTC"))
            lines += cell(row, "value") + ' ' + cell(row, "times") + '/' + cell(row, "rejects") + ' ' +
                     cell(row, "share") + "% " + cell(row, "logins") + "; ";
        return lines;
    };
    const auto day = "2026-09-21";
    CHECK(top("reason", day, 10) ==
          "bad_password 7/7 70.0% 2; accept 1/0 10.0% 1; session_limit 1/1 10.0% 1; unknown_login 1/1 10.0% 1; ");
    CHECK(top("mac", day, 2) == "AA-BB-CC-DD-EE-FF 7/6 70.0% 1; (none) 1/1 10.0% 1; ");
    CHECK(top("login", day, 10) == "joao 7/6 70.0% 1; maria 2/2 20.0% 1; ana 1/1 10.0% 1; ");
    CHECK(top("nas", day, 10) == "core 7/6 70.0% 1; edge 3/3 30.0% 2; ");
    CHECK(top("nas", "2026-09-21T14:13:20.004Z", 10) == "edge 2/2 100.0% 2; ");
    CHECK(top("nas", "2999-01-01", 10) == "");
    store.sql("update auth_decision set at = now() - interval '9 minutes' where id > 3");
    store.sql("update auth_decision set at = now() - interval '11 minutes' where id <= 3");
    CHECK(top("login", "", 10) == "ana 1/1 50.0% 1; maria 1/1 50.0% 1; ");  // ten minutes, when nothing is said
    CHECK(cell(top_auth(store.session, "nas", day, 1, "UTC").at(0), "last_at").ends_with("+00:00"));
}

TEST_CASE("decisions are kept for 30 days, and one that is not UTF-8 is no loss to the others")
{
    Store store;
    const AuthRecord records[] = {decision(0, "core", "joao", Reason::none, joaos),
                                  decision(5, "core", "x\xff", Reason::unknown_login, ""),
                                  decision(9, "core", "maria", Reason::bad_password, "", 7)};
    store_auth(store.session, records);
    CHECK(store.value("select string_agg(login, ' ' order by id) from auth_decision") == "joao maria");
    store.sql("update auth_decision set at = now() - interval '31 days' where login = 'maria'");
    store.sql("update auth_decision set at = now() - interval '29 days' where login = 'joao'");
    prune_auth(store.session);
    CHECK(store.value("select string_agg(login, ' ') from auth_decision") == "joao");
}
