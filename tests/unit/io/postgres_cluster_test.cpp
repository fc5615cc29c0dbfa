// tests/unit/io/postgres_cluster_test.cpp - what is said when an embedded database is impossible, and where things lie.
#include "daemon/io/embedded_postgres.hpp"
#include "daemon/io/postgres_binaries.hpp"
#include "daemon/io/postgres_cluster.hpp"
#include "tests/unit/io/temporary.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

TEST_CASE("the newest PostgreSQL makes a database, its own version runs it, and what to install is said")
{
    const Temporary here;
    const auto data = here.path();
    const std::vector<io::PostgresBinaries> none, old = {{"/o/12", 12}}, two = {{"/p/16", 16}, {"/p/15", 15}};
    CHECK(io::choose_postgres(two, data).directory == "/p/16");
    CHECK(thrown_by([&] { io::choose_postgres(none, data); }) ==
          "the embedded database needs PostgreSQL 15 or newer, and none is installed: apt install postgresql, "
          "or set \"database\" to the connection string of a server");
    CHECK(thrown_by([&] { io::choose_postgres(old, data); }) ==
          "the embedded database needs PostgreSQL 15 or newer, and 12 is the newest here: install a newer one, "
          "or set \"database\" to the connection string of a server");
    std::ofstream(data + "/PG_VERSION") << "15\n";
    CHECK(io::choose_postgres(two, data).directory == "/p/15");
    std::ofstream(data + "/PG_VERSION") << "14\n";
    CHECK(thrown_by([&] { io::choose_postgres(two, data); }) ==
          data + " was made by PostgreSQL 14, which is not installed here: apt install postgresql-14");
}

TEST_CASE("binaries are found in the distribution's layout, newest first")
{
    const Temporary here;
    for (const char* version : {"9.6", "15", "16", "junk"}) {
        std::filesystem::create_directories(here.path(version) + "/bin");
        for (const char* program : {"postgres", "initdb"}) {
            const auto path = here.path(version) + "/bin/" + program;
            std::ofstream(path) << "#!/bin/sh\n";
            ::chmod(path.c_str(), 0755);
        }
    }
    std::filesystem::remove(here.path("16/bin/initdb"));
    const auto found = io::installed_postgres(here.path());
    REQUIRE(found.size() == 2);
    CHECK(found[0].major == 15);
    CHECK(found[1].major == 9);
}

TEST_CASE("the socket lies in the state directory where its path fits and needs no quotes, else in /tmp under one name "
          "for ever")
{
    CHECK(io::cluster_paths("/var/lib/porteiro", 7).run == "/var/lib/porteiro/postgres/run");
    const auto exact = '/' + std::string(79, 'x'); // + /postgres/run + /.s.PGSQL.5432 = 107
    CHECK(io::cluster_paths(exact, 7).run == exact + "/postgres/run");
    CHECK(io::cluster_paths(exact + 'x', 7).run == "/tmp/porteiro-2ca92ab7f2d97ffe-7");
    CHECK(io::cluster_paths("/a,b", 7).run == "/tmp/porteiro-363b429cb38cd723-7");
}

TEST_CASE("the account is never root; directories that it cannot pass are named")
{
    const auto account = io::postgres_account("/nonexistent");
    CHECK(account.drop == (::geteuid() == 0));
    CHECK((account.uid != 0) == true);
    if (!account.drop) return;
    const Temporary here;
    const auto closed = here.path("closed");
    std::filesystem::create_directories(closed + "/state/postgres");
    CHECK(io::first_closed(account, closed + "/state") == "");
    REQUIRE(::chmod(closed.c_str(), 0700) == 0);
    CHECK(io::first_closed(account, closed + "/state") == closed);
    CHECK(thrown_by([&] { io::prepare_cluster(io::cluster_paths(closed + "/state", account.uid), account); }) ==
          "the embedded database runs as postgres, which cannot pass through " + closed + ": chmod o+x " + closed +
              ", or choose another state_directory");
}

TEST_CASE("the state directory itself is opened for passing through, and what stands in the way is not touched")
{
    const Temporary here;
    const auto state = here.path("state"), data = state + "/postgres/data";
    const auto account = io::postgres_account(data);
    std::filesystem::create_directories(state);
    REQUIRE(::chmod(state.c_str(), 0700) == 0);
    const auto paths = io::cluster_paths(state, account.uid);
    io::prepare_cluster(paths, account);
    CHECK_FALSE(io::has_data(paths, account));
    struct stat found{};
    REQUIRE(::stat(state.c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == (account.drop ? 0701 : 0700));
    std::filesystem::create_directories(data);
    if (account.drop) {
        CHECK(thrown_by([&] { io::has_data(paths, account); }).find("belongs to uid 0 instead of") !=
              std::string::npos);
        REQUIRE(::chown(data.c_str(), account.uid, account.gid) == 0);
    }
    CHECK(thrown_by([&] { io::has_data(paths, account); }) ==
          data + " holds no PostgreSQL database (there is no PG_VERSION in it): move it away");
    std::filesystem::remove_all(paths.run);
    std::filesystem::create_symlink("/etc", paths.run);
    CHECK(thrown_by([&] {
              io::prepare_cluster(paths, account);
          }).starts_with(paths.run + ": is not a directory that we may use"));
}
