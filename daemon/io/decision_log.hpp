// daemon/io/decision_log.hpp - the last decisions on their way to PostgreSQL: a bounded ring of octets on the loop,
// written in batches several times a second. Best effort by design: when the database is away the oldest are dropped
// and counted.
#pragma once

#include "daemon/core/engine.hpp"
#include "daemon/io/database_threads.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <future>
#include <memory>

namespace io {

class DecisionLog {
public:
    /// `threads`: one thread, so that batches are written one after the other.
    DecisionLog(boost::asio::io_context& loop, DatabaseThreads& threads, core::Counters& counters);

    /// On the loop; allocates nothing. The first ten equal decisions (NAS, login, method, reason, MAC) of a minute are
    /// kept one by one, those after them are folded into one record per batch with their count.
    void add(const core::Event& decided, provisioning::Instant at) noexcept;
    /// From any other thread: returns when what was added before is in the database (or after 2 s, or when it is away).
    void flush();
    void stop(); ///< on the loop: hands over what is left, takes no more

private:
    struct Batch;
    void schedule();
    void hand_over(std::shared_ptr<std::promise<void>> done);
    void returned(const Batch& batch, bool stored);
    std::uint8_t* room_for(std::size_t octets) noexcept;
    void drop_oldest() noexcept;
    std::uint64_t end_of(std::uint64_t position) const noexcept;
    std::vector<provisioning::AuthRecord> folded(const Batch& batch);
    std::uint32_t times_this_minute(const provisioning::AuthRecord& record, std::size_t hash);

    boost::asio::io_context& loop_;
    DatabaseThreads& threads_;
    core::Counters& counters_;
    boost::asio::steady_timer timer_;
    bool timer_runs_ = false;
    bool stopped_ = false;
    std::size_t in_flight_ = 0;
    std::uint64_t dropped_in_flight_ = 0; ///< records that left the ring while their batch was on its way
    std::unique_ptr<std::uint8_t[]> ring_; ///< pages are touched as they are used
    /// Positions in the endless stream of octets; a record never spans the ring's end.
    std::uint64_t oldest_ = 0, handed_over_ = 0, written_ = 0;
    // the database thread's:
    std::int64_t minute_ = 0;
    boost::unordered_flat_map<std::size_t, std::uint32_t> seen_this_minute_;
};

} // namespace io
