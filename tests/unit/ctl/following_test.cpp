// tests/unit/ctl/following_test.cpp - what people read of gardens, allowances, and sessions that wait to be told.
#include "daemon/ctl/views.hpp"

#include <doctest/doctest.h>

namespace {

std::string shown(const char* command, const char* result)
{
    ctl::Invocation invocation;
    invocation.command = admin::find_command(command);
    return ctl::for_people(invocation, boost::json::parse(result));
}

std::string line_of(const char* allowance) { return ctl::allowance_line(boost::json::parse(allowance).as_object()); }

bool contains(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

} // namespace

TEST_CASE("an explanation says which garden a login is let into, and why")
{
    const auto page = shown("login explain", R"({"login":"joao","verdict":"garden","reason":"contract_suspended",
        "sentence":"The contract is suspended.","garden":{"name":"debtors","reason":"debt"},"allowance":null})");
    CHECK(page.starts_with("joao: let into garden debtors (debt)\ncontract_suspended: The contract is suspended.\n"));
}

TEST_CASE("an explanation says that the allowance is used up")
{
    const auto page = shown("login explain", R"({"login":"joao","verdict":"accept","reason":null,"garden":null,
        "allowance":{"state":"used_up","used_octets":512300000000,"allowance_octets":500000000000,"percent":102,
        "period_from":"2026-11-01T00:00:00-03:00","period_until":"2026-12-01T00:00:00-03:00","then":"reduce",
        "then_download":5000000,"then_upload":5000000}})");
    CHECK(page.starts_with("joao: accept\n"
                           "allowance used up: 512.3G of 500G since 2026-11-01, 5M/5M until 2026-12-01\n"));
}

TEST_CASE("an explanation tells a last request that was let into a garden from one that was refused")
{
    const auto page = [](const std::string& result) {
        return shown(
            "login explain",
            (R"({"login":"joao","verdict":"accept","last_sentence":"Suspended.","last":[{"at":"12:00","nas":"b",
                          "method":"pap","reason":"contract_suspended","result":")" +
             result + "\"}]}")
                .c_str());
    };
    CHECK(contains(page("garden"), "was let into a garden: contract_suspended"));
    CHECK(contains(page("reject"), "was refused: contract_suspended"));
}

TEST_CASE("an allowance is a line")
{
    struct Row {
        const char *name, *allowance, *line;
    };
    const Row rows[] = {
        {"none for a plan without one", R"({"state":"none","used_octets":null})", ""},
        {"with what comes once it is used up",
         R"({"state":"ok","used_octets":1500000,"allowance_octets":10000000,"percent":15,"then":"reduce",
             "period_from":"2026-11-01T00:00:00Z","period_until":"2026-12-01T00:00:00Z","then_download":1000000,
             "then_upload":512000})",
         "allowance: 1.5M of 10M used since 2026-11-01 (15%), then 1M/512k; anew on 2026-12-01\n"},
        {"with a warning, and a garden",
         R"({"state":"warning","used_octets":999,"allowance_octets":1000,"percent":99,"then":"garden",
             "period_from":"2026-11-02T00:00:00Z","period_until":"2026-11-09T00:00:00Z","then_download":1000000,
             "then_upload":512000})",
         "allowance: 999 of 1k used since 2026-11-02 (99%, nearly used up), then the garden for quota, else 1M/512k; "
         "anew on 2026-11-09\n"}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(line_of(row.allowance) == row.line);
    }
}

TEST_CASE("status is silent about changes until something waits, failed, or does not answer")
{
    const auto page = [](const std::string& following, const std::string& answers) {
        return shown("status", (R"({"state":"ready","following":)" + following +
                                R"(,"nas":{"bras1":{"coa":{"answers":)" + answers + "}}}}")
                                   .c_str());
    };
    CHECK_FALSE(contains(page(R"({"in_force":9,"pending":0,"failed":0})", "true"), "changes"));
    CHECK(
        contains(page(R"({"in_force":9,"pending":2,"failed":0})", "true"), "2 sessions wait to be told of a change\n"));
    CHECK(contains(page(R"({"in_force":9,"pending":2,"failed":1})", "true"),
                   "2 sessions wait to be told of a change, 1 could not be told, see `porteiro session pending`\n"));
    CHECK(contains(page(R"({"in_force":9,"pending":0,"failed":0})", "false"), "no answer to CoA: bras1\n"));
}

TEST_CASE("a recipe is printed line by line, without what moves the cursor")
{
    CHECK(shown("nas recipe", R"({"nas":"bras1","text":"# one\n\ntwo\u001b[2J\n"})").starts_with("# one\n\ntwo"));
    CHECK_FALSE(contains(shown("nas recipe", R"({"text":"two\u001b[2J\n"})"), "\x1b"));
    CHECK(shown("nas recipe", R"({"text":"a\nb"})") == "a\nb\n");
}

TEST_CASE("a garden is rendered as a plan is")
{
    CHECK(shown("garden render", R"({"garden":"debtors","nas":"bras1","vendor":"mikrotik","attributes":["A = 1"]})") ==
          "garden debtors at nas bras1 (mikrotik)\n\nAttributes of an Accept, besides Class\n  A = 1\n");
}
