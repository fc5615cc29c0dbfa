// daemon/io/radius_service.hpp - joins sockets, engine, journal and the two logs: each outcome goes where it belongs.
#pragma once

#include "daemon/io/decision_log.hpp"
#include "daemon/io/enforcer.hpp"
#include "daemon/io/errands.hpp"
#include "daemon/io/hash_pool.hpp"
#include "daemon/io/journal/journal.hpp"
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
                  DecisionLog& decisions, Journal& journal, DatabaseThreads& errand_threads, Secrets secrets, Log& log);

    void start(); ///< the journal too
    void stop();
    bool idle() const noexcept { return journal_.idle(); } ///< no accounting record on its way to the disk
    void records_changed(); ///< the engine's directory did: sessions may have to follow
    void records_loaded();  ///< all of them, from the database

private:
    void receive(const core::Datagram& datagram);
    void handle(const core::Path& path, core::Service service, core::Outcome&& outcome, core::Now now);
    void report(const core::Path& path, core::Service service, const core::Outcome& outcome, core::Now now);
    void decided(const core::Event& event, core::Now now);
    void finished(const std::vector<core::Ticket>& tickets, bool durable);
    void check_hash(core::HashWork&& work, core::Ticket ticket);
    void keep(core::Outcome& outcome);
    void wait_for_due();
    void send_due();
    void each_second();
    void report_silences(core::Now now);

    core::Engine& engine_;
    DecisionLog& decisions_;
    Secrets secrets_;
    Log& log_;
    LogLimiter limiter_;
    Journal& journal_;
    Errands errands_;
    HashPool hashes_;
    boost::asio::steady_timer due_timer_, second_timer_;
    std::chrono::steady_clock::time_point due_at_ = std::chrono::steady_clock::time_point::max();
    Udp udp_;
    Enforcer enforcer_;
};

}  // namespace io
