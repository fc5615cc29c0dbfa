#include "daemon/admin/typing.hpp"

#include <doctest/doctest.h>

using admin::FieldType;
using boost::json::serialize;

TEST_CASE("each type of field has its JSON type")
{
    struct Row {
        const char* name;
        FieldType type;
        std::vector<std::string> values;
        const char* json;
    };
    const Row rows[] = {
        {"text", FieldType::text, {"a\"b"}, R"("a\"b")"},
        {"login", FieldType::login_name, {"joao@isp"}, R"("joao@isp")"},
        {"integer", FieldType::integer, {"-3"}, "-3"},
        {"seconds", FieldType::seconds, {"300"}, "300"},
        {"money", FieldType::money, {"99.90"}, R"("99.90")"},
        {"rate", FieldType::rate, {"300000000"}, "300000000"},
        {"yes", FieldType::boolean, {"true"}, "true"},
        {"yes, as PostgreSQL prints it", FieldType::boolean, {"t"}, "true"},
        {"yes, as find says it", FieldType::boolean, {"yes"}, "true"},
        {"no", FieldType::boolean, {"false"}, "false"},
        {"tri-state", FieldType::tristate, {"default"}, R"("default")"},
        {"choice", FieldType::choice, {"active"}, R"("active")"},
        {"date", FieldType::date, {"2026-12-10"}, R"("2026-12-10")"},
        {"instant", FieldType::instant, {"2026-11-20T21:14:05-03:00"}, R"("2026-11-20T21:14:05-03:00")"},
        {"a secret is not shown, whatever is there", FieldType::secret, {"hunter2"}, R"("set")"},
        {"no secret", FieldType::secret, {}, "null"},
        {"prefix", FieldType::prefix, {"10.0.0.0/24"}, R"("10.0.0.0/24")"},
        {"IPv4", FieldType::ipv4, {"10.0.0.1"}, R"("10.0.0.1")"},
        {"document", FieldType::document, {"52998224725"}, R"("52998224725")"},
        {"e-mail", FieldType::email, {"a@b"}, R"("a@b")"},
        {"phone", FieldType::phone, {"+5511"}, R"("+5511")"},
        {"a list", FieldType::text_list, {"A=1", "B=2"}, R"(["A=1","B=2"])"},
        {"an empty list", FieldType::reference_list, {}, "[]"},
        {"nothing", FieldType::text, {}, "null"},
        {"no number", FieldType::integer, {}, "null"},
        {"a reference by name", FieldType::reference, {"fibra300"}, R"("fibra300")"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(serialize(admin::to_json(row.type, row.values)) == row.json);
    }
}

TEST_CASE("a record has its id, every field, and what else the store gives")
{
    const provisioning::Record record{{"id", {"9"}},
                                      {"login", {"joao"}},
                                      {"contract", {"42"}},
                                      {"plan", {"f"}},
                                      {"enabled", {"true"}},
                                      {"password", {"x"}},
                                      {"reply", {"A=1"}},
                                      {"ip", {}},
                                      {"removed_at", {"2026-11-20T21:14:05-03:00"}}};
    const auto object = admin::to_json(provisioning::login_type, record);
    CHECK(object.begin()->key() == "id");
    CHECK(object.at("id") == 9);
    CHECK(object.at("contract") == 42);
    CHECK(object.at("plan") == "f");
    CHECK(object.at("password") == "set");
    CHECK(object.at("ip").is_null());
    CHECK(object.at("note").is_null());
    CHECK(object.at("removed_at") == "2026-11-20T21:14:05-03:00");
    CHECK(object.size() == provisioning::login_type.fields.size() + 2);
}

TEST_CASE("a report's row has the columns of its command, in their order")
{
    const auto& command = *admin::find_command("session list");
    const provisioning::store::Row row{
        {"id", "3"}, {"login", "joao"}, {"download_octets", "18014398509481984"}, {"ip", std::nullopt}, {"x", "y"}};
    const auto rows = admin::to_json(command.columns, std::vector<provisioning::store::Row>{row});
    const auto& object = rows.front().as_object();
    CHECK(object.size() == command.columns.size());
    CHECK(object.at("download_octets") == 18014398509481984);
    CHECK(object.at("ip").is_null());
    CHECK(object.find("x") == object.end());
}
