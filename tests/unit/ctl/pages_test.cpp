// tests/unit/ctl/pages_test.cpp - the pages that are more than a table.
#include "daemon/ctl/views.hpp"

#include <doctest/doctest.h>

namespace {

std::string shown(const char* command, const char* result)
{
    ctl::Invocation invocation;
    invocation.command = admin::find_command(command);
    return ctl::for_people(invocation, boost::json::parse(result));
}

} // namespace

TEST_CASE("usage has a total of its octets, for people")
{
    CHECK(shown("usage show", R"([{"period":"2026-11-24","download_octets":1048576,"upload_octets":512,"sessions":2},
                                  {"period":"2026-11-25","download_octets":1048576,"upload_octets":0,"sessions":1}])") ==
          "PERIOD      DOWNLOAD OCTETS  UPLOAD OCTETS  SESSIONS\n"
          "2026-11-24          1.0 MiB          512 B         2\n"
          "2026-11-25          1.0 MiB            0 B         1\n"
          "total               2.0 MiB          512 B         -\n");
    CHECK(shown("usage show", "[]") == "No traffic.\n");
}

TEST_CASE("nobody had the address") { CHECK(shown("address who", "[]") == "No session that had it then.\n"); }

TEST_CASE("a session's port blocks stand below it, where it has some")
{
    CHECK(shown("session show", R"({"id":7,"login":"joao","download_octets":2048,"port_blocks":[]})") ==
          "id               7\n"
          "login            joao\n"
          "download octets  2.0 KiB\n");
    const auto page = shown("session show", R"({"id":7,"port_blocks":[{"address":"203.0.113.5","first_port":1024,
        "last_port":2047,"from_at":"2026-11-25T10:00:00-03:00","until_at":"2026-11-25T11:00:00-03:00"}]})");
    CHECK(page.find("\nPort blocks\n  ADDRESS") != std::string::npos);
    CHECK(page.find("203.0.113.5") != std::string::npos);
}
