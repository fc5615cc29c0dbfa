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

TEST_CASE("what was done to make a session follow stands below it, by the cause's number and name (O-04)")
{
    const auto page = shown("session show", R"({"id":7,"following":"failed","why":"contract_suspended: NAK 404",
        "next_in_s":null,"port_blocks":[],"attempts":[{"id":1,"at":"2026-11-25T10:00:00-03:00","order":"disconnect",
        "why":"contract_suspended","wanted":"offline","result":"refused","error_cause":404,
        "error_cause_name":"Invalid-Request","sent":1,"took_ms":12,"actor":null}]})");
    CHECK(page.find("following  failed\n") != std::string::npos);
    CHECK(page.find("\nAttempts to make it follow its records\n  AT ") != std::string::npos);
    CHECK(page.find("404  Invalid-Request") != std::string::npos);
}

TEST_CASE("what came of an order is said in a line, of a kick in a table")
{
    CHECK(shown("session disconnect", R"({"session":7,"result":"acknowledged","text":"acknowledged by bras1"})") ==
          "acknowledged by bras1\n");
    CHECK(shown("login kick", "[]") == "No open sessions.\n");
    CHECK(shown("session pending", "[]") == "No sessions that are to follow.\n");
    CHECK(shown("login kick", R"([{"session":7,"login":"joao","nas":"bras1","result":"acknowledged","error_cause":null,
        "error_cause_name":null,"sent":1,"took_ms":20,"over":true,"text":"acknowledged by bras1"}])")
              .find("acknowledged by") == std::string::npos);
}
