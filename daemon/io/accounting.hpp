// daemon/io/accounting.hpp - takes usage from the loop to the database in batches and says when it is safe there. One
// batch is on its way at a time; what comes meanwhile makes the next.
#pragma once

#include "daemon/core/engine.hpp"
#include "daemon/io/database_threads.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace io {

class Accounting {
public:
    static constexpr std::size_t batch_records = 1000;
    /// For a record that no NAS repeats (a session that another took over): when it cannot be stored, it is kept
    /// until a batch is stored again. At most `most_kept` are.
    static constexpr core::Ticket nobody_waits = 0;
    static constexpr std::size_t most_kept = 10'000;

    /// On the loop, for each batch: committed, or not stored at all.
    using Done = std::function<void(const std::vector<core::Ticket>& tickets, bool safe)>;

    Accounting(boost::asio::io_context& loop, DatabaseThreads& threads, Log& log, Done done);

    void add(const provisioning::Usage& usage, core::Ticket ticket);  ///< on the loop
    bool idle() const noexcept { return !in_flight_ && waiting_.records.empty(); }

private:
    struct Batch {
        std::vector<provisioning::Usage> records;
        std::vector<core::Ticket> tickets;
    };
    void hand_over();
    void finished(const Batch& batch, const std::string& failure);
    void keep_unowned(const Batch& batch);

    boost::asio::io_context& loop_;
    DatabaseThreads& threads_;
    Log& log_;
    Done done_;
    Batch waiting_;
    std::vector<provisioning::Usage> kept_;
    bool in_flight_ = false;
    bool failing_ = false;
};

}  // namespace io
