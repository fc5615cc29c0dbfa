// tests/unit/io/main.cpp - doctest's main() for this room.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

/// libpqxx 6.4.5 loses the PGresult that libpq makes when a link dies inside a statement; the tests break links.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx-6.4.so\n"; }
