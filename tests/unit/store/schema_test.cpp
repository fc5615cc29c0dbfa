// tests/unit/store/schema_test.cpp - the declared fields against the tables, and what the schema refuses by itself.
#include "database.hpp"

using namespace store_tests;

namespace {

std::string wanted_column(const RecordType& type, const Field& field)
{
    switch (field.type) {
    case FieldType::integer:
        return "integer";
    case FieldType::seconds:
    case FieldType::rate:
    case FieldType::octets:
    case FieldType::reference:
        return "bigint";
    case FieldType::money:
        return "numeric(12,2)";
    case FieldType::boolean:
        return "boolean";
    case FieldType::date:
        return "date";
    case FieldType::instant:
        return "timestamp with time zone";
    case FieldType::secret:
        return "bytea";
    case FieldType::prefix:
        return "cidr";
    case FieldType::ipv4:
        return "inet";
    case FieldType::text_list:
        return "ARRAY of clean_text";
    case FieldType::reference_list:
        return std::string{type.table} + "_" + std::string{field.name};
    case FieldType::tristate:
    case FieldType::choice:
        return "text";
    case FieldType::text:
    case FieldType::login_name:
    case FieldType::document:
    case FieldType::email:
    case FieldType::phone:
        return "clean_text";
    }
    return "";
}

// The choices that the CHECK of a column names.
bool check_names(Store& store, const RecordType& type, const Field& field, std::string_view choice)
{
    return store.value("select exists (select from pg_constraint where conrelid = 'porteiro." +
                       std::string{type.table} + "'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%" +
                       std::string{field.name} + "%''" + std::string{choice} + "''%')") == "t";
}

}  // namespace

TEST_CASE("every declared field has its column, of its type, and no column is undeclared")
{
    Store store;
    for (const auto* type : record_types()) {
        std::map<std::string, std::string> columns;
        {
            pqxx::work work(store.owner.connection());
            for (const auto& row : work.exec_params(
                     "select c.column_name, case when c.data_type = 'ARRAY' then 'ARRAY of ' || substr(c.udt_name, 2)"
                     " when c.data_type = 'numeric' then 'numeric(' || c.numeric_precision || ',' || c.numeric_scale "
                     "|| ')'"
                     " else coalesce(c.domain_name, c.data_type) end from information_schema.columns c"
                     " where c.table_schema = 'porteiro' and c.table_name = $1",
                     std::string{type->table}))
                columns[row[0].as<std::string>()] = row[1].as<std::string>();
        }
        for (const auto& field : type->fields) {
            CAPTURE(type->name);
            CAPTURE(field.name);
            const auto wanted = wanted_column(*type, field);
            if (field.type == FieldType::reference_list) {
                CHECK(store.value("select to_regclass('porteiro." + wanted + "') is not null") == "t");
                continue;
            }
            const auto column = std::string{field.name} + (field.type == FieldType::reference ? "_id" : "");
            CHECK(columns[column] == wanted);
            columns.erase(column);
            for (auto rest = field.choices; !rest.empty();) {
                const auto end = rest.find(' ');
                CHECK(check_names(store, *type, field, rest.substr(0, end)));
                rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
            }
        }
        for (const auto* kept : {"id", "created_at", "removed_at", "removed_by"}) CHECK(columns.erase(kept) == 1);
        for (const auto* derived : {"search", "plan_contract_id", "suspension_origin", "previous_secret"})
            columns.erase(derived);
        for (const auto& [column, kind] : columns) FAIL_CHECK(type->name << " has the undeclared column " << column);
    }
}

TEST_CASE("every index says which query it serves")
{
    Store store;
    CHECK(store.value("select coalesce(string_agg(i.indexrelid::regclass::text, ' '), '') from pg_index i"
                      " join pg_class c on c.oid = i.indrelid where c.relnamespace = 'porteiro'::regnamespace"
                      " and not exists (select from pg_constraint k where k.conindid = i.indexrelid)"
                      " and not exists (select from pg_inherits p where p.inhrelid = i.indexrelid)" // a partition's
                      " and obj_description(i.indexrelid) is null") == "");
}

