// tests/unit/io/accounting_test.cpp - usage is answered once it is safe; what a NAS repeats is forgotten when it could
// not be stored, what nobody repeats is not.
#include "daemon/io/accounting.hpp"
#include "provisioning/store/migrate.hpp"
#include "tests/unit/io/private_database.hpp"

using namespace std::chrono_literals;
using provisioning::UsageKind;

namespace {

provisioning::Usage usage(UsageKind kind, const std::string& key)
{
    provisioning::Usage made;
    made.kind = kind;
    made.at = provisioning::Instant{std::chrono::sys_days{std::chrono::days{20'000}}};
    made.session_key = made.login = made.acct_session_id = key;
    return made;
}

}  // namespace

TEST_CASE("L-05: the closing of a session that another took over is stored even when the database was away")
{
    PrivateDatabase database;
    const auto start_database = [&] {
        while (!database.postgres->ensure_running(60s)) {
        }
    };
    start_database();
    io::Watchdog watchdog;
    const io::DatabaseAddress address{database.postgres->connection(), "UTC"};
    {
        provisioning::store::Session owner(address.connection, provisioning::store::Role::owner, watchdog, "UTC");
        provisioning::store::migrate(owner);
    }
    boost::asio::io_context loop{1};
    io::DatabaseThreads threads("accounting", 1, 64, address, watchdog);
    std::string answers;
    io::Accounting accounting(loop, threads, database.log, [&](const std::vector<core::Ticket>& tickets, bool safe) {
        for (const auto ticket : tickets) answers += std::to_string(ticket) + (safe ? "+ " : "- ");
    });
    const auto run_until_idle = [&] {
        loop.restart();
        const auto end = std::chrono::steady_clock::now() + 30s;
        while (!accounting.idle() && std::chrono::steady_clock::now() < end) {
            loop.run_one_for(100ms);
            loop.restart();
        }
        return accounting.idle();
    };

    accounting.add(usage(UsageKind::start, "ghost"), 1);
    REQUIRE(run_until_idle());
    database.postgres->stop();
    accounting.add(usage(UsageKind::start, "new"), 2);
    accounting.add(usage(UsageKind::lost, "ghost"), io::Accounting::nobody_waits);
    REQUIRE(run_until_idle());  // not stored, and no attempt after attempt either
    CHECK(answers == "1+ 2- 0- ");
    database.renew();
    start_database();
    accounting.add(usage(UsageKind::start, "new"), 3);  // the NAS repeats it
    REQUIRE(run_until_idle());
    CHECK(answers == "1+ 2- 0- 3+ 0+ ");
    CHECK(database.ask("select string_agg(session_key || (ended_at is not null)::text, ' ' order by id) from"
                       " porteiro.session") == "ghosttrue newfalse");
}
