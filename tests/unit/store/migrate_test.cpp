// tests/unit/store/migrate_test.cpp - the schema's steps: once each, in order, never behind another's back.
#include "database.hpp"

using namespace store_tests;

namespace {

const Migration steps[] = {{1, "0001_one", "create table one (id int)"}, {2, "0002_two", "create table two (id int)"}};
const Migration edited[] = {{1, "0001_one", "create table one (id bigint)"}};
const Migration wrong[] = {steps[0], {2, "0002_two", "create table two (id int); select 1/0"}};

std::string failure(Session& owner, std::span<const Migration> migrations)
{
    try {
        migrate(owner, migrations);
    } catch (const MigrationError& error) {
        return error.what();
    }
    return "done";
}

std::string tables(const EmptyDatabase& database)
{
    pqxx::connection link(database.connection());
    pqxx::work work(link);
    return work
        .exec1("select coalesce(string_agg(tablename, ' ' order by tablename), '') from pg_tables"
               " where schemaname = 'porteiro'")[0]
        .as<std::string>();
}

}  // namespace

TEST_CASE("each step is applied once")
{
    EmptyDatabase database;
    Session owner(database.connection(), Role::owner, watch());
    CHECK(migrate(owner, std::span{steps}.first(1)) == 1);
    CHECK(migrate(owner, steps) == 1);
    CHECK(migrate(owner, steps) == 0);
    CHECK(tables(database) == "one schema_migration two");
}

TEST_CASE("the compiled steps are numbered from 1 without a gap, and the second time there is nothing to do")
{
    for (std::size_t i = 0; i < compiled_migrations.size(); ++i) {
        CHECK(compiled_migrations[i].number == static_cast<int>(i) + 1);
        const auto number = std::to_string(i + 1);
        CHECK(compiled_migrations[i].name.substr(0, 4) == std::string(4 - number.size(), '0') + number);
    }
    EmptyDatabase database(migrated());
    Session owner(database.connection(), Role::owner, watch());
    CHECK(migrate(owner) == 0);
}

TEST_CASE("an edited step, a newer database and a failing step are refused, and leave nothing behind")
{
    EmptyDatabase database;
    Session owner(database.connection(), Role::owner, watch());
    CHECK(failure(owner, wrong).starts_with("migration 0002_two failed: "));
    CHECK(tables(database) == "one schema_migration");
    CHECK(failure(owner, edited) ==
          "migration 0001_one is not the one that this database was made with: install the release"
          " that it came from, or a newer one");
    CHECK(failure(owner, steps) == "done");
    CHECK(failure(owner, std::span{steps}.first(1)) == "the database holds migration 2 (0002_two), this porteirod "
                                                       "knows up to 1: install the newer release, or restore a"
                                                       " backup from before the upgrade");
}

TEST_CASE("two daemons that start at once take turns")
{
    EmptyDatabase database;
    std::vector<int> applied(2, -1);
    {
        std::vector<std::jthread> daemons;
        for (auto& count : applied) {
            daemons.emplace_back([&] {
                Session owner(database.connection(), Role::owner, watch());
                count = migrate(owner);
            });
        }
    }
    CHECK(applied[0] + applied[1] == static_cast<int>(compiled_migrations.size()));
}

TEST_CASE("an owner that is no superuser migrates when it may make the role, and is told what to run when not")
{
    struct Row {
        std::string name, attributes, outcome;
    };
    const auto tag = std::to_string(::getpid());
    const Row rows[] = {{"porteiro_test_maker_" + tag, "createrole", "done"},
                        {"porteiro_test_plain_" + tag, "nocreaterole",
                         "the role porteiro_test_plain_" + tag +
                             " may not make the application's role; run as a superuser:"
                             " create role porteiro_app nologin; grant porteiro_app to porteiro_test_plain_" +
                             tag}};
    for (const auto& row : rows) {
        EmptyDatabase database;
        execute(database.connection(), "create role " + row.name + " login " + row.attributes);
        execute(database.connection(), "alter database " + database.name() + " owner to " + row.name);
        {
            Session owner(database.connection() + " user=" + row.name, Role::owner, watch());
            CHECK(failure(owner, compiled_migrations) == row.outcome);
            if (row.outcome == "done") {
                Session application(database.connection() + " user=" + row.name, Role::application, watch());
                CHECK(list(application, plan_type, {{}, 0, 0, "", Rows::live}).empty());
            }
        }
        execute(connection_of("postgres"), "drop database " + database.name() + " with (force)");
        execute(connection_of("postgres"), "drop role " + row.name);
    }
}

TEST_CASE("a database that is not UTF-8 is refused with what to do")
{
    const std::string name = "porteiro_test_latin_" + std::to_string(::getpid());
    execute(connection_of("postgres"), "create database " + name + " encoding 'LATIN1' locale 'C' template template0");
    {
        Session owner(connection_of(name), Role::owner, watch());
        CHECK(failure(owner, compiled_migrations).starts_with("the database " + name + " has the encoding LATIN1"));
    }
    execute(connection_of("postgres"), "drop database " + name);
}
