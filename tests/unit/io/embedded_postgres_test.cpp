// tests/unit/io/embedded_postgres_test.cpp - a real PostgreSQL: made, started, killed, adopted, stopped. As root it
// runs under the account postgres, else under ours.
#include "tests/unit/io/private_database.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <future>

using namespace std::chrono_literals;

namespace {

struct stat status_of(const std::string& path)
{
    struct stat file{};
    REQUIRE(::lstat(path.c_str(), &file) == 0);
    return file;
}

}  // namespace

TEST_CASE("X-09: made once, private, owned by a role that is no superuser, and found again after stop")
{
    PrivateDatabase database(Start::empty);
    REQUIRE(database.postgres->ensure_running(60s));
    CHECK(database.ask("SELECT current_user") == "porteiro");
    CHECK(database.ask("SELECT current_database()") == "porteiro");
    CHECK(database.ask("SELECT rolsuper OR rolreplication OR rolbypassrls OR NOT rolcreaterole FROM pg_roles WHERE "
                       "rolname = 'porteiro'") == "f");
    CHECK(database.ask("SHOW listen_addresses") == "");
    CHECK(database.ask("SHOW jit") == "off");
    CHECK(database.ask("SHOW data_checksums") == "on");
    CHECK(database.ask("SHOW server_encoding") == "UTF8");
    CHECK(database.ask("SELECT upper('joão')") == "JOÃO");
    const auto data = status_of(database.data());
    CHECK((data.st_mode & 07777) == 0700);
    CHECK((status_of(database.state + "/postgres/run").st_mode & 07777) == 0700);
    CHECK(data.st_uid != 0);
    if (::geteuid() == 0) {
        CHECK(status_of(database.state + "/postgres").st_uid == 0);
        CHECK(status_of("/proc/" + std::to_string(database.postmaster())).st_uid == data.st_uid);
    }
    database.ask("CREATE TABLE kept AS SELECT 42 AS answer; SELECT 1");
    database.postgres->stop();
    CHECK(database.postmaster() == 0);
    CHECK_FALSE(database.postgres->ensure_running(5s));
    database.renew();
    REQUIRE(database.postgres->ensure_running(60s));
    CHECK(database.ask("SELECT answer FROM kept") == "42");
}

TEST_CASE("a killed postmaster is started again, also while a client holds a backend of it")
{
    PrivateDatabase database;
    REQUIRE(database.postgres->ensure_running(60s));
    for (int round = 0; round < 2; ++round) {
        pqxx::connection client(database.postgres->connection());
        const auto before = database.postmaster();
        REQUIRE(before > 0);
        REQUIRE(::kill(before, SIGKILL) == 0);
        CHECK(
            eventually([&] { return database.postgres->ensure_running(5s) && database.postmaster() != before; }, 60s));
        CHECK(database.ask("SELECT 1") == "1");
    }
}

TEST_CASE("(run by the next test, in a process of its own: a daemon that starts a database and is killed)" *
          doctest::skip())
{
    io::Log log(config::LogLevel::error);
    io::EmbeddedPostgres first(std::getenv("PORTEIRO_TEST_STATE"), log);
    while (!first.ensure_running(60s)) {
    }
    ::kill(::getpid(), SIGKILL);
}

TEST_CASE("a live postmaster left by a killed daemon is adopted, kept and stopped by the next one")
{
    PrivateDatabase database;
    database.postgres.reset();
    REQUIRE(::setenv("PORTEIRO_TEST_STATE", database.state.c_str(), 1) == 0);
    const pid_t daemon = ::fork();
    if (daemon == 0) {
        ::execl("/proc/self/exe", "unit_io", "--no-skip", "--test-case=(run by the next test*", nullptr);
        ::_exit(1);
    }
    int status = 0;
    REQUIRE(::waitpid(daemon, &status, 0) == daemon);
    REQUIRE(WIFSIGNALED(status));
    const auto postmaster = database.postmaster();
    REQUIRE(postmaster > 0);
    database.renew();
    REQUIRE(database.postgres->ensure_running(10s));
    CHECK(database.postmaster() == postmaster);
    CHECK(database.ask("SELECT 1") == "1");
    database.postgres->stop();
    CHECK(database.postmaster() == 0);
}

TEST_CASE("a state directory too long for a Unix socket gets a private directory in /tmp")
{
    PrivateDatabase database(Start::copied, "state" + std::string(100, 'x'));
    REQUIRE(database.postgres->ensure_running(60s));
    CHECK(database.postgres->connection().starts_with("host=/tmp/porteiro-"));
    CHECK(database.ask("SELECT 1") == "1");
    const auto run = io::cluster_paths(database.state, io::postgres_account(database.data()).uid).run;
    CHECK((status_of(run).st_mode & 07777) == 0700);
    database.postgres->stop();
    std::filesystem::remove_all(run);
}

TEST_CASE("a database that hangs makes ensure_running() give up in time, and goes on when it goes on")
{
    PrivateDatabase database;
    REQUIRE(database.postgres->ensure_running(60s));
    const auto postmaster = database.postmaster();
    REQUIRE(::kill(postmaster, SIGSTOP) == 0);
    const auto begin = std::chrono::steady_clock::now();
    CHECK_FALSE(database.postgres->ensure_running(1s));
    CHECK(std::chrono::steady_clock::now() - begin < 15s);
    REQUIRE(::kill(postmaster, SIGCONT) == 0);
    CHECK(database.postgres->ensure_running(20s));
    CHECK(database.postmaster() == postmaster);
}

TEST_CASE("what a broken-off initdb left is removed; a pid file that names a stranger does not stop the start")
{
    PrivateDatabase database(Start::empty);
    const auto left = database.state + "/postgres/data.new.broken";
    std::filesystem::create_directories(left + "/base");
    CHECK_FALSE(database.postgres->ensure_running(0s));  // initdb has begun, and is broken off
    database.postgres.reset();
    database.renew();
    REQUIRE(database.postgres->ensure_running(60s));
    CHECK_FALSE(std::filesystem::exists(left));
    std::size_t names = 0;
    for (const auto& entry : std::filesystem::directory_iterator(database.state + "/postgres"))
        names += entry.path().filename().string().starts_with("data");
    CHECK(names == 1);
    database.postgres->stop();
    std::ofstream(database.data() + "/postmaster.pid") << ::getpid() << '\n' << "x\n";
    database.renew();
    CHECK(database.postgres->ensure_running(60s));
}

TEST_CASE("stop() from another thread ends the wait for a database that is being made")
{
    PrivateDatabase database(Start::empty);
    auto running = std::async(std::launch::async, [&] { return database.postgres->ensure_running(60s); });
    CHECK(eventually([&] { return std::filesystem::exists(database.state + "/postgres/conf/pg_ident.conf"); }));
    database.postgres->stop();
    running.get();  // false, or true when it was quicker than we
    CHECK(database.postmaster() == 0);
}
