#include "daemon/io/errands.hpp"

#include <boost/asio/post.hpp>

namespace io {

Errands::Errands(boost::asio::io_context& loop, DatabaseThreads& threads, Log& log, std::chrono::milliseconds pause)
    : loop_(loop), threads_(threads), log_(log), timer_(loop), pause_(pause)
{
}

void Errands::add(std::string what, Errand errand)
{
    if (stopped_) return;
    if (waiting_.size() >= most_waiting) waiting_.pop_front();
    waiting_.push_back({std::move(what), std::move(errand)});
    if (!running_) run_next();
}

void Errands::stop()
{
    stopped_ = true;
    waiting_.clear();
    timer_.cancel();
}

void Errands::run_next()
{
    running_ = !waiting_.empty();
    if (!running_) return;
    const auto next = std::make_shared<Waiting>(std::move(waiting_.front()));
    waiting_.pop_front();
    const bool posted = threads_.post([this, next](SessionSource& sessions) {
        bool away = false;
        std::string refused;
        try {
            next->errand(sessions.get());
        } catch (const provisioning::store::Unavailable&) {
            away = true;
        } catch (const std::exception& error) {
            refused = error.what();
        }
        boost::asio::post(loop_, [this, next, away, refused] { finished(*next, away, refused); });
    });
    if (!posted) finished(*next, true, {});
}

void Errands::finished(Waiting& done, bool away, const std::string& refused)
{
    if (!refused.empty()) log_.warning("not_kept", {{"what", done.what}, {"reason", refused}});
    if (!away || stopped_) return run_next();
    if (waiting_.size() < most_waiting) waiting_.push_front(std::move(done));  // else it is the oldest, and gives way
    timer_.expires_after(pause_);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) run_next();
    });
}

}  // namespace io
