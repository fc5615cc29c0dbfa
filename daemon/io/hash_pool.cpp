// daemon/io/hash_pool.cpp - the pool's threads, and the way back to the loop.
#include "daemon/io/hash_pool.hpp"

#include <boost/asio/post.hpp>

#include <pthread.h>

namespace io {

HashPool::HashPool(boost::asio::io_context& loop, std::size_t threads, std::size_t most_waiting, Check check)
    : loop_(loop), most_waiting_(most_waiting), check_(std::move(check)),
      wanted_(std::make_shared<std::atomic<bool>>(true))
{
    for (std::size_t n = 0; n < threads; ++n) {
        threads_.emplace_back([this] { run(); });
        ::pthread_setname_np(threads_.back().native_handle(), "hash-pool");
    }
}

HashPool::~HashPool() { stop(); }

bool HashPool::post(std::uint64_t ticket, provisioning::Secret stored, provisioning::Secret typed, Done done)
{
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() >= most_waiting_) return false;
        queue_.push_back({ticket, std::move(stored), std::move(typed), std::move(done)});
    }
    changed_.notify_one();
    return true;
}

void HashPool::stop()
{
    std::deque<Job> dropped; // dies without the lock
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped.swap(queue_);
    }
    *wanted_ = false;
    changed_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

std::size_t HashPool::waiting() const
{
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void HashPool::run()
{
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (stopping_) return;
            job = std::move(queue_.front());
            queue_.pop_front();
        }
        const bool right = check_(job.stored.octets(), job.typed.octets());
        // `done` may hold what belongs to the loop's thread: it is called and it dies there.
        boost::asio::post(loop_, [wanted = wanted_, ticket = job.ticket, right, done = std::move(job.done)] {
            if (*wanted) done(ticket, right);
        });
    }
}

} // namespace io
