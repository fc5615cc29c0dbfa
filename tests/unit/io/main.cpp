// tests/unit/io/main.cpp - doctest's main() for this room.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
