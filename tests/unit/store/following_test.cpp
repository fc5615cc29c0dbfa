// tests/unit/store/following_test.cpp - gardens on their way to the directory, what a session has, attempts to change
// it, and what logins have used of their allowances.
#include "session_rows.hpp"
#include "usage_records.hpp"

#include "provisioning/store/enforcement.hpp"
#include "provisioning/store/feed.hpp"
#include "provisioning/store/fingerprints.hpp"

using namespace store_tests;

namespace {

constexpr auto zone = "America/Sao_Paulo";
constexpr std::array<std::uint32_t, 4> some{1, 0, 0x80000000, 0xffffffff};

EntryHooks hooks()
{
    return {.encode_reply = [](const std::vector<std::string>& reply,
                               std::string_view) { return std::vector<std::uint8_t>(reply.size(), 1); },
            .open_nas_secret =
                [](std::int64_t, std::span<const std::uint8_t>) {
                    const std::uint8_t octets[] = {'s'};
                    return Secret{octets};
                }};
}

EnforcementAttempt attempt(std::int64_t after_s, EnforcementOrder order, EnforcementResult result)
{
    EnforcementAttempt made;
    made.at = after(after_s);
    made.session_key = "s:1";
    made.began = after(0);
    made.login_id = 1;
    made.login = "joao@isp";
    made.nas_id = 3;
    made.order = order;
    made.why = "contract_suspended";
    made.wanted = "garden debt";
    made.fingerprint = some;
    made.result = result;
    return made;
}

std::string column(const Row& row, std::string_view name)
{
    for (const auto& [key, value] : row)
        if (key == name) return value.value_or("-");
    return "(absent)";
}

} // namespace

