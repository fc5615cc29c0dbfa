// daemon/io/drain.hpp - one thread that brings the journal into the database, in large batches that may be repeated,
// and keeps the accounting tables in order there (partitions, retention). Protocol N-14, N-18, N-19, F-03 to F-07.
#pragma once

#include "daemon/io/database_threads.hpp"
#include "daemon/io/journal/journal.hpp"

namespace io {

class Drain {
public:
    /// `daemon`: see daemon_name.hpp.
    Drain(Journal& journal, const DatabaseAddress& address, std::string daemon, Watchdog& watchdog, Log& log);
    ~Drain(); ///< stop()

    void start();
    void stop(); ///< drains on until the journal is empty or the watchdog's last moment has come; joins
    void set_retention(std::chrono::days retention); ///< of sessions and traffic after their end; any thread

    /// Waits until what is durable now is in the database, at most so long; false: it is not. Any thread but the loop
    /// and its own.
    bool flush(std::chrono::milliseconds longest);

    /// For `status`; any thread.
    struct State {
        bool up = false; ///< the last batch went in
        double records_per_second = 0; ///< over the last seconds of work
        std::uint64_t drained = 0, dead_letters = 0, replayed = 0;
        std::string problem;
    };
    State state() const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace io
