#include "daemon/admin/handlers.hpp"
#include "daemon/admin/table/json.hpp"
#include "daemon/admin/table/subscriber.hpp"

#include "provisioning/rules/text.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using admin::Access;
using admin::Need;
using admin::Place;

TEST_CASE("every row has a handler, and every handler a row") { CHECK(admin::unbound() == std::vector<std::string>{}); }

TEST_CASE("names are unique, and so are the arguments of a command and what may stand for them")
{
    std::set<std::string> names;
    for (const auto& command : admin::commands()) {
        CAPTURE(command.name());
        CHECK(names.insert(command.name()).second);
        CHECK(admin::find_command(command.name()) == &command);
        std::set<std::string_view> arguments;
        for (const auto& argument : command.arguments) {
            CAPTURE(argument.name);
            CHECK(arguments.insert(argument.name).second);
            if (!argument.instead.empty()) CHECK(admin::find_argument(command, argument.instead) != nullptr);
        }
    }
}

TEST_CASE("every row says what it does, and every argument what it is for")
{
    for (const auto& command : admin::commands()) {
        CAPTURE(command.name());
        CHECK_FALSE(command.summary.empty());
        CHECK_FALSE(admin::noun_help(command.noun).empty());
        for (const auto& argument : command.arguments) {
            CAPTURE(argument.name);
            CHECK_FALSE(argument.help.empty());
            if (argument.type == admin::FieldType::choice) CHECK_FALSE(argument.choices.empty());
            if (argument.place == Place::toggle) CHECK_FALSE(argument.required);
        }
    }
}

TEST_CASE("the noun's rows stand together")
{
    const auto nouns = admin::nouns();
    CHECK(std::set<std::string_view>(nouns.begin(), nouns.end()).size() == nouns.size());
}

TEST_CASE("reading changes nothing: what may change something needs more than the read scope, by name")
{
    const std::set<std::string> reads{"show",    "list",     "explain",   "unknown",  "render", "watch",  "top",
                                      "history", "count",    "drops",     "refused",  "who",    "recipe", "allowance",
                                      "pending", "attempts", "statement", "forecast", "preview"};
    const std::set<std::string> reading_nouns{"status", "find",       "commands", "export",
                                              "help",   "completion", "man",      "version"};
    for (const auto& command : admin::commands()) {
        CAPTURE(command.name());
        const bool read = reads.contains(command.verb) || reading_nouns.contains(command.noun);
        CHECK(read == (command.access == Access::read));
        CHECK(read == !command.changes());
    }
}

TEST_CASE("the billing group has charges, payments, suspension and access, and nothing else that changes")
{
    std::set<std::string> billing;
    for (const auto& command : admin::commands()) {
        if (command.access == Access::billing) billing.insert(command.name());
    }
    CHECK(billing ==
          std::set<std::string>{
              "access apply",     "billing run",      "billing undo",    "charge add",        "charge cancel",
              "charge generate",  "charge pay",       "charge postpone", "charge remove",     "charge renegotiate",
              "charge reverse",   "charge set",       "client disable",  "client enable",     "client trust",
              "contract release", "contract suspend", "contract trust",  "holiday add",       "holiday remove",
              "holiday set",      "import charges",   "import payments", "login kick",        "message retry",
              "notice add",       "notice remove",    "notice set",      "session disconnect"});
    for (const auto& name : billing) {
        for (const auto& argument : admin::find_command(name)->arguments)
            CHECK(argument.type != admin::FieldType::secret);
    }
}

TEST_CASE("what the loop answers changes nothing and needs no record")
{
    for (const auto& command : admin::commands()) {
        if (command.need == Need::database) continue;
        CAPTURE(command.name());
        CHECK(command.access == Access::read);
        CHECK(command.record == nullptr);
    }
}

TEST_CASE("a record type's fields are flags of add and set, managed ones only filters of list")
{
    for (const auto* type : provisioning::record_types()) {
        for (const auto& field : type->fields) {
            CAPTURE(type->name);
            CAPTURE(field.name);
            const auto has = [&](const char* verb) {
                const auto* command = admin::find_command(std::string{type->name} + ' ' + verb);
                return command != nullptr && admin::find_argument(*command, field.name) != nullptr;
            };
            const bool managed = field.given == provisioning::Given::managed;
            CHECK(has("add") == !managed);
            CHECK(has("set") == !managed);
            const bool searchable = field.type != admin::FieldType::secret && field.type != admin::FieldType::text_list;
            CHECK(has("list") == searchable);
        }
    }
}

TEST_CASE("subscriber add takes every required field of the three but the references between them")
{
    const auto& command = *admin::find_command("subscriber add");
    for (const char* name :
         {"name", "document", "person", "plan", "due_day", "login", "password", "generate", "ip", "framed_pool"})
        CHECK(admin::find_argument(command, name) != nullptr);
    for (const char* name : {"client", "contract"}) CHECK(admin::find_argument(command, name) == nullptr);
}

TEST_CASE("an unknown command is answered with the nearest one")
{
    CHECK(admin::unknown_command("lgin show") == "there is no lgin, did you mean login?");
    CHECK(admin::unknown_command("login shw") == "there is no \"login shw\", did you mean login show?");
    CHECK(admin::unknown_command("billing") == "billing needs a verb, there is: run forecast undo list show");
    CHECK(admin::unknown_command("frobnicate") == "there is no frobnicate, see `porteiro help`");
}

TEST_CASE("the table as JSON has every command that the daemon answers, and no other")
{
    const auto table = admin::commands_as_json();
    std::size_t served = 0;
    for (const auto& command : admin::commands()) served += command.need != Need::local ? 1 : 0;
    CHECK(table.size() == served);
    const auto& first = table.front().as_object();
    CHECK(first.at("command").as_string() == "nas add");
    CHECK(first.at("access").as_string() == "admin");
    CHECK(boost::json::serialize(table).size() < 1U << 20);
}
