// tests/unit/io/admin_bind_test.cpp - the socket in the file system, and who may use it.
#include "daemon/io/admin_bind.hpp"
#include "tests/unit/io/admin_fixture.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>

#include <fstream>

namespace {

constexpr uid_t stranger = 64000;
constexpr gid_t admin_gid = 64001, billing_gid = 64002, read_gid = 64003, other_gid = 64004;

io::AdminGroups test_groups() { return {admin_gid, billing_gid, read_gid, {}}; }

mode_t mode_of(const std::string& path)
{
    struct stat file{};
    REQUIRE(::lstat(path.c_str(), &file) == 0);
    return file.st_mode & 07777;
}

/// What `act` returns (0..255) in a process of that account; root alone can ask.
template <class Act>
int as_account(uid_t uid, gid_t gid, std::vector<gid_t> groups, Act act)
{
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgroups(groups.size(), groups.data()) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0) ::_exit(250);
        ::_exit(act());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

int can_connect(const std::string& path) { return Client(path).connected ? 1 : 0; }

}  // namespace

TEST_CASE("X-10: the socket is 0660 whatever the umask is, its directory is made 0750")
{
    const Temporary here;
    const auto path = here.path("run/admin.sock");
    const auto before = ::umask(0);
    const auto bound = io::bind_admin_socket(path);
    ::umask(before);
    CHECK(mode_of(path) == 0660);
    CHECK(io::open_to_groups(path, {}) == "");
    CHECK(mode_of(path) == 0660);
    CHECK(mode_of(here.path("run")) == 0750);
    io::unbind_admin_socket(path, bound);
    CHECK_FALSE(std::filesystem::exists(path));
    ::close(bound.descriptor);
    CHECK(thrown_by([&] { io::bind_admin_socket(here.path("a/b/admin.sock")); }) ==
          "admin.socket: " + here.path("a/b/admin.sock") +
              ": its directory is missing and cannot be made: No such file or directory");
}

TEST_CASE("X-13: a stale socket file is replaced")
{
    const Temporary here;
    const auto path = here.path("admin.sock");
    ::close(io::bind_admin_socket(path).descriptor);  // as after kill -9: the file stays
    REQUIRE(std::filesystem::is_socket(path));
    AdminDaemon daemon;
    daemon.config.admin.socket = path;
    daemon.start();
    Client client(path);
    client.send("hello\n");
    CHECK(client.line() == "hello");
}

TEST_CASE("X-13: a live instance is refused and goes on undisturbed")
{
    AdminDaemon daemon;
    daemon.start();
    CHECK(thrown_by([&] { io::bind_admin_socket(daemon.path()); }) ==
          "admin.socket: " + daemon.path() + ": another porteirod is listening there");
    Client client(daemon.path());
    client.send("hello\n");
    CHECK(client.line() == "hello");
}

TEST_CASE("X-13: neither a symlink nor another file is followed or removed")
{
    const Temporary here;
    const auto path = here.path("admin.sock");
    std::filesystem::create_symlink(here.path("target"), path);
    CHECK(thrown_by([&] { io::bind_admin_socket(path); }) ==
          "admin.socket: " + path + ": is a symbolic link, which is not followed; remove it");
    CHECK_FALSE(std::filesystem::exists(here.path("target")));
    std::filesystem::remove(path);
    std::ofstream(path) << "precious";
    CHECK(thrown_by([&] { io::bind_admin_socket(path); }) ==
          "admin.socket: " + path + ": is not a socket; remove it or choose another path");
    CHECK(std::filesystem::file_size(path) == 8);
}

TEST_CASE("a socket that somebody else has put in the place of ours is not removed at the end")
{
    const Temporary here;
    const auto path = here.path("admin.sock");
    const auto ours = io::bind_admin_socket(path);
    std::filesystem::rename(path, here.path("moved"));
    const auto theirs = io::bind_admin_socket(path);
    io::unbind_admin_socket(path, ours);
    CHECK(std::filesystem::is_socket(path));
    ::close(ours.descriptor);
    ::close(theirs.descriptor);
}

