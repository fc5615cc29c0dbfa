// tests/unit/store/database.cpp - databases for the tests.
#include "database.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace store_tests {

ThreadWatch::ThreadWatch() : thread_([this] { run(); }) {}

ThreadWatch::~ThreadWatch()
{
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void ThreadWatch::arm(int socket, std::chrono::steady_clock::time_point until)
{
    {
        const std::lock_guard lock(mutex_);
        armed_[socket] = until;
    }
    changed_.notify_all();
}

void ThreadWatch::release(int socket) noexcept
{
    const std::lock_guard lock(mutex_);
    armed_.erase(socket);
}

void ThreadWatch::run()
{
    std::unique_lock lock(mutex_);
    while (!ending_) {
        auto next = std::chrono::steady_clock::now() + 1h;
        for (auto at = armed_.begin(); at != armed_.end();) {
            if (at->second <= std::chrono::steady_clock::now()) {
                ::shutdown(at->first, SHUT_RDWR);
                at = armed_.erase(at);
            } else {
                next = std::min(next, at->second);
                ++at;
            }
        }
        changed_.wait_until(lock, next);
    }
}

ThreadWatch& watch()
{
    static ThreadWatch one;
    return one;
}

std::string server()
{
    const char* set = std::getenv("PORTEIRO_TEST_DATABASE");
    return set == nullptr ? "" : set;
}

std::string connection_of(const std::string& database) { return server() + " dbname=" + database; }

void execute(const std::string& connection, const std::string& sql)
{
    pqxx::connection link(connection);
    pqxx::nontransaction work(link);
    work.exec(sql);
}

EmptyDatabase::EmptyDatabase(const std::string& like)
{
    static int made = 0;
    name_ = "porteiro_test_" + std::to_string(::getpid()) + '_' + std::to_string(++made);
    execute(connection_of("postgres"), "create database " + name_ + " encoding 'UTF8' template " + like);
}

EmptyDatabase::~EmptyDatabase()
{
    execute(connection_of("postgres"), "drop database if exists " + name_ + " with (force)");
}

namespace {
std::unique_ptr<EmptyDatabase>& template_database()
{
    static std::unique_ptr<EmptyDatabase> one;
    return one;
}
}  // namespace

const std::string& migrated()
{
    auto& one = template_database();
    if (!one) {
        one = std::make_unique<EmptyDatabase>();
        Session owner(one->connection(), Role::owner, watch());
        migrate(owner);
    }
    return one->name();
}

void drop_migrated() { template_database().reset(); }

std::array<std::uint8_t, Sealer::key_octets> test_key()
{
    std::array<std::uint8_t, Sealer::key_octets> key{};
    key.fill(7);
    return key;
}

Store::Store() : sealer(test_key()) {}

Record Store::add(const RecordType& type, const Record& typed)
{
    return store::add(session, sealer, type, checked_for_add(type, typed), actor);
}

std::int64_t Store::add_id(const RecordType& type, const Record& typed)
{
    return std::stoll(one(add(type, typed), "id"));
}

void Store::sql(const std::string& statement)
{
    pqxx::work work(owner.connection());
    work.exec(statement);
    work.commit();
}

std::string Store::value(const std::string& query)
{
    pqxx::work work(owner.connection());
    return work.exec1(query)[0].as<std::string>("");
}

void Store::cut_without_notice()
{
    sql("insert into setting (name, value) values ('ladder.require_notice', 'no'), ('guard.percent', '0'),"
        " ('guard.number', '0')");
}

void Store::sample()
{
    add(plan_type, {{"name", {"Fibra 300"}}, {"download", {"300M"}}, {"upload", {"150M"}}, {"price", {"99,90"}}});
    add(client_type, {{"name", {"João da Silva"}},
                      {"person", {"natural"}},
                      {"document", {"529.982.247-25"}},
                      {"email", {"joao@example.com"}},
                      {"mobile", {"(11) 91234-5678"}}});
    add(contract_type, {{"client", {"1"}}, {"plan", {"fibra 300"}}, {"due_day", {"10"}}});
    add(login_type, {{"login", {"joao@isp"}}, {"contract", {"1"}}, {"password", {"canary-password"}}});
}

std::string one(const Record& record, std::string_view field)
{
    const auto at = record.find(field);
    if (at == record.end()) return "(absent)";
    std::string joined;
    for (const auto& value : at->second) joined += (joined.empty() ? "" : "|") + value;
    return joined;
}

}  // namespace store_tests
