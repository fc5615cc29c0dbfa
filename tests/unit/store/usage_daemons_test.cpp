// tests/unit/store/usage_daemons_test.cpp - two daemons that store at once into one database, and what one that begins
// is told of the sessions that are open.
#include "usage_records.hpp"

#include <algorithm>

using namespace store_tests;

namespace {

/// The records of every session twice over: Start and Stop in one journal, Interims in the other, and some in both.
std::vector<Usage> journal_of(int daemon)
{
    std::vector<Usage> journal;
    for (int i = 0; i < 400; ++i) {
        const auto key = (i % 2 == 0 ? "n:" : "s:") + std::to_string(i);
        std::vector<Usage> records;
        if (daemon == 0)
            records = {usage(UsageKind::start, 0, 0, key), usage(UsageKind::stop, 900, 9'000, key)};
        else
            records = {usage(UsageKind::interim, 300, 3'000, key), usage(UsageKind::interim, 600, 6'000, key)};
        records.push_back(usage(UsageKind::interim, 450, 4'500, key));
        for (auto& record : records) {
            record.nas_id = i % 5;
            record.nat = {{"198.51.100.7", static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(i + 1)}};
        }
        journal.insert(journal.end(), records.begin(), records.end());
        if (i % 50 == 0) journal.push_back(boot(UsageKind::nas_on, -5, i % 5));
    }
    if (daemon == 1) std::ranges::reverse(journal); // their locks would be taken crosswise
    return journal;
}

void drain(Session& session, std::span<const Usage> journal)
{
    constexpr std::size_t size = 61;
    for (; !journal.empty(); journal = journal.subspan(std::min(size, journal.size())))
        store_usage(session, journal.first(std::min(size, journal.size())));
}

} // namespace

TEST_CASE("two daemons that store at once end in the tables of one that stores all")
{
    Store one, two;
    for (const int daemon : {0, 1}) store_usage(one.session, journal_of(daemon));
    Session other(two.database.connection(), Role::application, watch(), "America/Sao_Paulo");
    std::string failed[2];
    {
        std::vector<std::jthread> daemons;
        for (const int daemon : {0, 1}) {
            daemons.emplace_back([&, daemon] {
                auto& session = daemon == 0 ? two.session : other;
                failed[daemon] = refusal([&] { drain(session, journal_of(daemon)); });
            });
        }
    }
    CHECK(failed[0] == "done");
    CHECK(failed[1] == "done");
    CHECK((tables(one) == tables(two))); // in parentheses: the text is long
    CHECK(one.value("select count(*) from session where stop_at is not null") == "400");
}

TEST_CASE("L-05: a daemon that begins is told of every session that is open, the least recently heard first")
{
    Store store;
    auto talking = usage(UsageKind::start, 0, 0, "s:talking"),
         silent = usage(UsageKind::interim, 60, 5'000, "n:silent");
    auto stranger = usage(UsageKind::start, 0, 0, "s:stranger");
    silent.mac = "AA:BB:CC:DD:EE:FF";
    silent.nas_port_id = "ether1";
    silent.nas_port = 7;
    stranger.login_id.reset();
    const Usage batch[] = {talking,
                           silent,
                           stranger,
                           usage(UsageKind::start, 0, 0, "s:closed"),
                           usage(UsageKind::stop, 9, 0, "s:closed"),
                           usage(UsageKind::start, 0, 0, "s:given up"),
                           closing(9, Closing::lost_carrier, "s:given up")};
    store_usage(store.session, batch);
    store.sql("update session set updated_at = now() - interval '1 minute', started_at = now() - interval '3 minutes'"
              " where closed_at is null;"
              " update session set updated_at = now() - interval '10 days' where session_key = 'n:silent'");
    const auto open = open_sessions(store.session);
    REQUIRE(open.size() == 3);
    CHECK(open[0].session_key == "n:silent");
    CHECK(open[0].login == "joao@isp");
    CHECK(open[0].login_id == 1);
    CHECK(open[0].nas_id == 3);
    CHECK(open[0].mac == "AA:BB:CC:DD:EE:FF");
    CHECK(open[0].nas_port_id == "ether1");
    CHECK(open[0].nas_port == 7);
    CHECK(open[0].silent_for >= 240h);
    CHECK(open[0].interim_s == 300);
    CHECK(open[0].session_time_s == 60);
    CHECK(open[0].download_octets == 5'000);
    CHECK(open[0].upload_octets == 500);
    CHECK(open[1].session_key == "s:stranger");
    CHECK(open[1].login_id == 0);
    CHECK(open[1].open_for >= 180s);
    CHECK(open[1].silent_for >= 60s);
    CHECK(open[1].silent_for < 180s);
    CHECK_FALSE(open[2].nas_port);
}

TEST_CASE("a database has a name of its own")
{
    Store one, two;
    CHECK(cluster_of(one.session) == cluster_of(one.owner));
    CHECK(cluster_of(one.session) != cluster_of(two.session));
}
