// daemon/io/enforcer.hpp - gives the reconciler its clock, its sockets and its place in the records: when something is
// due, what it sends leaves, what came of it is written down, and what logins have used of their allowances is read.
#pragma once

#include "daemon/core/reconcile/reconciler.hpp"
#include "daemon/io/errands.hpp"
#include "daemon/io/udp.hpp"

namespace io {

class Enforcer {
public:
    /// `threads`: where allowances are read; `errands`: by which attempts are written; `timezone`: of the periods.
    Enforcer(boost::asio::io_context& loop, core::Engine& engine, Udp& udp, DatabaseThreads& threads, Errands& errands,
             std::string timezone, Log& log);

    // On the loop, all of it.
    void start();
    void stop();
    void receive(const core::Datagram& datagram, core::Now now);
    /// Something may be due sooner than it said. Many calls before the loop gets to it are one.
    void wake();
    /// The directory came from the database: allowances are read now, and then every quarter of an hour.
    void records_loaded();

private:
    void work();
    void wait_until(std::chrono::steady_clock::time_point when);
    void keep_attempts();
    void read_allowances();
    void tell_allowances();
    void each_second();

    boost::asio::io_context& loop_;
    core::Engine& engine_;
    Udp& udp_;
    DatabaseThreads& threads_;
    Errands& errands_;
    std::string timezone_;
    Log& log_;
    boost::asio::steady_timer timer_, second_timer_, allowance_timer_;
    std::vector<provisioning::EnforcementAttempt> attempts_; ///< not yet handed over
    bool woken_ = false, stopped_ = false, reading_ = false;
};

} // namespace io
