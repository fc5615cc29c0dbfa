// provisioning/store/migrate.cpp - applies schema/*.sql. The advisory lock is held by each step's transaction, which
// looks again what is missing: so two daemons take turns, and one that dies leaves nothing half done.
#include "provisioning/store/migrate.hpp"

#include <fmt/format.h>

#include <map>

namespace provisioning::store {
namespace {

using Mode = Transaction::Mode;
constexpr std::chrono::minutes step_deadline{10};
constexpr int oldest_server = 150000;

void check_server(Session& owner)
{
    Transaction t(owner, {});
    const auto server = t.work().exec_params1(
        "select current_setting('server_encoding'), current_setting('server_version_num')::int, current_database()");
    if (server[1].as<int>() < oldest_server) throw MigrationError("the server is older than PostgreSQL 15");
    if (server[0].as<std::string>() != "UTF8") {
        throw MigrationError("the database " + server[2].as<std::string>() + " has the encoding " +
                             server[0].as<std::string>() +
                             ", make one with: create database NAME encoding 'UTF8' template template0");
    }
}

// PostgreSQL 16 tells membership and the right to SET ROLE apart.
constexpr auto may_work_as_application =
    "select coalesce(bool_or(pg_has_role(session_user, oid,"
    " case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end)), false)"
    " from pg_roles where rolname = 'porteiro_app'";

void make_role_once(Session& owner)
{
    Transaction t(owner, {});
    t.work().exec0("do $$ begin create role porteiro_app nologin;"
                   " exception when duplicate_object or unique_violation then null; end $$");
    if (!t.work().exec_params1(may_work_as_application)[0].as<bool>())
        t.work().exec0("grant porteiro_app to session_user");
    t.commit();
}

/// Roles belong to the cluster, advisory locks to a database: another database's migration may do the same at the same
/// moment, and one of the two then fails on the catalogue.
void make_role(Session& owner)
{
    std::string who;
    {
        Transaction t(owner, {});
        who = t.work().exec_params1("select quote_ident(session_user)")[0].as<std::string>();
        if (t.work().exec_params1(may_work_as_application)[0].as<bool>()) return;
    }
    constexpr int tries = 5;
    for (int attempt = 1;; ++attempt) {
        try {
            return make_role_once(owner);
        } catch (const pqxx::insufficient_privilege&) {
            throw MigrationError(fmt::format("the role {0} may not make the application's role; run as a superuser:"
                                             " create role porteiro_app nologin; grant porteiro_app to {0}",
                                             who));
        } catch (const pqxx::sql_error& error) {
            const bool met_another = error.sqlstate() == "XX000" || error.sqlstate() == "23505";
            if (!met_another || attempt == tries) throw;
        }
    }
}

void take_turn(Transaction& t) { t.work().exec_params1("select pg_advisory_xact_lock($1, $2)", 0x706f7274, 1); }

void make_schema(Session& owner)
{
    Transaction t(owner, {}, Mode::read_write, step_deadline);
    const auto there = t.work().exec_params1("select to_regclass('porteiro.schema_migration') is not null");
    if (there[0].as<bool>()) return;
    take_turn(t);
    try {
        t.work().exec0("create schema if not exists porteiro");
    } catch (const pqxx::insufficient_privilege&) {
        throw MigrationError("the role that connects must own the database (or: grant create on database to it)");
    }
    t.work().exec0(
        "create table if not exists porteiro.schema_migration (number integer primary key, name text not null,"
        " checksum text not null, applied_at timestamptz not null default now())");
    t.commit();
}

/// The first step that the database lacks; null: none. Throws when it holds what this program does not know.
const Migration* missing(Transaction& t, std::span<const Migration> migrations)
{
    std::map<int, std::string> applied;
    const int known = migrations.empty() ? 0 : migrations.back().number;
    for (const auto& row :
         t.work().exec_params("select number, name, checksum from schema_migration order by number")) {
        const int number = row[0].as<int>();
        if (number > known) {
            throw MigrationError("the database holds migration " + std::to_string(number) + " (" +
                                 row[1].as<std::string>() + "), this porteirod knows up to " + std::to_string(known) +
                                 ": install the newer release, or restore a backup from before the upgrade");
        }
        applied[number] = row[2].as<std::string>();
    }
    const Migration* first = nullptr;
    for (const auto& step : migrations) {
        const auto at = applied.find(step.number);
        if (at == applied.end()) {
            if (first == nullptr) first = &step;
            continue;
        }
        const auto checksum =
            t.work().exec_params1("select encode(sha256(convert_to($1, 'UTF8')), 'hex')", std::string{step.sql});
        if (checksum[0].as<std::string>() != at->second) {
            throw MigrationError("migration " + std::string{step.name} +
                                 " is not the one that this database was made with: install the release that it came"
                                 " from, or a newer one");
        }
    }
    return first;
}

bool apply_one(Session& owner, std::span<const Migration> migrations)
{
    Transaction t(owner, {}, Mode::read_write, step_deadline);
    take_turn(t);
    const auto* step = missing(t, migrations);
    if (step == nullptr) return false;
    try {
        t.work().exec(std::string{step->sql});
        t.work().exec_params0("insert into schema_migration (number, name, checksum)"
                              " values ($1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'))",
                              step->number, std::string{step->name}, std::string{step->sql});
        t.commit();
    } catch (const pqxx::sql_error& error) {
        throw MigrationError("migration " + std::string{step->name} + " failed: " + error.what());
    }
    return true;
}

/// The session's time zone, for what plain SQL computes by date; see schema/0003_plain_sql.sql.
void tell_zone(Session& owner)
{
    Transaction t(owner, {});
    if (t.work().exec_params1("select to_regclass('porteiro.local_zone') is null")[0].as<bool>()) return;
    t.work().exec_params0("update local_zone set name = current_setting('timezone')"
                          " where name <> current_setting('timezone')");
    t.commit();
}

}  // namespace

int migrate(Session& owner, std::span<const Migration> migrations)
{
    try {
        check_server(owner);
        make_role(owner);
        make_schema(owner);
        const bool complete = [&] {
            Transaction t(owner, {});
            return missing(t, migrations) == nullptr;
        }();
        int applied = 0;
        while (!complete && apply_one(owner, migrations)) ++applied;
        tell_zone(owner);
        return applied;
    } catch (...) {
        throw_refusal(owner);
    }
}

}  // namespace provisioning::store
