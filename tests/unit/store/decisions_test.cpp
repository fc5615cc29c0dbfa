// tests/unit/store/decisions_test.cpp - the decision log asked from every side, the sessions that are open, and one
// that another took over.
#include "database.hpp"

#include "provisioning/store/journal.hpp"

#include <algorithm>

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

Usage usage(UsageKind kind, std::int64_t after_s, const std::string& key = "ghost")
{
    Usage u;
    u.kind = kind;
    u.at = Instant{std::chrono::milliseconds{began + after_s * 1000}};
    u.session_key = key;
    u.nas_id = 1;
    u.login_id = 1;
    u.login = "joao@isp";
    u.acct_session_id = "1";
    if (kind == UsageKind::lost) {
        u.terminate_cause = 3;  // Lost-Service
        return u;
    }
    u.session_time_s = static_cast<std::uint32_t>(after_s);
    u.download_octets = static_cast<std::uint64_t>(after_s) * 1000;
    if (kind == UsageKind::stop) u.terminate_cause = 1;
    return u;
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

TEST_CASE("L-05: the sessions that are open are told with what counts and takes them over")
{
    Store store;
    store.sample();
    auto silent = usage(UsageKind::interim, 60, "silent"), talking = usage(UsageKind::start, 0, "talking");
    silent.mac = "AA:BB:CC:DD:EE:FF";
    silent.nas_port_id = "ether1";
    auto strangers = usage(UsageKind::start, 0, "strangers"), another = usage(UsageKind::start, 0, "another");
    strangers.login_id.reset();
    another.login_id = 77;
    const Usage batch[] = {silent,
                           talking,
                           strangers,
                           another,
                           usage(UsageKind::start, 0, "closed"),
                           usage(UsageKind::stop, 9, "closed"),
                           usage(UsageKind::start, 0, "forgotten")};
    store_usage(store.session, batch);
    store.sql("update session set updated_at = now() - interval '1 minute'");
    store.sql("update session set updated_at = now() - interval '10 minutes' where session_key = 'silent'");
    store.sql("update session set updated_at = now() - interval '26 hours' where session_key = 'forgotten'");
    const auto open = open_sessions(store.session);
    REQUIRE(open.size() == 2);
    CHECK(open[0].session_key == "silent");
    CHECK(open[0].login_id == 1);
    CHECK(open[0].nas_id == 1);
    CHECK(open[0].mac == "AA:BB:CC:DD:EE:FF");
    CHECK(open[0].nas_port_id == "ether1");
    CHECK(open[0].silent_for >= 600s);
    CHECK(open[0].silent_for < 660s);
    CHECK(open[0].interim_s == 300);
    CHECK(open[1].session_key == "talking");
    CHECK(open[1].mac == "");
    set(store.session, store.sealer, plan_type, "1", {{"interim", {"60"}}}, store.actor);
    CHECK(open_sessions(store.session).at(0).interim_s == 60);
    remove(store.session, login_type, "joao@isp", store.actor);
    CHECK(open_sessions(store.session).empty());
}

TEST_CASE("L-05: a session that another took over is closed, counts what it reported, and ends so in every order")
{
    Store store;
    struct Row {
        std::string name;
        std::vector<Usage> records;
        const char* shown;  ///< seconds of start, end; cause, octets down, octets of the Stop
    };
    const auto start = usage(UsageKind::start, 0), interim = usage(UsageKind::interim, 300),
               lost = usage(UsageKind::lost, 400), early = usage(UsageKind::stop, 350),
               late = usage(UsageKind::stop, 500), straggler = usage(UsageKind::interim, 600);
    const Row rows[] = {
        {"the ghost ends when it is taken over", {start, interim, lost}, "0 400 Lost-Service 300000 -"},
        {"its own Stop came before", {start, interim, early, lost}, "0 350 User-Request 350000 350000"},
        {"its own Stop comes after: what it counted is kept",
         {start, interim, lost, late},
         "0 400 Lost-Service 500000 -"},
        {"an interim that comes late does not reopen it", {start, lost, straggler}, "0 400 Lost-Service 600000 -"},
        {"taken over before its Start was heard", {interim, lost}, "0 400 Lost-Service 300000 -"},
    };
    const auto shown = [&] {
        const auto seconds = [](const std::string& name) {
            return "(extract(epoch from " + name + ")::bigint - " + std::to_string(began / 1000) + ")";
        };
        return store.value("select " + seconds("started_at") + " || ' ' || " + seconds("ended_at") +
                           " || ' ' || terminate_cause || ' ' || download_octets || ' ' ||"
                           " coalesce(stop_octets::text, '-') from session");
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < row.records.size(); ++i) order.push_back(i);
        do {
            store.sql("delete from session");
            for (int times = 0; times < 2; ++times)  // and again, as a NAS repeats what got no answer
                for (const auto i : order) store_usage(store.session, std::span{row.records}.subspan(i, 1));
            CHECK(shown() == row.shown);
        } while (std::ranges::next_permutation(order).found);
        store.sql("delete from session");
        store_usage(store.session, row.records);  // as one batch
        CHECK(shown() == row.shown);
    }
}
