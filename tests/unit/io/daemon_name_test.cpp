// tests/unit/io/daemon_name_test.cpp - the name of a daemon among those that share a database.
#include "daemon/io/daemon_name.hpp"

#include "tests/unit/io/temporary.hpp"

#include <doctest/doctest.h>

#include <fstream>

TEST_CASE("a daemon is called the same after a restart, and otherwise than another")
{
    const Temporary one, other;
    const auto name = io::daemon_name(one.path());
    CHECK(name.size() == 32);
    CHECK(name.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(io::daemon_name(one.path()) == name);
    CHECK(io::daemon_name(other.path()) != name);
}

TEST_CASE("a name that is cut or garbled is drawn anew")
{
    for (const char* text :
         {"", "abc\n", "0123456789abcdef0123456789abcdeZ\n", "0123456789abcdef0123456789abcdef0\n"}) {
        CAPTURE(text);
        const Temporary state;
        std::ofstream(state.path() + "/daemon") << text;
        const auto name = io::daemon_name(state.path());
        CHECK(name.size() == 32);
        CHECK(io::daemon_name(state.path()) == name);
    }
}

TEST_CASE("a state directory that takes no file is an error that names the file")
{
    CHECK_THROWS_WITH_AS(io::daemon_name("/proc/nowhere"), doctest::Contains("/proc/nowhere/daemon"),
                         std::runtime_error);
}
