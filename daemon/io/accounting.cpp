#include "daemon/io/accounting.hpp"

#include "provisioning/store/journal.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace io {

Accounting::Accounting(boost::asio::io_context& loop, DatabaseThreads& threads, Log& log, Done done)
    : loop_(loop), threads_(threads), log_(log), done_(std::move(done))
{
}

void Accounting::add(const provisioning::Usage& usage, core::Ticket ticket)
{
    waiting_.records.push_back(usage);
    waiting_.tickets.push_back(ticket);
    if (!in_flight_) {
        in_flight_ = true;
        // Posted, so that the datagrams of one read make one batch.
        boost::asio::post(loop_, [this] { hand_over(); });
    }
}

void Accounting::hand_over()
{
    const auto count = std::min(waiting_.records.size(), batch_records);
    const auto batch = std::make_shared<Batch>();
    const auto cut = static_cast<std::ptrdiff_t>(count);
    batch->records.assign(std::make_move_iterator(waiting_.records.begin()),
                          std::make_move_iterator(waiting_.records.begin() + cut));
    batch->tickets.assign(waiting_.tickets.begin(), waiting_.tickets.begin() + cut);
    waiting_.records.erase(waiting_.records.begin(), waiting_.records.begin() + cut);
    waiting_.tickets.erase(waiting_.tickets.begin(), waiting_.tickets.begin() + cut);
    const bool posted = threads_.post([this, batch](SessionSource& sessions) {
        std::string failure;
        try {
            provisioning::store::store_usage(sessions.get(), batch->records);
        } catch (const std::exception& error) {
            failure = error.what();
        }
        boost::asio::post(loop_, [this, batch, failure] { finished(*batch, failure); });
    });
    if (!posted) finished(*batch, "the database threads take no more work");
}

void Accounting::finished(const Batch& batch, const std::string& failure)
{
    const bool safe = failure.empty();
    if (!safe && !failing_)
        log_.error("accounting_not_stored", {{"reason", failure}, {"effect", "not acknowledged, the NAS repeats it"}});
    if (safe && failing_) log_.info("accounting_stored_again");
    failing_ = !safe;
    done_(batch.tickets, safe);
    if (!safe) keep_unowned(batch);
    if (safe)
        for (auto& record : std::exchange(kept_, {})) {
            waiting_.records.push_back(std::move(record));
            waiting_.tickets.push_back(nobody_waits);
        }
    in_flight_ = !waiting_.records.empty();
    if (in_flight_) hand_over();
}

void Accounting::keep_unowned(const Batch& batch)
{
    std::size_t dropped = 0;
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
        if (batch.tickets[i] != nobody_waits) continue;
        if (kept_.size() < most_kept)
            kept_.push_back(batch.records[i]);
        else
            ++dropped;
    }
    if (dropped != 0)
        log_.warning("closings_dropped",
                     {{"count", dropped}, {"effect", "sessions that a redial took over stay open in the records"}});
}

}  // namespace io
