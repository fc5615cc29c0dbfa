// daemon/io/journal/journal.cpp - the parts put together, and the writing thread's life.
#include "daemon/io/journal/journal.hpp"

#include "daemon/io/journal/queue.hpp"
#include "daemon/io/journal/reader.hpp"
#include "daemon/io/journal/recovery.hpp"
#include "daemon/io/journal/writer.hpp"

#include <boost/asio/post.hpp>

#include <thread>

namespace io {

struct Journal::Inside {
    Inside(boost::asio::io_context& asio_loop, JournalSettings&& wanted, Log& log_, journal::DiskCalls* given)
        : loop(asio_loop), settings(std::move(wanted)), log(log_), disk(given != nullptr ? *given : real_disk),
          catalogue(settings.quota_octets), recovered(journal::recover(settings.directory, disk, catalogue, log)),
          queue(settings.delay, recovered.next), reader(settings, disk, catalogue, log, recovered.position.note)
    {
    }

    /// On the writing thread.
    void report(std::vector<core::Ticket>&& tickets, bool durable)
    {
        boost::asio::post(loop, [this, tickets = std::move(tickets), durable] {
            awaited -= tickets.size();
            done(tickets, durable);
        });
    }

    boost::asio::io_context& loop;
    const JournalSettings settings;
    Log& log;
    journal::DiskCalls real_disk;
    journal::DiskCalls& disk;
    journal::Catalogue catalogue;
    const journal::Recovered recovered;
    journal::Queue queue;
    journal::Reader reader;
    Done done; ///< the loop's
    std::size_t awaited = 0; ///< tickets; the loop's
    std::thread writing;
};

Journal::Journal(boost::asio::io_context& loop, JournalSettings settings, Log& log)
    : inside_(std::make_unique<Inside>(loop, std::move(settings), log, nullptr))
{
}

Journal::Journal(boost::asio::io_context& loop, JournalSettings settings, Log& log, journal::DiskCalls& disk)
    : inside_(std::make_unique<Inside>(loop, std::move(settings), log, &disk))
{
}

Journal::~Journal() { stop(); }

void Journal::start(Done done)
{
    auto& inside = *inside_;
    inside.done = std::move(done);
    inside.writing = std::thread{[&inside] {
        journal::Writer writer{inside.settings,
                               inside.queue,
                               inside.disk,
                               inside.catalogue,
                               inside.log,
                               [&inside](std::vector<core::Ticket>&& tickets, bool durable) {
                                   inside.report(std::move(tickets), durable);
                               }};
        writer.run();
    }};
}

void Journal::stop()
{
    inside_->queue.stop();
    if (inside_->writing.joinable()) inside_->writing.join();
}

bool Journal::add(const provisioning::Usage& usage, core::Ticket ticket)
{
    if (!inside_->queue.add(usage, ticket)) return false;
    if (ticket != nobody_waits) ++inside_->awaited;
    return true;
}

bool Journal::idle() const noexcept { return inside_->awaited == 0; }

std::uint64_t Journal::last_added() const { return inside_->queue.last(); }

Journal::Batch Journal::read(std::size_t most_records) { return inside_->reader.read(most_records); }
void Journal::drained(const Batch& batch) { inside_->reader.drained(batch); }
void Journal::rewind() { inside_->reader.rewind(); }
bool Journal::wait(std::chrono::milliseconds longest) { return inside_->catalogue.wait(longest); }
void Journal::interrupt() noexcept { inside_->catalogue.interrupt(); }
std::string Journal::note() const { return inside_->reader.note(); }
void Journal::set_note(const std::string& note) { inside_->reader.set_note(note); }

void Journal::each_undrained(const std::function<void(const provisioning::Usage&)>& visit)
{
    inside_->reader.each_undrained(visit);
}

Journal::State Journal::state() const { return inside_->catalogue.state(); }

} // namespace io
