#include "daemon/admin/arguments.hpp"
#include "tests/unit/admin/refused.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using tests::contains;
using tests::refused;

namespace {

admin::Arguments given(const char* command, std::string_view object)
{
    return {*admin::find_command(command),
            boost::json::parse(boost::json::string_view{object.data(), object.size()}).as_object()};
}

}  // namespace

TEST_CASE("arguments are taken as they are typed, in JSON's own types or as text")
{
    const auto plan =
        given("plan add", R"({"name":"f","download":300000000,"upload":"150M","price":"99,90","reply":["A=1","B=2"]})");
    const auto fields = plan.fields();
    CHECK(fields.at("download") == std::vector<std::string>{"300000000"});
    CHECK(fields.at("upload") == std::vector<std::string>{"150M"});
    CHECK(fields.at("reply") == std::vector<std::string>{"A=1", "B=2"});
    CHECK(given("contract add", R"({"client":7,"plan":"f","due_day":"10"})").fields().at("plan").size() == 1);
    CHECK(given("nas set", R"({"id":"b","limit_proxy_state":false})").fields().at("limit_proxy_state").front() == "no");
}

TEST_CASE("null clears a field and is no value of anything else")
{
    CHECK(given("login set", R"({"id":"a","ip":null})").fields().at("ip").empty());
    CHECK_FALSE(given("auth list", R"({"login":null})").has("login"));
}

TEST_CASE("defaults of the table stand in for what is not given")
{
    const auto list = given("auth list", R"({})");
    CHECK(list.number("limit") == 100);
    CHECK(list.number("offset") == 0);
    CHECK(list.text("login") == "");
    CHECK(given("contract suspend", R"({"id":1,"reason":"x"})").text("kind") == "request");
}

TEST_CASE("the key serves where an id does, and the other way round; beside the id it is the new name")
{
    CHECK(given("login show", R"({"id":5})").text("login") == "5");
    CHECK(given("login show", R"({"login":"joao"})").text("login") == "joao");
    CHECK(given("nas set", R"({"name":"b","note":"x"})").text("id") == "b");
    const auto renamed = given("nas set", R"({"id":"b","name":"c"})");
    CHECK(renamed.text("id") == "b");
    CHECK(renamed.fields().at("name").front() == "c");
}

TEST_CASE("what is not a field of a record is checked at once")
{
    CHECK(given("billing run", R"({"on":"10/12/2026"})").text("on") == "2026-12-10");
    CHECK(given("auth list", R"({"since":"20/11/2026"})").text("since") == "2026-11-20");
    CHECK(given("auth list", R"({"since":"2026-11-20T21:14:05-03:00"})").text("since") == "2026-11-21T00:14:05Z");
}

TEST_CASE("mistakes are refused with the argument's name and what would be right")
{
    struct Row {
        const char *name, *command, *arguments, *said;
    };
    const Row rows[] = {
        {"an unknown argument", "client add", R"({"nmae":"x"})",
         "usage nmae: `client add` has no such argument, did you mean name?"},
        {"an argument of none", "status", R"({"x":1})", "usage x: `status` takes no argument"},
        {"all that is missing, at once", "contract add", R"({})", "usage client: missing: client, plan, due_day"},
        {"a required one with an alternative", "login add", R"({"login":"a","contract":1})",
         "usage password: missing: password or generate"},
        {"an array for one value", "client add", R"({"name":["a"],"person":"legal"})",
         "usage name: takes one value, not an array"},
        {"an object", "client list", R"({"limit":{"a":1}})",
         "usage limit: has a JSON value of the wrong type, give a whole number or a string"},
        {"money as a fraction", "charge pay", R"({"id":1,"amount":9.5})",
         "usage amount: has a JSON value of the wrong type, give a string like \"99.90\""},
        {"a number for a text", "client add", R"({"name":5,"person":"legal"})",
         "usage name: has a JSON value of the wrong type, give a string"},
        {"a toggle that is neither", "billing run", R"({"dry_run":"maybe"})",
         "usage dry_run: is neither true nor false"},
        {"a limit of 0", "client list", R"({"limit":0})", "invalid limit: "},
        {"a day that does not exist", "billing run", R"({"on":"2026-02-30"})", "invalid on: "},
        {"an unknown choice", "contract suspend", R"({"id":1,"reason":"x","kind":"det"})",
         "invalid kind: det is not known, did you mean debt?"},
        {"both the key and the id", "login show", R"({"id":1,"login":"a"})", "usage id: "},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto said = refused([&] { given(row.command, row.arguments); });
        CHECK_MESSAGE(said.starts_with(row.said), said);
    }
}

TEST_CASE("generate stands in for the password")
{
    const auto added = given("login add", R"({"login":"a","contract":1,"generate":true})");
    CHECK(added.on("generate"));
    CHECK(contains(refused([] { given("login add", R"({"login":"a","contract":1,"generate":false})"); }),
                   "missing: password"));
}
