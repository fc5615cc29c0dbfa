#include "daemon/io/errands.hpp"

#include <boost/asio/post.hpp>

namespace io {

namespace {

constexpr std::size_t most_waiting = 1000;
constexpr std::chrono::seconds pause{2};

}  // namespace

Errands::Errands(boost::asio::io_context& loop, DatabaseThreads& threads, Log& log)
    : loop_(loop), threads_(threads), log_(log), timer_(loop)
{
}

void Errands::add(std::string what, Errand errand)
{
    if (waiting_.size() == most_waiting) waiting_.pop_front();
    waiting_.push_back({std::move(what), std::move(errand)});
    if (!running_) run_next();
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
        boost::asio::post(loop_, [this, next, away, refused] { finished(next, away, refused); });
    });
    if (!posted) finished(next, true, {});
}

void Errands::finished(std::shared_ptr<Waiting> done, bool away, const std::string& refused)
{
    if (!refused.empty()) log_.warning("not_kept", {{"what", done->what}, {"reason", refused}});
    if (!away) return run_next();
    waiting_.push_front(std::move(*done));
    timer_.expires_after(pause);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) run_next();
    });
}

}  // namespace io
