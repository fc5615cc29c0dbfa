// daemon/io/errands.hpp - what a decision has taught and the records are to keep: written in the background, tried
// again while the database is away. Best effort: what is lost is learned again.
#pragma once

#include "daemon/io/database_threads.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>

namespace io {

class Errands {
public:
    using Errand = std::function<void(provisioning::store::Session&)>;  ///< throws Unavailable to be tried again

    Errands(boost::asio::io_context& loop, DatabaseThreads& threads, Log& log);
    /// On the loop. `what` names it in the log when the records refuse it. The oldest gives way to the 1,000th.
    void add(std::string what, Errand errand);
    void stop() { timer_.cancel(); }

private:
    struct Waiting {
        std::string what;
        Errand errand;
    };
    void run_next();
    void finished(std::shared_ptr<Waiting> waiting, bool away, const std::string& refused);

    boost::asio::io_context& loop_;
    DatabaseThreads& threads_;
    Log& log_;
    boost::asio::steady_timer timer_;
    std::deque<Waiting> waiting_;
    bool running_ = false;
};

}  // namespace io
