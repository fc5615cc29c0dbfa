// daemon/io/radius_service.hpp - joins sockets, engine, accounting and the two logs: each outcome goes where it
// belongs.
#pragma once

#include "daemon/io/accounting.hpp"
#include "daemon/io/decision_log.hpp"
#include "daemon/io/log_limiter.hpp"
#include "daemon/io/udp.hpp"

namespace io {

class RadiusService {
public:
    /// Binds the sockets; throws as Udp does.
    RadiusService(boost::asio::io_context& loop, const config::Config& config, core::Engine& engine,
                  DecisionLog& decisions, DatabaseThreads& accounting_threads, Log& log);

    void start() { udp_.start(); }
    void stop() { udp_.stop(); }
    bool idle() const noexcept { return accounting_.idle(); }  ///< no accounting record on its way

private:
    void receive(const core::Datagram& datagram);
    void report(const core::Datagram& datagram, const core::Outcome& outcome, core::Now now);
    void decided(const core::Event& event, core::Now now);
    void finished(const std::vector<core::Ticket>& tickets, bool safe);

    core::Engine& engine_;
    DecisionLog& decisions_;
    Log& log_;
    LogLimiter limiter_;
    Accounting accounting_;
    Udp udp_;
};

}  // namespace io
