// daemon/io/follower.hpp - one thread that keeps the directory true: brings the database up, migrates, loads, then
// listens and polls (each 500 ms, for links that are half open) and hands the changes to the loop.
#pragma once

#include "daemon/io/database_threads.hpp"
#include "daemon/io/embedded_postgres.hpp"
#include "provisioning/store/feed.hpp"
#include "provisioning/store/usage.hpp"

namespace io {

class Follower {
public:
    /// All are called on the follower's thread; they post to the loop.
    struct Callbacks {
        /// Takes the place of what was there; with the sessions that the records have as open.
        std::function<void(std::unique_ptr<provisioning::Directory>, std::vector<provisioning::store::OpenSession>)>
            loaded;
        std::function<void(std::vector<provisioning::Change>)> changed;
        std::function<bool()> up_to_date; ///< the feed was read to its end; true: load everything once more
        std::function<void()> away; ///< the database cannot be reached (told at each attempt)
        std::function<void(std::string reason)>
            failed; ///< no retry can help (schema newer, no initdb, ...): stop, exit 1
    };
    /// `embedded` may be null (external database).
    Follower(const DatabaseAddress& address, EmbeddedPostgres* embedded, provisioning::store::EntryHooks hooks,
             Callbacks callbacks, Watchdog& watchdog, Log& log);
    ~Follower(); ///< stop() and join

    void start();
    void stop();

    /// For `status`; any thread. state: starting|up|away. lag: seconds since the feed was last read to its end.
    struct State {
        std::string_view state;
        double lag_s;
    };
    State state() const noexcept;

    /// Waits while the database has not been up yet, at most `longest`; false: it still is not. Any other thread.
    bool wait_until_up(std::chrono::milliseconds longest);

    /// Waits until what was committed before the call has been read and handed to the loop, at most `longest`. Any
    /// other thread than the loop and the follower's own.
    void catch_up(std::chrono::milliseconds longest);

private:
    void run();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace io
