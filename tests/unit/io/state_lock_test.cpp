// tests/unit/io/state_lock_test.cpp - one daemon per state directory.
#include "daemon/io/state_lock.hpp"
#include "tests/unit/io/temporary.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <memory>

TEST_CASE("X-13, F-31: a second instance on the same state directory is refused and told who is there")
{
    const Temporary here;
    const auto state = here.path("state");
    auto first = std::make_unique<io::StateLock>(state);
    CHECK(thrown_by([&] { io::StateLock second(state); }) ==
          "another porteirod (pid " + std::to_string(::getpid()) + ") uses " + state);
    first.reset();
    CHECK(thrown_by([&] { io::StateLock again(state); }) == "");
}

TEST_CASE("X-13: the lock of a killed daemon is free, and what it left in the file is replaced")
{
    const Temporary here;
    const pid_t child = ::fork();
    if (child == 0) {
        io::StateLock lock(here.path());
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    io::StateLock lock(here.path());
    std::ifstream file(here.path("lock"));
    pid_t pid = 0;
    file >> pid;
    CHECK(pid == ::getpid());
}

TEST_CASE("the state directory is made with a mode that lets the database's account through, and no further")
{
    const Temporary here;
    io::StateLock lock(here.path("state"));
    struct stat status{};
    REQUIRE(::stat(here.path("state").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == (::geteuid() == 0 ? 0711 : 0700));
}

TEST_CASE("a state directory that cannot be used is named")
{
    const Temporary here;
    std::ofstream(here.path("file")) << "x";
    CHECK(thrown_by([&] { io::StateLock lock(here.path("a/b")); }) ==
          here.path("a/b") + ": cannot make the state directory: No such file or directory");
    CHECK(thrown_by([&] { io::StateLock lock(here.path("file")); }) ==
          here.path("file/lock") + ": cannot be opened: Not a directory");
    std::filesystem::create_symlink(here.path("elsewhere"), here.path("lock"));
    CHECK(thrown_by([&] { io::StateLock lock(here.path()); }) ==
          here.path("lock") + ": cannot be opened: Too many levels of symbolic links");
    CHECK_FALSE(std::filesystem::exists(here.path("elsewhere")));
}