TEST_CASE("a garden and what a NAS and a plan say of following reach the directory, and its changes as well")
{
    Store store;
    store.sample();
    store.add(nas_type, {{"name", {"bras1"}},
                         {"address", {"10.0.0.1"}},
                         {"secret", {"s"}},
                         {"coa", {"no"}},
                         {"coa_port", {"1700"}},
                         {"coa_message_authenticator", {"no"}},
                         {"open_list", {"livres"}},
                         {"gardens", {"no"}}});
    set(store.session, store.sealer, plan_type, "Fibra 300",
        {{"allowance", {"500G"}},
         {"allowance_period", {"week"}},
         {"allowance_day", {"7"}},
         {"allowance_warning", {"90"}},
         {"allowance_download", {"5M"}}},
        store.actor);
    store.add(garden_type, {{"name", {"devedores"}},
                            {"reason", {"debt"}},
                            {"nas", {"bras1"}},
                            {"framed_pool", {"jardim"}},
                            {"address_list", {"debt"}},
                            {"filter", {"f"}},
                            {"redirect", {"https://aviso.example/"}},
                            {"download", {"1M"}},
                            {"upload", {"512k"}},
                            {"interim", {"90"}},
                            {"session_timeout", {"3600"}},
                            {"reply", {"Class=a", "Class=b"}}});
    FeedPosition position;
    const auto directory = load(store.session, hooks(), position);
    const auto* nas = directory->find_nas(std::string_view{"bras1"});
    REQUIRE(nas != nullptr);
    CHECK(!nas->coa);
    CHECK(nas->coa_port == 1700);
    CHECK(!nas->coa_message_authenticator);
    CHECK(nas->open_list == "livres");
    CHECK(!nas->gardens);
    const auto* login = directory->find_login(std::string_view{"joao@isp"});
    REQUIRE(login != nullptr);
    const auto& allowance = directory->plan(*login)->allowance;
    CHECK(allowance.octets == 500'000'000'000);
    CHECK(allowance.period == AllowancePeriod::week);
    CHECK(allowance.reset_day == 7);
    CHECK(allowance.warning_percent == 90);
    CHECK(!allowance.garden);
    CHECK(allowance.download_bps == 5'000'000);
    CHECK(allowance.upload_bps == 0);
    const GardenEntry* garden = nullptr;
    directory->each_garden([&](const GardenEntry& one) { garden = &one; });
    REQUIRE(garden != nullptr);
    CHECK(garden->name == "devedores");
    CHECK(garden->reason == GardenReason::debt);
    CHECK(garden->nas_id == nas->id);
    CHECK(garden->framed_pool == "jardim");
    CHECK(garden->address_list == "debt");
    CHECK(garden->filter == "f");
    CHECK(garden->redirect == "https://aviso.example/");
    CHECK(!garden->keep_address);
    CHECK(garden->download_bps == 1'000'000);
    CHECK(garden->upload_bps == 512'000);
    CHECK(garden->interim_s == 90);
    CHECK(garden->session_timeout_s == 3600);
    CHECK(garden->reply_octets.size() == 2);

    set(store.session, store.sealer, garden_type, "devedores", {{"address_list", {"outra"}}}, store.actor);
    auto changes = changes_since(store.session, hooks(), position);
    REQUIRE(changes);
    REQUIRE(changes->size() == 1);
    CHECK(std::get<GardenEntry>(changes->front()).address_list == "outra");
    remove(store.session, garden_type, "devedores", store.actor);
    changes = changes_since(store.session, hooks(), position);
    REQUIRE(changes);
    REQUIRE(changes->size() == 1);
    CHECK(std::get<Removed>(changes->front()).kind == EntryKind::garden);
}

TEST_CASE("a second garden for the same reason and NAS is refused, and one without a wall")
{
    Store store;
    const auto add = [&](const char* name, const char* column, const char* value) {
        return refusal([&] { store.add(garden_type, {{"name", {name}}, {"reason", {"debt"}}, {column, {value}}}); });
    };
    CHECK(add("one", "framed_pool", "p") == "done");
    CHECK(add("two", "framed_pool", "p").starts_with("conflict reason"));
    CHECK(add("three", "download", "1M").starts_with("invalid framed_pool"));
}

TEST_CASE("a session keeps what its Accept gave, how its NAS calls itself, and who heard it last, in any order")
{
    auto first = usage(UsageKind::start, 0, 0), later = usage(UsageKind::interim, 300, 1000);
    first.nas_ip = later.nas_ip = "10.0.0.1";
    later.nas_identifier = "bras1";
    first.fingerprint = some;
    for (const bool turned : {false, true}) {
        Store store;
        if (turned) {
            store::store_usage(store.session, {&later, 1}, "two");
            store::store_usage(store.session, {&first, 1}, "one");
        } else {
            store::store_usage(store.session, {&first, 1}, "one");
            store::store_usage(store.session, {&later, 1}, "two");
        }
        CHECK(store.value("select concat_ws(' ', host(nas_ip), nas_identifier, fingerprint, daemon) from session") ==
              "10.0.0.1 bras1 000000010000000080000000ffffffff two");
        const auto open = open_sessions(store.session);
        REQUIRE(open.size() == 1);
        CHECK(open[0].began == after(0));
        CHECK(open[0].acct_session_id == "8100000A");
        CHECK(open[0].nas_ip == "10.0.0.1");
        CHECK(open[0].nas_identifier == "bras1");
        CHECK(open[0].daemon == "two");
        CHECK(open[0].fingerprint == some);
        CHECK(open[0].has.empty());
    }
}

TEST_CASE("the last CoA that was acknowledged counts more than the Accept")
{
    Store store;
    auto record = usage(UsageKind::start, 0, 0);
    record.fingerprint = {9, 9, 9, 9};
    store_one(store, record);
    const EnforcementAttempt made[] = {
        attempt(10, EnforcementOrder::coa, EnforcementResult::acknowledged),
        attempt(20, EnforcementOrder::coa, EnforcementResult::refused),
        attempt(30, EnforcementOrder::disconnect, EnforcementResult::acknowledged),
    };
    store_attempts(store.session, made);
    const auto open = open_sessions(store.session);
    REQUIRE(open.size() == 1);
    CHECK(open[0].fingerprint == some);
    CHECK(open[0].has == "garden debt");

    const auto disproved = attempt(10, EnforcementOrder::coa, EnforcementResult::no_effect);
    store_attempts(store.session, {&disproved, 1});
    const auto after_it = open_sessions(store.session);
    REQUIRE(after_it.size() == 1);
    CHECK(after_it[0].fingerprint == std::array<std::uint32_t, 4>{9, 9, 9, 9});
    CHECK(after_it[0].has.empty());
}

TEST_CASE("attempts are kept once, shown with their session, and go with time")
{
    Store store;
    store.sample();
    store_one(store, usage(UsageKind::start, 0, 0));
    auto refused = attempt(20, EnforcementOrder::coa, EnforcementResult::refused);
    refused.error_cause = 404;
    refused.actor = "ana";
    const EnforcementAttempt made[] = {attempt(10, EnforcementOrder::disconnect, EnforcementResult::no_answer),
                                       refused};
    store_attempts(store.session, made);
    store_attempts(store.session, made); // it was not known whether the first time was in
    const auto rows = list_attempts(store.session, {}, zone);
    REQUIRE(rows.size() == 2);
    CHECK(column(rows[0], "error_cause") == "404");
    CHECK(column(rows[0], "actor") == "ana");
    CHECK(column(rows[0], "order") == "coa");
    CHECK(column(rows[0], "result") == "refused");
    CHECK(column(rows[0], "session_id") == store.value("select id from session"));
    CHECK(column(rows[1], "actor") == "porteiro");
    CHECK(column(rows[1], "result") == "no_answer");
    CHECK(list_attempts(store.session, {.result = "refused"}, zone).size() == 1);
    CHECK(list_attempts(store.session, {.login = "nobody"}, zone).empty());
    CHECK(
        list_attempts(store.session, {.session_id = std::stoll(store.value("select id from session"))}, zone).size() ==
        2);
    store.sql("update enforcement set at = now() - interval '401 days' where kind = 'coa'");
    prune_attempts(store.owner, std::chrono::days{400});
    CHECK(store.value("select string_agg(kind, ' ') from enforcement") == "disconnect");
}

TEST_CASE("a session is found by its number or its login while it is open")
{
    Store store;
    store.sample();
    store_one(store, usage(UsageKind::start, 0, 0));
    const auto id = std::stoll(store.value("select id from session"));
    const auto ref = online_session(store.session, id);
    CHECK(ref.session_key == "s:1");
    CHECK(ref.began == after(0));
    CHECK(ref.nas_id == 3);
    CHECK(online_sessions_of(store.session, "joao@isp").size() == 1);
    store_one(store, usage(UsageKind::stop, 60, 0));
    CHECK(refusal([&] { online_session(store.session, id); }).starts_with("not_found id"));
    CHECK(refusal([&] { online_session(store.session, id + 1); }).starts_with("not_found id"));
    CHECK(online_sessions_of(store.session, "joao@isp").empty());
}

TEST_CASE("a period of an allowance begins on its day, on the last day of a shorter month")
{
    struct Row {
        const char *name, *period, *today, *since;
        int day;
    };
    const Row rows[] = {
        {"a day is its own", "day", "2026-11-26", "2026-11-26", 1},
        {"a week from Monday, asked on a Thursday", "week", "2026-11-26", "2026-11-23", 1},
        {"a week from Thursday, asked on it", "week", "2026-11-26", "2026-11-26", 4},
        {"a week from Friday, asked on a Thursday", "week", "2026-11-26", "2026-11-20", 5},
        {"a week from Sunday", "week", "2026-11-26", "2026-11-22", 7},
        {"a month from its first", "month", "2026-11-26", "2026-11-01", 1},
        {"a month from the 27th, a day before", "month", "2026-11-26", "2026-10-27", 27},
        {"a month from the 31st in one of 30 days, on its last", "month", "2026-11-30", "2026-11-30", 31},
        {"a month from the 31st, the day before that", "month", "2026-11-29", "2026-10-31", 31},
        {"February of a leap year", "month", "2028-02-29", "2028-02-29", 30},
        {"February of another year", "month", "2027-03-01", "2027-02-28", 30},
        {"over the turn of the year", "month", "2027-01-04", "2026-12-05", 5},
    };
    Store store;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(store.value("select allowance_since('" + std::string{row.period} + "', " + std::to_string(row.day) +
                          ", '" + row.today + "')") == row.since);
    }
}

TEST_CASE("what a login used in its period is what its sessions counted in it")
{
    Store store;
    store.sample();
    const auto used = [&] {
        const auto all = allowances_used(store.session, zone);
        return all.empty() ? std::string{"none"}
                           : std::to_string(all[0].login_id) + ' ' + std::to_string(all[0].octets);
    };
    const auto add_day = [&](int session, int days_ago, int octets) {
        store.sql("insert into usage_day (session_id, login_id, day, download_octets, upload_octets) values (" +
                  std::to_string(session) + ", 1, current_date - " + std::to_string(days_ago) + ", " +
                  std::to_string(octets) + ", 1)");
    };
    add_day(1, 0, 100);
    CHECK(used() == "none"); // the plan has no allowance
    set(store.session, store.sealer, plan_type, "Fibra 300",
        {{"allowance", {"1G"}}, {"allowance_period", {"day"}}, {"allowance_download", {"5M"}}}, store.actor);
    CHECK(used() == "1 101");
    add_day(1, 40, 30); // the same session, long ago: what it had then does not count
    CHECK(used() == "1 70");
    add_day(2, 1, 500); // over before the period
    CHECK(used() == "1 70");
    add_day(3, 0, 9);
    CHECK(used() == "1 80");
}
