// daemon/io/radius_service.hpp - joins sockets, engine, accounting and the two logs: each outcome goes where it
// belongs.
#pragma once

#include "daemon/io/accounting.hpp"
#include "daemon/io/decision_log.hpp"
#include "daemon/io/errands.hpp"
#include "daemon/io/hash_pool.hpp"
#include "daemon/io/log_limiter.hpp"
#include "daemon/io/udp.hpp"

#include "provisioning/password_form.hpp"

namespace io {

class RadiusService {
public:
    /// What a weak hash is turned into, when that is wanted.
    struct Secrets {
        const provisioning::Sealer& sealer;
        const provisioning::PasswordForms& forms;
    };
    /// Binds the sockets; throws as Udp does.
    RadiusService(boost::asio::io_context& loop, const config::Config& config, core::Engine& engine,
                  DecisionLog& decisions, DatabaseThreads& accounting_threads, DatabaseThreads& errand_threads,
                  Secrets secrets, Log& log);

    void start() { udp_.start(); }
    void stop();
    bool idle() const noexcept { return accounting_.idle(); }  ///< no accounting record on its way

private:
    void receive(const core::Datagram& datagram);
    void handle(const core::Path& path, core::Service service, core::Outcome&& outcome, core::Now now);
    void report(const core::Path& path, core::Service service, const core::Outcome& outcome, core::Now now);
    void decided(const core::Event& event, core::Now now);
    void finished(const std::vector<core::Ticket>& tickets, bool safe);
    void check_hash(core::HashWork&& work, core::Ticket ticket);
    void keep(core::Outcome& outcome);
    void wait_for_due();
    void send_due();

    core::Engine& engine_;
    DecisionLog& decisions_;
    Secrets secrets_;
    Log& log_;
    LogLimiter limiter_;
    Accounting accounting_;
    Errands errands_;
    HashPool hashes_;
    boost::asio::steady_timer due_timer_;
    std::chrono::steady_clock::time_point due_at_ = std::chrono::steady_clock::time_point::max();
    Udp udp_;
};

}  // namespace io
