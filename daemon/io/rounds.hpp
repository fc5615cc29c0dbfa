// daemon/io/rounds.hpp - a thread with a session of its own that looks again and again for something to do: at every
// change of the records, and from time to time. It outlives the database's absence.
#pragma once

#include "daemon/io/database_threads.hpp"

#include <functional>

namespace io {

class Rounds {
public:
    /// One look; whether there is more to do at once. Throws when the database went away.
    using Look = std::function<bool(provisioning::store::Session&)>;
    /// Told why the database cannot be reached.
    using Away = std::function<void(const std::string&)>;

    Rounds(const char* name, const DatabaseAddress& address, Watchdog& watchdog,
           std::chrono::milliseconds longest_wait);
    ~Rounds(); ///< stop()

    void start(Look look, Away away);
    void stop(); ///< waits for the end of the look that is under way
    bool stopping() const;

private:
    bool rest(std::chrono::milliseconds longest); ///< false once it is to end
    void go(const Look& look);

    const char* name_;
    DatabaseAddress address_;
    Watchdog& watchdog_;
    std::chrono::milliseconds longest_wait_;
    std::thread thread_;
    mutable std::mutex mutex_;
    std::condition_variable stop_changed_;
    bool stopping_ = false; ///< guarded by mutex_
};

} // namespace io
