// tests/unit/store/usage_migrate_test.cpp - sessions that the version before had, after 0006_accounting.sql.
#include "usage_records.hpp"

using namespace store_tests;

TEST_CASE("the sessions of the version before are kept: open, stopped or taken over, and go on")
{
    EmptyDatabase database;
    {
        Session owner(database.connection(), Role::owner, watch());
        REQUIRE(migrate(owner, compiled_migrations.first(5)) == 5);
        pqxx::work work(owner.connection());
        work.exec(R"(
insert into session (session_key, login_id, login, nas_id, acct_session_id, ip, ip_at, mac, start_seen, started_at,
                     updated_at, ended_at, session_time_s, download_octets, upload_octets, download_packets,
                     upload_packets, stop_octets, terminate_cause)
select key, 1, 'joao@isp', 3, '8100000A', '100.64.0.7', at, 'AA:BB:CC:DD:EE:FF', true, at,
       at + heard * interval '1 second', at + ended * interval '1 second', 300, 5000, 500, 5, 2, octets, cause
from (select timestamptz '2026-09-21T14:13:20Z' as at) a,
     (values ('n:1', 300, null::int, null::numeric, null), ('c:2', 700, 700, 5500, 'User-Request'),
             ('c:3', 300, 310, null, 'Lost-Carrier'), ('n:4', 400, 310, null, 'Lost-Carrier'))
     v (key, heard, ended, octets, cause))");
        work.commit();
        CHECK(migrate(owner) == static_cast<int>(compiled_migrations.size()) - 5);
        CHECK(keep_partitions(owner, std::chrono::days{400}).size() == 12);
    }
    Session session(database.connection(), Role::application, watch(), "America/Sao_Paulo");
    const auto shown = [&] {
        pqxx::work work(session.connection());
        return work
            .exec1("select string_agg(concat_ws(' ', session_key, extract(epoch from began)::bigint, " +
                   seconds("started_at") + ", " + seconds("updated_at") + ", " + seconds("ended_at") +
                   ", coalesce(terminate_cause, '-'), download_octets, stop_octets), ';' order by id) from session")[0]
            .as<std::string>();
    };
    CHECK(shown() == "n:1 0 0 300 - - 5000;c:2 0 0 700 700 User-Request 5000 5500;"
                     "c:3 0 0 300 300 Lost-Carrier 5000;n:4 0 0 400 400 Lost-Carrier 5000");
    auto of_class = usage(UsageKind::interim, 600, 6'000, "c:3");
    of_class.began = Instant{};
    const Usage records[] = {usage(UsageKind::stop, 900, 9'000, "n:1"), of_class,
                             usage(UsageKind::start, 2'000, 0, "n:1")};
    CHECK(store_usage(session, records) == 0);
    CHECK(shown() == "n:1 0 0 900 900 - 9000 9900;c:2 0 0 700 700 User-Request 5000 5500;"
                     "c:3 0 0 600 - - 6000;n:4 0 0 400 400 Lost-Carrier 5000;n:1 1790002000 2000 2000 - - 0");
}
