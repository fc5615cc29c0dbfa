// tests/unit/io/private_database.hpp - an embedded PostgreSQL in a state directory of its own. initdb runs once per
// program; the others start from a copy of what it made.
#pragma once

#include "daemon/io/embedded_postgres.hpp"
#include "daemon/io/postgres_cluster.hpp"
#include "tests/unit/io/temporary.hpp"

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <memory>

enum class Start { empty, copied };

struct PrivateDatabase {
    Temporary here;
    io::Log log{config::LogLevel::error};
    std::string state;
    std::unique_ptr<io::EmbeddedPostgres> postgres;

    explicit PrivateDatabase(Start start = Start::copied, const std::string& directory = "state")
        : state(here.path(directory))
    {
        std::filesystem::create_directories(state + "/postgres");
        if (start == Start::copied) {
            const auto copy = "cp -a " + made_once() + "/postgres/data " + state + "/postgres/";
            REQUIRE(std::system(copy.c_str()) == 0);
        }
        renew();
    }
    ~PrivateDatabase()
    {
        if (!postgres) renew();
        postgres->stop();
    }
    void renew() { postgres = std::make_unique<io::EmbeddedPostgres>(state, log); }
    std::string data() const { return state + "/postgres/data"; }
    pid_t postmaster() const
    {
        const auto file = io::read_pid_file(data());
        return file && io::is_postgres_of(file->pid, data()) ? file->pid : 0;
    }
    /// The first value that `sql` gives the owner; "" for none.
    std::string ask(const std::string& sql) const
    {
        pqxx::connection connection(postgres->connection());
        pqxx::nontransaction work(connection);
        const auto rows = work.exec(sql);
        return rows.empty() ? "" : rows[0][0].c_str();
    }

private:
    static const std::string& made_once()
    {
        struct Made {
            Temporary here;
            std::string state = here.path("state");
            Made()
            {
                std::filesystem::create_directories(state);
                io::Log log(config::LogLevel::error);
                io::EmbeddedPostgres postgres(state, log);
                while (!postgres.ensure_running(std::chrono::seconds{60})) {
                }
                postgres.stop();
            }
        };
        static const Made made;
        return made.state;
    }
};
