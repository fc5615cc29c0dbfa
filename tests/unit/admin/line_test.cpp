#include "daemon/admin/dispatch.hpp"
#include "daemon/admin/line.hpp"
#include "tests/unit/admin/refused.hpp"

#include <doctest/doctest.h>

using tests::contains;
using tests::refused;

namespace {

const io::Peer ordinary{
    .uid = 1000, .pid = 1, .user = "maria", .scope = io::Scope::admin, .may_speak_for_others = false};
const io::Peer root{.uid = 0, .pid = 1, .user = "root", .scope = io::Scope::admin, .may_speak_for_others = true};

admin::Request request_of(std::string_view line, const io::Peer& peer = ordinary)
{
    const auto object = admin::parse_line(line);
    admin::take_id(object);
    return admin::to_request(object, peer);
}

}  // namespace

TEST_CASE("a request has an id, a command and arguments")
{
    const auto request = request_of(R"({"id": 7, "command": "login show", "arguments": {"login": "joao"}})");
    CHECK(request.command == "login show");
    CHECK(request.arguments.at("login").as_string() == "joao");
    CHECK(request_of(R"({"id": "x", "command": "status"})").arguments.empty());
}

TEST_CASE("a malformed line is refused with code usage and one sentence")
{
    struct Row {
        const char* name;
        std::string line, said;
    };
    const Row rows[] = {
        {"nothing", "", "not one JSON object"},
        {"no JSON", "hello", "not one JSON object"},
        {"two objects", R"({"id":1} {"id":2})", "not one JSON object"},
        {"not UTF-8", "{\"id\":\"\xff\"}", "not one JSON object"},
        {"an array", "[1]", "not a JSON object"},
        {"no id", R"({"command":"status"})", "id: is missing"},
        {"id null", R"({"id":null,"command":"status"})", "id: is neither"},
        {"id with a fraction", R"({"id":1.5,"command":"status"})", "id: is neither"},
        {"id an object", R"({"id":{},"command":"status"})", "id: is neither"},
        {"no command", R"({"id":1})", "command: is missing"},
        {"command no string", R"({"id":1,"command":5})", "command: is not a string"},
        {"arguments an array", R"({"id":1,"command":"status","arguments":[]})", "arguments: is not an object"},
        {"an unknown member", R"({"id":1,"command":"status","comand":"x"})", "there is no comand"},
        {"on_behalf_of a string", R"({"id":1,"command":"status","on_behalf_of":"x"})",
         "on_behalf_of: is not an object"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto said = refused([&] { request_of(row.line); });
        CHECK(said.starts_with("usage "));
        CHECK_MESSAGE(contains(said, row.said), said);
    }
}

TEST_CASE("nesting ends at 16 levels")
{
    const auto nested = [](std::size_t levels) {
        return R"({"id":1,"command":"x","arguments":{"a":)" + std::string(levels - 2, '[') +
               std::string(levels - 2, ']') + "}}";
    };
    CHECK(refused([&] { request_of(nested(16)); }) == "");
    CHECK(contains(refused([&] { request_of(nested(17)); }), "deeper than 16"));
    CHECK(contains(refused([&] { request_of(std::string(500'000, '[')); }), "deeper than 16"));
}

TEST_CASE("on_behalf_of is believed from root and the service account only")
{
    const auto line = R"({"id":1,"command":"status","on_behalf_of":{"operator":"ana","address":"203.0.113.7"}})";
    const auto believed = request_of(line, root);
    CHECK(believed.operator_ == "ana");
    CHECK(believed.address == "203.0.113.7");

    CHECK(refused([&] { request_of(line); }).starts_with("denied on_behalf_of: maria may not speak for ana"));
    const auto alone = request_of(R"({"id":1,"command":"status","on_behalf_of":{"address":"203.0.113.7"}})");
    CHECK(alone.address == "");
    CHECK(contains(refused([&] { request_of(R"({"id":1,"command":"x","on_behalf_of":{"address":"home"}})", root); }),
                   "home is not an address"));
    CHECK(contains(refused([&] { request_of(R"({"id":1,"command":"x","on_behalf_of":{"user":"a"}})", root); }),
                   "operator and address only"));
    CHECK(
        contains(refused([&] { request_of(R"({"id":1,"command":"x","on_behalf_of":{"operator":"a\u001bb"}})", root); }),
                 "control characters"));
}

TEST_CASE("replies carry the id; a result that is too long for a line is refused")
{
    CHECK(admin::result_line(7, boost::json::array{}) == R"({"id":7,"result":[]})");
    CHECK(admin::error_line("a", {provisioning::ErrorCode::conflict, "name", "is taken"}) ==
          R"({"id":"a","error":{"code":"conflict","field":"name","message":"is taken"}})");
    const auto line = admin::result_line(1, boost::json::string(2U << 20, 'x'));
    CHECK(contains(line, R"("field":"limit")"));
    CHECK(line.size() < 1000);
}

TEST_CASE("the result of a command that was done is shortened, and never becomes an error")
{
    const auto rows = [](std::int64_t many) {
        boost::json::array steps;
        for (std::int64_t i = 1; i <= many; ++i)
            steps.push_back(
                {{"action", "suspend"}, {"contract", i}, {"client", std::string(400, 'x')}, {"why", "a charge"}});
        return boost::json::value(std::move(steps));
    };
    auto small = rows(2000);
    CHECK(admin::shorten(small) == 0);
    CHECK(small == rows(2000));

    auto large = rows(5000);
    CHECK(admin::shorten(large) == 5000);
    REQUIRE(large.get_array().size() == 5000);
    CHECK(boost::json::serialize(large.get_array().back()) == R"({"contract":5000,"action":"suspend"})");
    CHECK(!contains(admin::result_line(1, large, 5000), "truncated"));

    auto huge = rows(50'000);
    CHECK(admin::shorten(huge) == 50'000);
    CHECK(huge.get_array().size() > 20'000);
    const auto line = admin::result_line(std::string(200, '\x01').c_str(), huge, 50'000);
    CHECK(line.size() < io::AdminSocket::max_line_octets);
    CHECK(line.ends_with(R"("truncated":50000})"));

    boost::json::value text = boost::json::string(2U << 20, 'x');
    CHECK(admin::shorten(text) == 1);
    CHECK(admin::result_line(1, text, 1) == R"({"id":1,"result":[],"truncated":1})");
}

TEST_CASE("a peer whose scope is too small is told which group may")
{
    config::Config config;
    config.admin.admin_group = "porteiro-admin";
    config.admin.billing_group = "porteiro-billing";
    config.admin.read_group = "porteiro-read";
    const auto asks = [&](io::Scope scope, const char* command) {
        const io::Peer peer{.uid = 1, .pid = 1, .user = "maria", .scope = scope};
        return refused([&] { admin::check_scope(peer, *admin::find_command(command), config); });
    };
    using io::Scope;
    CHECK(asks(Scope::admin, "nas add") == "");
    CHECK(asks(Scope::billing, "charge pay") == "");
    CHECK(asks(Scope::read, "client list") == "");
    CHECK(asks(Scope::billing, "nas add") ==
          "denied : `nas add` is not for maria, it is for members of porteiro-admin");
    CHECK(asks(Scope::read, "charge pay") ==
          "denied : `charge pay` is not for maria, it is for members of porteiro-admin or porteiro-billing");
    CHECK(contains(asks(Scope::none, "status"), "porteiro-admin, porteiro-billing or porteiro-read"));
}
