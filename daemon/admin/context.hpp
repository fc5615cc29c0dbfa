// daemon/admin/context.hpp - what a command handler may reach. Built by main.cpp, lives as long as the daemon.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/core/engine.hpp"
#include "daemon/io/clerk.hpp"
#include "daemon/io/decision_log.hpp"
#include "daemon/io/drain.hpp"
#include "daemon/io/follower.hpp"
#include "daemon/io/log.hpp"
#include "daemon/io/loop_call.hpp"
#include "daemon/io/postman.hpp"
#include "provisioning/password_form.hpp"
#include "provisioning/seal.hpp"
#include "radius/dictionary.hpp"

#include <mutex>

namespace admin {

/// The configuration in force; a reload replaces it. Handlers take a copy.
class CurrentConfig {
public:
    explicit CurrentConfig(config::Config config) : config_(std::move(config)) {}
    config::Config get() const
    {
        const std::lock_guard lock(mutex_);
        return config_;
    }
    void set(config::Config config)
    {
        const std::lock_guard lock(mutex_);
        config_ = std::move(config);
    }

private:
    mutable std::mutex mutex_;
    config::Config config_;
};

class Uploads;

struct Context {
    boost::asio::io_context& loop;
    core::Engine& engine; ///< on the loop only: engine.directory(), engine.counters(), ... via io::on_loop()
    io::Follower& follower;
    io::DecisionLog& decisions; ///< flush() before reading auth_decision
    io::Drain& drain; ///< flush() before reading sessions
    const io::Journal& journal;
    const CurrentConfig& config;
    const radius::Dictionary& dictionary;
    const provisioning::Sealer& sealer; ///< copy it: one per thread
    const provisioning::PasswordForms& forms;
    const io::DatabaseAddress& database;
    io::Log& log;
    const io::Clerk& clerk;
    const io::Postman& postman;
    Uploads& uploads;
    /// While the directory is the snapshot's: when that was true. On the loop only.
    std::optional<std::chrono::system_clock::time_point> snapshot_as_of{};
};

} // namespace admin
