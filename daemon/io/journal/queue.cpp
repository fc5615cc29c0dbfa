#include "daemon/io/journal/queue.hpp"

#include <algorithm>
#include <utility>

namespace io::journal {
namespace {

constexpr std::size_t most_octets = std::size_t{64} << 20;
constexpr std::size_t enough_octets = std::size_t{1} << 20; ///< gathers no longer
constexpr std::size_t octets_kept = 2 * enough_octets; ///< a buffer that was larger is given back

} // namespace

void Work::append(const Work& other)
{
    octets.insert(octets.end(), other.octets.begin(), other.octets.end());
    entries.insert(entries.end(), other.entries.begin(), other.entries.end());
}

void Work::clear() noexcept
{
    if (octets.capacity() > octets_kept) std::vector<std::uint8_t>{}.swap(octets);
    octets.clear();
    entries.clear();
}

Queue::Queue(std::chrono::milliseconds delay, Sequence next) : delay_(delay), next_(next) {}

bool Queue::add(const provisioning::Usage& usage, core::Ticket ticket)
{
    const std::lock_guard lock{mutex_};
    auto& octets = waiting_.octets;
    const auto at = octets.size();
    if (stopped_ || at + longest_record > most_octets) return false;
    octets.resize(at + record_header_octets);
    provisioning::encode(usage, octets);
    if (octets.size() - at > longest_record) {
        octets.resize(at);
        return false;
    }
    finish_record(octets, at, next_);
    waiting_.entries.push_back({ticket, next_, octets.size() - at, usage.arrived});
    ++next_;
    if (at == 0) first_came_ = std::chrono::steady_clock::now();
    if (at == 0 || (at < enough_octets && octets.size() >= enough_octets)) changed_.notify_one();
    return true;
}

bool Queue::take(Work& work, std::chrono::milliseconds longest)
{
    work.clear();
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, longest, [&] { return stopped_ || !waiting_.entries.empty(); });
    if (!waiting_.entries.empty())
        changed_.wait_until(lock, first_came_ + delay_,
                            [&] { return stopped_ || waiting_.octets.size() >= enough_octets; });
    std::swap(work, waiting_);
    return !stopped_;
}

void Queue::stop()
{
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    changed_.notify_one();
}

Sequence Queue::next() const
{
    const std::lock_guard lock{mutex_};
    return waiting_.entries.empty() ? next_ : waiting_.entries.front().sequence;
}

Sequence Queue::last() const
{
    const std::lock_guard lock{mutex_};
    return next_ - 1;
}

} // namespace io::journal