TEST_CASE("a peer has the scope of the best of its groups")
{
    const auto groups = test_groups();
    struct Row {
        uid_t uid;
        std::vector<gid_t> groups;
        io::Scope scope;
    };
    const Row rows[] = {{0, {}, io::Scope::admin},
                        {::geteuid(), {}, io::Scope::admin},
                        {stranger, {other_gid, admin_gid}, io::Scope::admin},
                        {stranger, {read_gid, billing_gid}, io::Scope::billing},
                        {stranger, {read_gid}, io::Scope::read},
                        {stranger, {other_gid, 0}, io::Scope::none},
                        {stranger, {}, io::Scope::none}};
    for (const auto& row : rows) CHECK(io::scope_of({row.uid, 1, row.groups}, groups) == row.scope);
    CHECK(io::scope_of({stranger, 1, {0}}, {}) == io::Scope::none);  // groups that do not exist have no members
}

TEST_CASE("names: an account has one, a number without an account is shown as it is; missing groups are told")
{
    CHECK(io::user_name(0) == "root");
    CHECK(io::user_name(stranger) == "uid 64000");
    config::Config config;
    config.admin.admin_group = "root";
    config.admin.billing_group = "porteiro-no-such-group";
    config.admin.read_group = "daemon";
    const auto groups = io::find_groups(config);
    CHECK(groups.admin == gid_t{0});
    CHECK_FALSE(groups.billing);
    CHECK(groups.missing == std::vector<std::string>{"porteiro-no-such-group"});
}

TEST_CASE("X-10: members of the three groups can connect, others cannot, and modes stay 0660 and 0750")
{
    if (::geteuid() != 0) return;  // needs other accounts
    const Temporary here;
    const auto path = here.path("run/admin.sock");
    const auto bound = io::bind_admin_socket(path);
    REQUIRE(::listen(bound.descriptor, 16) == 0);
    const auto problem = io::open_to_groups(path, test_groups());
    if (problem.find("not supported") != std::string::npos) return;  // a file system without access control lists
    CHECK(problem == "");
    CHECK(mode_of(path) == 0660);
    CHECK(mode_of(here.path("run")) == 0750);
    for (const gid_t member : {admin_gid, billing_gid, read_gid}) {
        CHECK(as_account(stranger, member, {}, [&] { return can_connect(path); }) == 1);
        CHECK(as_account(stranger, other_gid, {member}, [&] { return can_connect(path); }) == 1);
    }
    CHECK(as_account(stranger, other_gid, {}, [&] { return can_connect(path); }) == 0);
    CHECK(io::open_to_groups(path, {admin_gid, {}, {}, {}}) == "");  // as a reload does
    CHECK(as_account(stranger, billing_gid, {}, [&] { return can_connect(path); }) == 0);
    CHECK(as_account(stranger, admin_gid, {}, [&] { return can_connect(path); }) == 1);
    ::close(bound.descriptor);
}

TEST_CASE("X-10: a peer in none of the groups gets one error line, is counted and closed")
{
    if (::geteuid() != 0) return;  // needs another account
    AdminDaemon daemon;
    daemon.log.set_level(config::LogLevel::error);
    daemon.start();
    REQUIRE(::chmod(daemon.path().c_str(), 0666) == 0);  // so that it gets as far as the door
    const int seen = as_account(stranger, other_gid, {}, [&] {
        Client client(daemon.path());
        if (!client.connected) return 1;
        client.send("{\"id\": 1, \"command\": \"status\"}\n");
        if (client.line() !=
            R"({"id":null,"error":{"code":"denied","field":"","message":"your account is in none of the groups that may use this socket"}})")
            return 2;
        return client.ended() ? 42 : 3;
    });
    CHECK(seen == 42);
    CHECK(daemon.on_loop([&] { return daemon.counters.get(core::Counter::admin_denied); }) == 1);
}
