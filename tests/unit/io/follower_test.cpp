// tests/unit/io/follower_test.cpp - the directory is loaded, follows, survives the loss of its database; over a real
// one.
#include "daemon/io/follower.hpp"
#include "tests/unit/io/private_database.hpp"

#include <atomic>
#include <csignal>

using namespace std::chrono_literals;

namespace {

/// A follower and what it told.
struct Followed {
    PrivateDatabase& database;
    io::Watchdog watchdog;
    std::mutex mutex;
    int loads = 0;                   ///< guarded by mutex
    std::vector<std::string> plans;  ///< likewise: the names in the changes
    std::string failure;             ///< likewise
    std::atomic<int> nas_read{0};
    std::unique_ptr<io::Follower> follower;

    explicit Followed(PrivateDatabase& of) : database(of)
    {
        provisioning::store::EntryHooks hooks{
            [](const std::vector<std::string>&, std::string_view) { return std::vector<std::uint8_t>{}; },
            [this](std::int64_t, std::span<const std::uint8_t>) {
                ++nas_read;
                return provisioning::Secret{};
            }};
        io::Follower::Callbacks callbacks{
            [this](std::unique_ptr<provisioning::Directory> directory, std::vector<provisioning::store::OpenSession>) {
                const std::lock_guard lock(mutex);
                loads += directory != nullptr;
            },
            [this](std::vector<provisioning::Change> changes) {
                const std::lock_guard lock(mutex);
                for (const auto& change : changes)
                    if (const auto* plan = std::get_if<provisioning::PlanEntry>(&change)) plans.push_back(plan->name);
            },
            [] { return false; }, [] {},
            [this](std::string reason) {
                const std::lock_guard lock(mutex);
                failure = std::move(reason);
            }};
        const io::DatabaseAddress address{database.postgres->connection(), "America/Sao_Paulo"};
        follower =
            std::make_unique<io::Follower>(address, database.postgres.get(), hooks, callbacks, watchdog, database.log);
        follower->start();
    }
    bool is(std::string_view state) const { return follower->state().state == state; }
    template <class Ask>
    auto locked(Ask ask)
    {
        const std::lock_guard lock(mutex);
        return ask();
    }
    void add_plan(const std::string& name) const
    {
        database.ask("INSERT INTO porteiro.plan (name, download, upload) VALUES ('" + name + "', 1000000, 1000000)");
    }
    bool hears(const std::string& name, std::chrono::seconds longest)
    {
        return eventually([&] { return locked([&] { return std::ranges::count(plans, name) == 1; }); }, longest);
    }
};

}  // namespace

TEST_CASE("from nothing to a loaded directory, changes within a second, and an end within another")
{
    PrivateDatabase database;
    Followed followed(database);
    CHECK(followed.is("starting"));
    REQUIRE(eventually([&] { return followed.is("up"); }, 60s));
    CHECK(followed.locked([&] { return followed.loads; }) == 1);
    CHECK(eventually([&] { return followed.follower->state().lag_s < 1.5; }));
    followed.add_plan("Fibra 300");
    CHECK(followed.hears("Fibra 300", 5s));
    const auto begin = std::chrono::steady_clock::now();
    followed.follower->stop();
    CHECK(std::chrono::steady_clock::now() - begin < 3s);
    CHECK(followed.locked([&] { return followed.failure; }) == "");
}

TEST_CASE("a database that dies is started again, and nothing that was committed is lost or loaded anew")
{
    PrivateDatabase database;
    Followed followed(database);
    REQUIRE(eventually([&] { return followed.is("up"); }, 60s));
    followed.add_plan("before");
    REQUIRE(followed.hears("before", 10s));
    const auto dead = database.postmaster();
    REQUIRE(::kill(dead, SIGKILL) == 0);
    REQUIRE(eventually([&] { return database.postmaster() != dead && database.postmaster() != 0; }, 60s));
    REQUIRE(eventually([&] { return thrown_by([&] { followed.add_plan("after"); }) == ""; }, 60s));
    CHECK(followed.hears("after", 60s));
    CHECK(eventually([&] { return followed.is("up"); }));
    CHECK(followed.locked([&] { return followed.loads; }) == 1);
}

TEST_CASE("F-05: a database that hangs is away, not waited for; when it goes on, so do we")
{
    PrivateDatabase database;
    Followed followed(database);
    REQUIRE(eventually([&] { return followed.is("up"); }, 60s));
    const auto postmaster = database.postmaster();
    // All of them: the backends that hold our sessions, too.
    const auto all = [&](const char* signal) {
        const auto command = "kill -" + std::string{signal} + ' ' + std::to_string(postmaster) +
                             " $(ps -o pid= --ppid " + std::to_string(postmaster) + ')';
        return std::system(command.c_str());
    };
    REQUIRE(all("STOP") == 0);
    CHECK(eventually([&] { return followed.is("away"); }, 60s));
    CHECK(followed.follower->state().lag_s > 0);
    REQUIRE(all("CONT") == 0);
    CHECK(eventually([&] { return followed.is("up"); }, 60s));
    CHECK(database.postmaster() == postmaster);
}

TEST_CASE("a load that fails half-way is begun again, whole")
{
    PrivateDatabase database;
    {
        Followed followed(database);
        REQUIRE(eventually([&] { return followed.is("up"); }, 60s));
    }
    database.ask("INSERT INTO porteiro.nas (name, address, secret) VALUES ('core', '10.0.0.1', '\\x01' ||"
                 " convert_to(repeat('x', 40), 'UTF8'))");
    database.ask("REVOKE SELECT ON porteiro.session FROM porteiro_app");  // the directory loads, the sessions do not
    Followed followed(database);
    CHECK(eventually([&] { return followed.nas_read >= 2; }, 60s));
    CHECK(followed.locked([&] { return followed.loads; }) == 0);
    CHECK_FALSE(followed.is("up"));
    database.ask("GRANT SELECT ON porteiro.session TO porteiro_app");
    CHECK(eventually([&] { return followed.is("up"); }, 60s));
    CHECK(followed.locked([&] { return followed.loads; }) == 1);
}

TEST_CASE("a schema from the future ends it with a reason")
{
    PrivateDatabase database;
    {
        Followed followed(database);
        REQUIRE(eventually([&] { return followed.is("up"); }, 60s));
    }
    database.ask("INSERT INTO porteiro.schema_migration (number, name, checksum) VALUES (9999, '9999_future', 'x')");
    Followed followed(database);
    CHECK(eventually([&] { return !followed.locked([&] { return followed.failure; }).empty(); }));
    CHECK(followed.failure.find("9999") != std::string::npos);
    CHECK(followed.is("starting"));
}

TEST_CASE("an external database that is away is waited for, and the wait can be ended")
{
    PrivateDatabase database;
    io::Watchdog watchdog;
    std::atomic<int> calls{0}, told_away{0};
    io::Follower follower({"host=/nonexistent", "UTC"}, nullptr, {},
                          {.loaded = [&](auto, auto) { ++calls; },
                           .changed = [&](auto) { ++calls; },
                           .up_to_date =
                               [&] {
                                   ++calls;
                                   return false;
                               },
                           .away = [&] { ++told_away; },
                           .failed = [&](auto) { ++calls; }},
                          watchdog, database.log);
    follower.start();
    CHECK(eventually([&] { return follower.state().lag_s > 0.3; }));
    CHECK(follower.state().state == "starting");
    const auto begin = std::chrono::steady_clock::now();
    follower.stop();
    CHECK(std::chrono::steady_clock::now() - begin < 2s);
    CHECK(calls == 0);
    CHECK(told_away > 0);
}
