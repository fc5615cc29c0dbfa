#include "daemon/ctl/connection.hpp"
#include "daemon/ctl/run.hpp"

#include <doctest/doctest.h>

#include <sstream>

namespace {

struct Ran {
    int status;
    std::string output, errors;
};

Ran run(const std::vector<std::string>& words)
{
    std::istringstream input;
    std::ostringstream output, errors;
    const auto status = ctl::run(words, input, output, errors);
    return {status, output.str(), errors.str()};
}

}  // namespace

TEST_CASE("every code has its exit status")
{
    using provisioning::ErrorCode;
    CHECK(ctl::exit_status(ErrorCode::usage) == 2);
    for (const auto code : {ErrorCode::invalid, ErrorCode::not_found, ErrorCode::conflict, ErrorCode::denied})
        CHECK(ctl::exit_status(code) == 1);
    CHECK(ctl::exit_status(ErrorCode::unavailable) == 3);
    CHECK(ctl::exit_status(ErrorCode::guard) == 4);
}

TEST_CASE("errors go to standard error for people, to standard output as JSON")
{
    const auto people = run({"client", "add"});
    CHECK(people.status == 2);
    CHECK(people.output == "");
    CHECK(people.errors == "error: name: missing: --name, --person; see `porteiro client add --help`\n");
    const auto json = run({"client", "add", "--json"});
    CHECK(json.status == 2);
    CHECK(json.errors == "");
    CHECK(
        json.output ==
        R"({"error":{"code":"usage","field":"name","message":"missing: --name, --person; see `porteiro client add --help`"}})"
        "\n");
}

TEST_CASE("no daemon is exit 3")
{
    const auto people = run({"--socket", "/nonexistent/admin.sock", "status"});
    CHECK(people.status == 3);
    CHECK(people.errors.starts_with("error: cannot reach porteirod at /nonexistent/admin.sock: "));
    CHECK(run({"status", "--json", "--socket", "/nonexistent/admin.sock"})
              .output.starts_with(R"({"error":{"code":"unavailable")"));
    CHECK(run({"status", "--socket", std::string(200, 'x')}).status == 2);
}

TEST_CASE("the operator's address is taken from SSH_CONNECTION when it is one")
{
    CHECK(ctl::client_address("198.51.100.9 50022 10.0.0.1 22") == "198.51.100.9");
    CHECK(ctl::client_address("2001:db8::9 50022 2001:db8::1 22") == "2001:db8::9");
    CHECK(ctl::client_address("fe80::1%eth0 50022 fe80::2%eth0 22") == "fe80::1");
    for (const auto* none :
         {"UNKNOWN 65535 UNKNOWN 65535", "", " ", "%eth0 5", "198.51.100.999 5", "198.51.100.0/24 5"}) {
        CAPTURE(std::string{none});
        CHECK(ctl::client_address(none).empty());
    }
}

TEST_CASE("an export that cannot be is refused before the daemon is asked")
{
    const auto refused = [](std::vector<std::string> words) {
        words.insert(words.begin(), {"--socket", "/nonexistent/admin.sock"});
        return run(words).errors;
    };
    CHECK(refused({"export", "invoice"}).starts_with("error: noun: invoice is not known, there is: nas plan "));
    CHECK(refused({"export", "plan", "--format", "xml"}) == "error: format: xml is not known, there is: csv json\n");
    CHECK(refused({"export", "plan", "--login", "x"}) ==
          "error: login: `plan list` cannot be narrowed by it, leave it out\n");
    CHECK(refused({"export", "session", "--login", "x"}).starts_with("error: cannot reach porteirod"));
}

TEST_CASE("what needs no daemon")
{
    CHECK(run({"version"}).output == "porteiro " PORTEIRO_VERSION "\n");
    CHECK(run({"--version"}).status == 0);
    CHECK(run({"help", "login", "add"}).output == run({"login", "add", "--help"}).output);
    CHECK(run({"help", "nosuch"}).status == 2);
    CHECK(run({"completion", "tcsh"}).status == 2);
    CHECK(run({"man"}).output.starts_with(".TH PORTEIRO 1"));
}