TEST_CASE("plain SQL cannot break what the records promise")
{
    Store store;
    store.sample();
    struct Row {
        std::string name, sql, constraint;
    };
    const Row rows[] = {
        {"white space in front", "update plan set name = ' Fibra'", "text_valid"},
        {"a no-break space at the end", "update plan set name = U&'Fibra\\00a0'", "text_valid"},
        {"a control character", "update plan set note = E'a\\nb'", "text_valid"},
        {"an empty text", "update plan set note = ''", "text_valid"},
        {"the same in a list", "update plan set reply = array['ok', ' not']", "text_valid"},
        {"a password in clear", "update login set password = 'secret'::bytea", "login_password_valid"},
        {"a plan that the contract has not",
         "insert into plan (name, download, upload) values ('Other', 1, 1); update login set plan_id = 2",
         "login_plan_known"},
        {"a contract without a plan", "insert into contract (client_id, due_day) values (1, 1)", "contract_plan_valid"},
        {"a plan taken from under a login", "delete from contract_plan", "login_plan_known"},
        {"a cause that is none", "update contract set status = 'suspended', suspension_kind = 'mood'",
         "contract_suspension_kind_valid"},
        {"the 32nd", "update contract set due_day = 32", "contract_due_day_valid"},
        {"updates each 59 s", "update plan set interim = 59", "plan_interim_valid"},
        {"another client's contract",
         "insert into client (name, person) values ('B', 'foreign'); insert into charge (client_id, contract_id, due, "
         "amount)"
         " values (2, 1, '2026-01-10', 1)",
         "charge_contract_known"},
        {"an amount of nothing", "insert into charge (client_id, due, amount) values (1, '2026-01-10', 0)",
         "charge_amount_valid"},
        {"an IPv6 address for a login", "update login set ip = '2001:db8::1'", "login_ip_valid"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        std::string said = "done";
        try {
            store.sql(row.sql);
        } catch (const pqxx::sql_error& error) {
            said = error.what();
        }
        CAPTURE(said);
        CHECK(said.find(row.constraint) != std::string::npos);
    }
}

TEST_CASE("plain SQL that says one column gets the others that go with it")
{
    Store store;
    store.sample();
    store.sql("insert into charge (client_id, due, amount) values (1, '2026-01-10', 2)");
    const auto contract = [&](const std::string& change) {
        store.sql("update contract set " + change);
        return store.value("select concat_ws(' ', status, suspension_kind, suspension_origin, suspended_at is not null,"
                           " cancel_reason is not null, cancelled_at is not null) from contract");
    };
    CHECK(contract("status = 'suspended'") == "suspended request manual t f f");
    CHECK(contract("suspension_kind = 'fraud'") == "suspended fraud manual t f f");
    CHECK(contract("status = 'active'") == "active f f f");
    CHECK(contract("suspension_kind = 'debt'") == "active f f f");  // a cause alone closes no door
    CHECK(contract("status = 'cancelled'") == "cancelled f t t");
    CHECK(contract("status = 'active'") == "active f f f");
    store.sql("update local_zone set name = 'Pacific/Kiritimati'");  // UTC+14: mostly another day than the server's
    store.sql("update charge set paid = 1");
    CHECK(store.value("select paid_on = (now() at time zone 'Pacific/Kiritimati')::date from charge") == "t");
    store.sql("update charge set paid = 0");
    CHECK(store.value("select paid_on is null from charge") == "t");
    store.sql("update client set active = false, inactive_reason = 'moved'; update client set active = true");
    CHECK(store.value("select inactive_reason is null from client") == "t");
}

TEST_CASE("TRUNCATE of a record is refused, also to the owner")
{
    Store store;
    for (const auto* type : record_types()) {
        CAPTURE(type->name);
        CHECK_THROWS_AS(store.sql("truncate " + std::string{type->table} + " cascade"), pqxx::insufficient_privilege);
    }
    CHECK_THROWS_AS(store.sql("truncate history"), pqxx::insufficient_privilege);
}

TEST_CASE("X-09: the application may not write history, feed or migrations, nor delete records or make tables")
{
    Store store;
    store.sample();
    for (const auto* statement :
         {"insert into history (record, record_id, action) values ('plan', 1, 'set')", "update history set actor = 'x'",
          "delete from history", "insert into change_feed (kind, row_id) values ('plan', 1)",
          "select from schema_migration", "update schema_migration set checksum = ''", "delete from login",
          "truncate login", "create table mine (id int)", "alter table plan add x int", "drop table session",
          "create function x() returns int language sql as 'select 1'", "alter table plan disable trigger all"}) {
        CAPTURE(statement);
        pqxx::work work(store.session.connection());
        CHECK_THROWS_AS(work.exec(statement), pqxx::insufficient_privilege);
    }
    CHECK_THROWS_AS(store.sql("update history set actor = 'x'"), pqxx::insufficient_privilege);  // the owner neither
    CHECK_THROWS_AS(store.sql("delete from history"), pqxx::insufficient_privilege);
}
