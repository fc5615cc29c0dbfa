// tests/unit/store/database.hpp - a real database for each test case, copied from one that was migrated once.
// PORTEIRO_TEST_DATABASE: a libpq connection string (keywords) of a server, as a role that may create databases and
// roles.
#pragma once

#include "provisioning/store/migrate.hpp"
#include "provisioning/store/records.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace store_tests {

using namespace provisioning;
using namespace provisioning::store;
using namespace std::chrono_literals;

/// The watch of the daemon, in small: one thread that shuts down what is overdue.
class ThreadWatch : public Watch {
public:
    ThreadWatch();
    ~ThreadWatch() override;
    ThreadWatch(const ThreadWatch&) = delete;
    ThreadWatch& operator=(const ThreadWatch&) = delete;
    void arm(int socket, std::chrono::steady_clock::time_point until) override;
    void release(int socket) noexcept override;

private:
    void run();
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<int, std::chrono::steady_clock::time_point> armed_;
    bool ending_ = false;
    std::thread thread_;
};
ThreadWatch& watch();

std::string server();                            ///< PORTEIRO_TEST_DATABASE
std::string connection_of(const std::string& database);
void execute(const std::string& connection, const std::string& sql);  ///< as the owner, outside any transaction

/// An empty database with a unique name, dropped at the end.
class EmptyDatabase {
public:
    explicit EmptyDatabase(const std::string& like = "template0");
    ~EmptyDatabase();
    EmptyDatabase(const EmptyDatabase&) = delete;
    EmptyDatabase& operator=(const EmptyDatabase&) = delete;
    const std::string& name() const { return name_; }
    std::string connection() const { return connection_of(name_); }

private:
    std::string name_;
};

/// The migrated database that the others are copied from; made at the first use, dropped by main().
const std::string& migrated();
void drop_migrated();

/// What most test cases need: a migrated database, a session of the application and one of the owner.
struct Store {
    EmptyDatabase database{migrated()};
    Session session{database.connection(), Role::application, watch(), "America/Sao_Paulo"};
    Session owner{database.connection(), Role::owner, watch(), "America/Sao_Paulo"};
    Sealer sealer;
    Actor actor{"ana", "", "192.0.2.7"};

    Store();
    Record add(const RecordType& type, const Record& typed);
    std::int64_t add_id(const RecordType& type, const Record& typed);
    void sql(const std::string& statement);                ///< as the owner, committed
    std::string value(const std::string& query);           ///< one value as text, "" for null
    /// Debts close access without a notice, however many: for tests of what else does.
    void cut_without_notice();
    /// A provider's smallest book: plan "Fibra 300", client, contract, login "joao@isp"; ids 1.
    void sample();
};

std::array<std::uint8_t, Sealer::key_octets> test_key();

/// What `run` refuses, as "CODE what()"; "done" when it does not.
template <class Run>
std::string refusal(Run run)
{
    try {
        run();
    } catch (const Refusal& refused) {
        return std::string{name(refused.code())} + ' ' + refused.what();
    }
    return "done";
}

std::string one(const Record& record,
                std::string_view field);  ///< its value; values of a list joined by '|'; "" for none

}  // namespace store_tests
