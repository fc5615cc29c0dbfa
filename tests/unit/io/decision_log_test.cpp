// tests/unit/io/decision_log_test.cpp - decisions reach the database in batches, equal ones folded, and a flood or an
// outage costs a bounded ring and a count.
#include "daemon/io/decision_log.hpp"
#include "provisioning/store/migrate.hpp"
#include "tests/unit/io/private_database.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

using namespace std::chrono_literals;
using provisioning::Reason;

namespace {

const provisioning::Instant noon{std::chrono::sys_days{std::chrono::days{20'000}} + 12h};

/// A log over a database of its own, and a loop that runs in a thread from run() on.
struct Written {
    PrivateDatabase database;
    io::Watchdog watchdog;
    boost::asio::io_context loop{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{loop.get_executor()};
    core::Counters counters;
    provisioning::NasEntry nas;
    std::unique_ptr<io::DatabaseThreads> threads;
    std::unique_ptr<io::DecisionLog> decisions;
    std::thread thread;

    Written()
    {
        start_database();
        const io::DatabaseAddress address{database.postgres->connection(), "UTC"};
        {
            provisioning::store::Session owner(address.connection, provisioning::store::Role::owner, watchdog, "UTC");
            provisioning::store::migrate(owner);
        }
        nas.id = 7;
        nas.name = "core";
        threads = std::make_unique<io::DatabaseThreads>("decisions", 1, 64, address, watchdog);
        decisions = std::make_unique<io::DecisionLog>(loop, *threads, counters);
    }
    ~Written()
    {
        if (thread.joinable()) {
            loop.stop();
            thread.join();
        }
        threads->stop();
    }
    void start_database() const
    {
        while (!database.postgres->ensure_running(60s)) {
        }
    }
    void run()
    {
        thread = std::thread([this] { loop.run(); });
    }
    /// On the loop, or before it runs.
    void add(std::string_view login, Reason reason, std::string_view mac, std::chrono::milliseconds after = 0ms,
             std::string_view method = "pap")
    {
        core::Event event;
        event.kind = core::Event::Kind::decided;
        event.nas = &nas;
        event.login = login;
        event.method = method;
        event.mac = mac;
        event.reason = reason;
        decisions->add(event, noon + after);
    }
    void on_loop(std::function<void()> act)
    {
        std::promise<void> done;
        boost::asio::post(loop, [&] {
            act();
            done.set_value();
        });
        done.get_future().wait();
    }
    /// Hands over what is left, and waits until it is written.
    void end()
    {
        on_loop([this] { decisions->stop(); });
        threads->stop();
    }
    std::string ask(const std::string& what) const
    {
        return database.ask("select coalesce((select " + what + " from porteiro.auth_decision)::text, '')");
    }
};

}  // namespace

TEST_CASE("what was decided before a flush is in the database after it, field by field, in clean text")
{
    Written log;
    log.add("joao@isp", Reason::none, "AA:BB:CC:DD:EE:FF", 0ms, "mschapv2");
    log.add(std::string_view{"x\xff\0y", 4}, Reason::no_credentials, "", 5ms, "mixed");
    log.run();
    log.decisions->flush();
    CHECK(log.ask("count(*)") == "2");
    CHECK(log.ask("string_agg(concat_ws('|', nas_id, nas, login, method, result, coalesce(reason, '-'),"
                  " coalesce(mac, '-'), times, extract(epoch from at) * 1000 - 1728043200000), ' ' order by id)") ==
          "7|core|joao@isp|mschapv2|accept|-|AA:BB:CC:DD:EE:FF|1|0.000000"
          " 7|core|x\\xff\\x00y|mixed|reject|no_credentials|-|1|5.000000");
}

TEST_CASE("ten equal decisions of a minute are kept one by one, the rest are one record with their count")
{
    Written log;
    for (int n = 0; n < 25; ++n) {
        log.add("joao", Reason::bad_password, "AA:BB:CC:DD:EE:FF", std::chrono::milliseconds{n});
        for (int other = 0; other < 100; ++other)  // a crowd between them
            log.add("joao" + std::to_string(other), Reason::bad_password, "AA:BB:CC:DD:EE:FF");
        if (n < 9) log.add("joao", Reason::bad_password, "00:11:22:33:44:55");
    }
    log.add("joao", Reason::bad_password, "AA:BB:CC:DD:EE:FF", 1min);
    log.run();
    log.end();
    const std::string of_joao = "filter (where login = 'joao' and mac like 'AA%' and at < '2024-10-04T12:01:00Z')";
    CHECK(log.ask("count(*) " + of_joao) == "10");
    CHECK(log.ask("sum(times) " + of_joao) == "25");
    CHECK(log.ask("max(times) " + of_joao) == "16");
    CHECK(log.ask("count(*) filter (where mac like '00%')") == "9");
    CHECK(log.ask("count(*) filter (where at = '2024-10-04T12:01:00Z' and times = 1)") == "1");
    CHECK(log.ask("sum(times)") == std::to_string(25 * 101 + 9 + 1));
}

TEST_CASE(
    "X-12: a flood is kept in a bounded ring; what does not fit is counted, the oldest first, the rest is written")
{
    Written log;
    constexpr int flood = 40'000;
    const std::string padding(200, 'x');
    for (int n = 0; n < flood; ++n) log.add(std::to_string(n) + padding, Reason::unknown_login, "AA:BB:CC:DD:EE:FF");
    const auto dropped = log.counters.get(core::Counter::decisions_dropped);
    CHECK(dropped > 0);
    log.run();
    log.end();
    CHECK(log.ask("sum(times)") == std::to_string(flood - dropped));
    CHECK(log.ask("min(replace(login, 'x', '')::int)") == std::to_string(dropped));
    CHECK(log.counters.get(core::Counter::decisions_dropped) == dropped);
}

TEST_CASE("what was decided while the database was away is written when it is back")
{
    Written log;
    log.run();
    log.database.postgres->stop();
    log.on_loop([&] { log.add("joao", Reason::none, ""); });
    log.decisions->flush();  // an attempt that fails
    log.on_loop([&] { log.add("maria", Reason::none, ""); });
    log.database.renew();
    log.start_database();
    CHECK(eventually([&] { return log.ask("string_agg(login, ' ' order by id)") == "joao maria"; }));
    CHECK(log.counters.get(core::Counter::decisions_dropped) == 0);
}
