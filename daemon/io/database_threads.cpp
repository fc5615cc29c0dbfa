// daemon/io/database_threads.cpp - the watchdog, a thread's session, and the threads with their queue.
#include "daemon/io/database_threads.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>

namespace io {

namespace {

/// A server speaks to an idle session only to end it: a link that died while nobody looked is replaced before a command
/// fails over it. (Other notices come too, seldom; then a good link is replaced, which costs nothing else.)
bool has_ended(int socket) noexcept
{
    pollfd idle{socket, POLLIN | POLLRDHUP, 0};
    return ::poll(&idle, 1, 0) > 0;
}

} // namespace

Watchdog::Watchdog() : thread_([this] { run(); }) { ::pthread_setname_np(thread_.native_handle(), "watchdog"); }

Watchdog::~Watchdog()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Watchdog::arm(int socket, std::chrono::steady_clock::time_point until)
{
    {
        const std::lock_guard lock(mutex_);
        armed_.insert_or_assign(socket, std::min(until, latest_));
    }
    changed_.notify_all();
}

void Watchdog::release(int socket) noexcept
{
    const std::lock_guard lock(mutex_);
    armed_.erase(socket);
}

void Watchdog::finish_by(std::chrono::steady_clock::time_point until)
{
    {
        const std::lock_guard lock(mutex_);
        latest_ = until;
        for (auto& [socket, deadline] : armed_) deadline = std::min(deadline, until);
    }
    changed_.notify_all();
}

void Watchdog::run()
{
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto now = std::chrono::steady_clock::now();
        // Under the mutex: after release() the number may belong to another file.
        std::erase_if(armed_, [now](const auto& entry) {
            return entry.second <= now && (::shutdown(entry.first, SHUT_RDWR), true);
        });
        const auto first = std::ranges::min_element(armed_, {}, [](const auto& entry) { return entry.second; });
        if (first == armed_.end())
            changed_.wait(lock);
        else
            changed_.wait_until(lock, std::chrono::steady_clock::time_point{first->second});
    }
}

provisioning::store::Session& SessionSource::get()
{
    constexpr std::chrono::milliseconds pause{500};
    tidy();
    if (session_ && has_ended(session_->connection().sock())) session_.reset();
    if (session_) return *session_;
    const auto asked = std::chrono::steady_clock::now();
    if (failure_ && asked - failed_at_ < pause) throw *failure_;
    try {
        session_ = std::make_unique<provisioning::store::Session>(
            address_.connection, provisioning::store::Role::application, watchdog_, address_.timezone);
    } catch (const provisioning::store::Unavailable& unavailable) {
        // A refusal that comes at once is not worth remembering: the next attempt costs nothing and may succeed.
        constexpr std::chrono::milliseconds slow{200};
        failed_at_ = std::chrono::steady_clock::now();
        failure_.reset();
        if (failed_at_ - asked > slow) failure_ = unavailable;
        throw;
    }
    failure_.reset();
    return *session_;
}

void SessionSource::tidy() noexcept
{
    if (session_ && session_->broken()) session_.reset();
}

DatabaseThreads::DatabaseThreads(std::string name, std::size_t threads, std::size_t queue,
                                 const DatabaseAddress& address, Watchdog& watchdog)
    : name_(std::move(name)), limit_(queue)
{
    constexpr std::size_t longest_thread_name = 15; // octets, pthread_setname_np(3)
    name_.resize(std::min(name_.size(), longest_thread_name));
    for (std::size_t n = 0; n < threads; ++n) {
        threads_.emplace_back([this, address, &watchdog] { run(address, watchdog); });
        ::pthread_setname_np(threads_.back().native_handle(), name_.c_str());
    }
}

DatabaseThreads::~DatabaseThreads() { stop(); }

bool DatabaseThreads::post(Task task)
{
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() >= limit_) return false;
        queue_.push_back(std::move(task));
    }
    changed_.notify_one();
    return true;
}

void DatabaseThreads::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

void DatabaseThreads::run(const DatabaseAddress& address, Watchdog& watchdog)
{
    SessionSource source(address, watchdog);
    for (;;) {
        Task task;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            task = std::move(queue_.front());
            queue_.pop_front();
        }
        task(source);
        task = nullptr; // what it holds goes before the next wait
        source.tidy();
    }
}

} // namespace io
