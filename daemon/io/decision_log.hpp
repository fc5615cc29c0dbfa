// daemon/io/decision_log.hpp - the last decisions on their way to PostgreSQL: a bounded ring on the loop, written in
// batches several times a second. Best effort by design: when the database is away the oldest are dropped and counted.
#pragma once

#include "daemon/core/counters.hpp"
#include "daemon/io/database_threads.hpp"
#include "provisioning/usage.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <deque>
#include <future>
#include <memory>

namespace io {

class DecisionLog {
public:
    DecisionLog(boost::asio::io_context& loop, DatabaseThreads& threads, core::Counters& counters);

    /// On the loop. The first ten equal decisions (NAS, login, reason, MAC) of a minute are kept one by one, those
    /// after them are folded into one record per flush with their count.
    void add(provisioning::AuthRecord record);
    /// From any other thread: returns when what was added before is in the database (or after 2 s, or when it is away).
    void flush();
    void stop(); ///< on the loop: hands over what is left, takes no more

private:
    struct Batch;
    void schedule();
    void hand_over(std::shared_ptr<std::promise<void>> done);
    void returned(Batch& batch, bool stored);

    boost::asio::io_context& loop_;
    DatabaseThreads& threads_;
    core::Counters& counters_;
    boost::asio::steady_timer timer_;
    bool timer_runs_ = false;
    std::deque<provisioning::AuthRecord> waiting_;
    std::size_t in_flight_ = 0;
    bool stopped_ = false;
    std::int64_t minute_ = 0;
    boost::unordered_flat_map<std::size_t, std::uint32_t> seen_this_minute_;
};

} // namespace io
