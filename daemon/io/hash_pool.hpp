// daemon/io/hash_pool.hpp - the threads that check passwords against hashes that are slow by design (crypt: 1 to 20
// ms), so that the loop never does. Bounded: what does not fit is refused at once. The result comes back on the loop.
#pragma once

#include "provisioning/secret.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace io {

class HashPool {
public:
    /// True: `typed` is the password. Runs in the pool's threads, several at once; must not throw.
    using Check = std::function<bool(std::span<const std::uint8_t> stored, std::span<const std::uint8_t> typed)>;
    using Done = std::function<void(std::uint64_t ticket, bool right)>;

    /// At most `most_waiting` wait besides those in work. `loop` outlives the pool.
    HashPool(boost::asio::io_context& loop, std::size_t threads, std::size_t most_waiting, Check check);
    ~HashPool(); ///< stop()
    HashPool(const HashPool&) = delete;
    HashPool& operator=(const HashPool&) = delete;

    /// Checks are begun in the order of posting; `done` is called on the loop, once, with `ticket`.
    /// False: too many wait, or it is stopping; `done` is not called.
    bool post(std::uint64_t ticket, provisioning::Secret stored, provisioning::Secret typed, Done done);
    /// What waits is dropped and wiped, what is in work is finished, and no `done` is called any more, not even those
    /// that are on their way to the loop. Called on the loop's thread, or when the loop does not run.
    void stop();

    std::size_t waiting() const;

private:
    struct Job {
        std::uint64_t ticket = 0;
        provisioning::Secret stored, typed;
        Done done;
    };
    void run();

    boost::asio::io_context& loop_;
    std::size_t most_waiting_;
    Check check_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> queue_;
    bool stopping_ = false;
    std::shared_ptr<std::atomic<bool>> wanted_; ///< shared with what is on its way to the loop
    std::vector<std::thread> threads_;
};

} // namespace io
