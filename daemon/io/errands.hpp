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

    static constexpr std::size_t most_waiting = 1000;
    static constexpr std::chrono::seconds usual_pause{2};

    /// `pause`: before the next attempt while the database is away.
    Errands(boost::asio::io_context& loop, DatabaseThreads& threads, Log& log,
            std::chrono::milliseconds pause = usual_pause);
    /// On the loop. `what` names it in the log when the records refuse it. They are done in order; when `most_waiting`
    /// wait, the oldest gives way.
    void add(std::string what, Errand errand);
    void stop(); ///< on the loop: what is in work ends, nothing is begun or tried again

private:
    struct Waiting {
        std::string what;
        Errand errand;
    };
    void run_next();
    void finished(Waiting& done, bool away, const std::string& refused);

    boost::asio::io_context& loop_;
    DatabaseThreads& threads_;
    Log& log_;
    boost::asio::steady_timer timer_;
    std::deque<Waiting> waiting_;
    std::chrono::milliseconds pause_;
    bool running_ = false; ///< one is in work, or the pause runs
    bool stopped_ = false;
};

} // namespace io
