// daemon/io/journal/queue.hpp - records on their way from the loop to the writing thread, as the octets that will be
// written.
#pragma once

#include "daemon/io/journal/catalogue.hpp"

namespace io::journal {

struct Entry {
    core::Ticket ticket = 0;
    Sequence sequence = 0;
    std::size_t octets = 0;
    provisioning::Instant arrived;
};

/// Records one behind the other, and what each is.
struct Work {
    std::vector<std::uint8_t> octets;
    std::vector<Entry> entries;

    void append(const Work& other);
    void clear() noexcept;
};

class Queue {
public:
    /// A batch gathers for `delay` at most.
    Queue(std::chrono::milliseconds delay, Sequence next);

    bool add(const provisioning::Usage& usage, core::Ticket ticket); ///< false: no room, or stopped
    /// Waits for records, and for those that come right behind them; puts them into `work` (empty when none came
    /// within `longest`). False: stopped, and these are the last ones.
    bool take(Work& work, std::chrono::milliseconds longest);
    void stop();
    Sequence next() const; ///< of the first record that take() will give
    Sequence last() const; ///< of the last record that add() took

private:
    const std::chrono::milliseconds delay_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Work waiting_;
    std::chrono::steady_clock::time_point first_came_;
    Sequence next_;
    bool stopped_ = false;
};

} // namespace io::journal
