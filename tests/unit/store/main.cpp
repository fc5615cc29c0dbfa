// tests/unit/store/main.cpp - needs a PostgreSQL server; without one it fails, it does not skip.
#define DOCTEST_CONFIG_IMPLEMENT
#include "database.hpp"

#include <cstdio>

// libpqxx 6.4 drops the result of the statement during which its connection died (connection_base::make_result asks for
// the encoding first, which throws).
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:PQmakeEmptyPGresult\n"; }

int main(int argc, char** argv)
{
    if (store_tests::server().empty()) {
        std::fputs(
            "store_tests: PORTEIRO_TEST_DATABASE is not set; give a libpq connection string of a PostgreSQL server, as"
            " a role that may create databases and roles\n",
            stderr);
        return 1;
    }
    doctest::Context context(argc, argv);
    const int failed = context.run();
    store_tests::drop_migrated();
    return failed;
}
