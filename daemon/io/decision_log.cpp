#include "daemon/io/decision_log.hpp"

#include "provisioning/store/journal.hpp"

#include <boost/asio/post.hpp>
#include <boost/container_hash/hash.hpp>

namespace io {

namespace {

constexpr std::size_t most_waiting = 65'536;
constexpr std::size_t most_in_a_batch = 5'000;
constexpr std::size_t most_seen = 65'536;
constexpr std::uint32_t kept_one_by_one = 10;
constexpr std::chrono::milliseconds interval{200};

std::size_t hash_of(const provisioning::AuthRecord& record)
{
    std::size_t seed = 0;
    boost::hash_combine(seed, record.nas_id);
    boost::hash_combine(seed, record.login);
    boost::hash_combine(seed, record.mac);
    boost::hash_combine(seed, static_cast<int>(record.reason));
    return seed;
}

bool same(const provisioning::AuthRecord& a, const provisioning::AuthRecord& b)
{
    return a.nas_id == b.nas_id && a.reason == b.reason && a.login == b.login && a.mac == b.mac && a.method == b.method;
}

}  // namespace

struct DecisionLog::Batch {
    std::vector<provisioning::AuthRecord> records;
};

DecisionLog::DecisionLog(boost::asio::io_context& loop, DatabaseThreads& threads, core::Counters& counters)
    : loop_(loop), threads_(threads), counters_(counters), timer_(loop)
{
}

void DecisionLog::add(provisioning::AuthRecord record)
{
    const auto minute = std::chrono::floor<std::chrono::minutes>(record.at).time_since_epoch().count();
    if (minute != minute_ || seen_this_minute_.size() > most_seen) {
        seen_this_minute_.clear();
        minute_ = minute;
    }
    if (++seen_this_minute_[hash_of(record)] > kept_one_by_one) {
        for (auto at = waiting_.rbegin(); at != waiting_.rend() && at - waiting_.rbegin() < 64; ++at)
            if (same(*at, record)) {
                ++at->times;
                return;
            }
    }
    if (waiting_.size() == most_waiting) {
        waiting_.pop_front();
        counters_.add(core::Counter::decisions_dropped);
    }
    waiting_.push_back(std::move(record));
    schedule();
}

void DecisionLog::schedule()
{
    if (std::exchange(timer_runs_, true)) return;
    timer_.expires_after(interval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        timer_runs_ = false;
        if (error) return;
        if (in_flight_ == 0) hand_over(nullptr);
        if (!waiting_.empty()) schedule();
    });
}

void DecisionLog::hand_over(std::shared_ptr<std::promise<void>> done)
{
    auto batch = std::make_shared<Batch>();
    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), most_in_a_batch));
    batch->records.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.begin() + count));
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    ++in_flight_;
    const bool posted = threads_.post([this, batch, done](SessionSource& sessions) {
        bool stored = batch->records.empty();
        try {
            if (!stored) provisioning::store::store_auth(sessions.get(), batch->records);
            stored = true;
        } catch (const std::exception&) {  // away: they go back and wait their turn
        }
        if (done) done->set_value();
        boost::asio::post(loop_, [this, batch, stored] { returned(*batch, stored); });
    });
    if (!posted) {
        if (done) done->set_value();
        returned(*batch, false);
    }
}

void DecisionLog::returned(Batch& batch, bool stored)
{
    --in_flight_;
    if (stored) return;
    const auto room = most_waiting - std::min(most_waiting, waiting_.size());
    const auto lost = batch.records.size() > room ? batch.records.size() - room : 0;
    counters_.add(core::Counter::decisions_dropped, lost);
    waiting_.insert(waiting_.begin(),
                    std::make_move_iterator(batch.records.begin() + static_cast<std::ptrdiff_t>(lost)),
                    std::make_move_iterator(batch.records.end()));
    if (!waiting_.empty() && !stopped_) schedule();
}

void DecisionLog::flush()
{
    auto done = std::make_shared<std::promise<void>>();
    auto written = done->get_future();
    boost::asio::post(loop_, [this, done] { hand_over(done); });
    written.wait_for(std::chrono::seconds{2});
}

void DecisionLog::stop()
{
    stopped_ = true;
    timer_.cancel();
    if (!waiting_.empty()) hand_over(nullptr);
}

}  // namespace io
