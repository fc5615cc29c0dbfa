#include "daemon/ctl/secrets.hpp"
#include "daemon/ctl/words.hpp"
#include "tests/unit/admin/refused.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using tests::contains;
using tests::refused;
using Words = std::vector<std::string>;

TEST_CASE("noun, verb, arguments and flags")
{
    const auto all = ctl::parse(
        {"--json", "contract", "add", "--client=7", "--plan", "a", "--plan", "b", "--due-day", "10", "--socket", "/s"});
    CHECK(all.json);
    CHECK(all.socket == "/s");
    CHECK(all.command->name() == "contract add");
    CHECK(all.values.at("plan") == Words{"a", "b"});
    CHECK(all.values.at("due_day") == Words{"10"});
    CHECK(ctl::parse({"login", "list", "--removed"}).values.at("removed") == Words{"true"});
}

TEST_CASE("a value may be named like a noun, begin with a dash, or be empty")
{
    CHECK(ctl::parse({"find", "status"}).values.at("text") == Words{"status"});
    CHECK(ctl::parse({"login", "show", "login"}).values.at("login") == Words{"login"});
    CHECK(ctl::parse({"login", "set", "a", "--password", "-"}).values.at("password") == Words{"-"});
    CHECK(ctl::parse({"client", "list", "--sort", "-name"}).values.at("sort") == Words{"-name"});
    CHECK(ctl::parse({"client", "set", "1", "--email=", "--note", "x"}).values.at("email") == Words{""});
    CHECK(ctl::parse({"client", "set", "1", "--note", "[a,b]"}).values.at("note") == Words{"[a,b]"});
    CHECK(ctl::parse({"find", "--", "--x"}).values.at("text") == Words{"--x"});
}

TEST_CASE("help is asked for anywhere, of all, a noun or a command")
{
    CHECK(ctl::parse({"--help"}).noun == "");
    CHECK(ctl::parse({"nas", "-h"}).noun == "nas");
    CHECK(ctl::parse({"nas", "add", "--help"}).command->name() == "nas add");
    CHECK(ctl::parse({"nas", "add", "x", "--bad", "--help"}).help);
}

TEST_CASE("mistakes are told with what would be right")
{
    struct Row {
        Words words;
        const char* said;
    };
    const Row rows[] = {
        {{}, "no command is given"},
        {{"lgin", "show"}, "did you mean login?"},
        {{"plan", "ad", "x"}, "did you mean plan add?"},
        {{"client"}, "client needs a verb"},
        {{"client", "add", "--nmae", "x"}, "no flag --nmae, did you mean --name?"},
        {{"client", "add"}, "missing: --name, --person"},
        {{"login", "add", "x", "--contract", "1"}, "missing: --password or --generate"},
        {{"client", "show", "x", "y"}, "y is one word too many"},
        {{"client", "list", "--limit"}, "--limit needs a value"},
        {{"login", "add", "x", "--contract", "--plan", "y"}, "--contract needs a value"},
        {{"client", "list", "--limit", "1", "--limit", "2"}, "is given 2 times"},
        {{"--socket"}, "--socket needs a path"},
        {{"client", "--name", "add"}, "stands before the verb"},
    };
    for (const auto& row : rows) {
        const auto said = refused([&] { ctl::parse(row.words); });
        CAPTURE(said);
        CHECK(said.starts_with("usage "));
        CHECK(contains(said, row.said));
    }
}

TEST_CASE("secrets come from standard input or a file")
{
    auto from_input = ctl::parse({"nas", "add", "b", "--address", "10.0.0.1", "--secret", "-"});
    std::istringstream input("s3cret \r\nmore\n");
    ctl::read_secrets(from_input, input);
    CHECK(from_input.values.at("secret") == Words{"s3cret "});

    const std::string file = "/tmp/porteiro-secret-test";
    std::ofstream(file) << "of a file\n";
    auto from_file = ctl::parse({"nas", "add", "b", "--address", "10.0.0.1", "--secret", "@" + file});
    ctl::read_secrets(from_file, input);
    CHECK(from_file.values.at("secret") == Words{"of a file"});

    auto missing = ctl::parse({"nas", "add", "b", "--address", "10.0.0.1", "--secret", "@/no/such"});
    CHECK(contains(refused([&] { ctl::read_secrets(missing, input); }), "/no/such cannot be read"));
    std::istringstream empty;
    auto nothing = ctl::parse({"nas", "set", "b", "--secret", "-"});
    CHECK(contains(refused([&] { ctl::read_secrets(nothing, empty); }), "nothing came"));
}
