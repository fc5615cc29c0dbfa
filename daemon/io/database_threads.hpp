// daemon/io/database_threads.hpp - the threads that may wait for PostgreSQL, each with its own session, and the
// watchdog that frees them when a server hangs. Nothing else in the daemon waits for the database.
#pragma once

#include "daemon/io/log.hpp"
#include "provisioning/store/session.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace io {

/// Shuts down sockets whose deadline has passed. One thread, started by the constructor.
class Watchdog final : public provisioning::store::Watch {
public:
    Watchdog();
    ~Watchdog() override;
    void arm(int socket, std::chrono::steady_clock::time_point until) override;
    void release(int socket) noexcept override;
    /// The daemon is stopping: no wait, present or future, lasts beyond `until`.
    void finish_by(std::chrono::steady_clock::time_point until);

private:
    void run();
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<int, std::chrono::steady_clock::time_point> armed_;
    std::chrono::steady_clock::time_point latest_ = std::chrono::steady_clock::time_point::max();
    bool stopping_ = false;
    std::thread thread_;
};

/// How to reach the database; the same for every session.
struct DatabaseAddress {
    std::string connection;
    std::string timezone;
};

/// A thread's session: made when asked for, thrown away once broken.
class SessionSource {
public:
    SessionSource(const DatabaseAddress& address, Watchdog& watchdog) : address_(address), watchdog_(watchdog) {}
    /// Throws provisioning::store::Unavailable when the database cannot be reached (at once while an attempt that
    /// failed slowly is younger than 500 ms, so that a queue of tasks does not wait for one time-out each).
    provisioning::store::Session& get();
    /// Drops the session if it broke; called after each task.
    void tidy() noexcept;

private:
    DatabaseAddress address_;
    Watchdog& watchdog_;
    std::unique_ptr<provisioning::store::Session> session_;
    std::chrono::steady_clock::time_point failed_at_{};
    std::optional<provisioning::store::Unavailable> failure_;
};

class DatabaseThreads {
public:
    using Task = std::function<void(SessionSource&)>; ///< must not throw

    /// `name` is the threads' name ("db-admin"); at most `queue` tasks wait.
    DatabaseThreads(std::string name, std::size_t threads, std::size_t queue, const DatabaseAddress& address,
                    Watchdog& watchdog);
    ~DatabaseThreads(); ///< runs what is queued, then joins

    bool post(Task task); ///< false: the queue is full, or it is stopping
    void stop(); ///< takes no new task, runs what is queued, joins

private:
    void run(const DatabaseAddress& address, Watchdog& watchdog);
    std::string name_;
    std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Task> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace io
