// tests/unit/io/journal_fixture.hpp - a journal in a folder of its own, with its loop, and what it reported.
#pragma once

#include "daemon/io/journal/disk_calls.hpp"
#include "daemon/io/journal/journal.hpp"
#include "daemon/io/journal/segment.hpp"
#include "tests/unit/io/temporary.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

inline io::JournalSettings small_journal(const std::string& folder)
{
    io::JournalSettings settings;
    settings.directory = folder;
    settings.segment_octets = std::uint64_t{256} * 1024;
    settings.delay = std::chrono::milliseconds{0};
    return settings;
}

/// The n-th of a test: told apart by nas_id, of about `octets`.
inline provisioning::Usage nth_usage(std::int64_t n, std::size_t octets = 40)
{
    provisioning::Usage usage;
    usage.kind = provisioning::UsageKind::interim;
    usage.nas_id = n;
    usage.arrived = provisioning::Instant{std::chrono::milliseconds{1'000'000 + n}};
    usage.arrived_steady = std::chrono::nanoseconds{n};
    usage.attributes.assign(octets, static_cast<std::uint8_t>(n * 7 + 1));
    return usage;
}

/// The log's lines go to a file meanwhile.
class CapturedLog {
public:
    CapturedLog() : before_(::dup(2))
    {
        const io::journal::File file{::open(path_.path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)};
        ::dup2(file.get(), 2);
    }
    ~CapturedLog()
    {
        ::dup2(before_, 2);
        ::close(before_);
    }
    CapturedLog(const CapturedLog&) = delete;
    CapturedLog& operator=(const CapturedLog&) = delete;

    std::string text() const
    {
        std::ostringstream text;
        text << std::ifstream{path_.path("log")}.rdbuf();
        return text.str();
    }
    std::size_t lines_with(const std::string& words) const
    {
        std::istringstream lines{text()};
        std::size_t count = 0;
        for (std::string line; std::getline(lines, line);) count += line.find(words) != line.npos;
        return count;
    }

private:
    Temporary path_;
    int before_;
};

struct RunningJournal {
    explicit RunningJournal(const io::JournalSettings& settings)
        : own_log(std::make_unique<io::Log>(config::LogLevel::info)), journal(loop, settings, *own_log)
    {
    }
    RunningJournal(const io::JournalSettings& settings, io::journal::DiskCalls& disk)
        : own_log(std::make_unique<io::Log>(config::LogLevel::info)), journal(loop, settings, *own_log, disk)
    {
    }
    /// With a log for many of them: making one takes longer than all else.
    RunningJournal(const io::JournalSettings& settings, io::Log& log) : journal(loop, settings, log) {}

    RunningJournal& start()
    {
        journal.start([this](const std::vector<core::Ticket>& tickets, bool durable) {
            for (const auto ticket : tickets) {
                order.push_back(ticket);
                CHECK(reported.emplace(ticket, durable).second);
            }
        });
        return *this;
    }
    void until_idle()
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!journal.idle() && std::chrono::steady_clock::now() < end) loop.run_one_for(std::chrono::seconds{1});
        REQUIRE(journal.idle());
    }
    /// nth_usage(from..to), each with its number as ticket, as one or more batches.
    void add(std::int64_t from, std::int64_t to, std::size_t octets = 40)
    {
        for (auto n = from; n <= to; ++n) REQUIRE(journal.add(nth_usage(n, octets), static_cast<core::Ticket>(n)));
        until_idle();
    }
    bool all_durable() const
    {
        return std::ranges::all_of(reported, [](const auto& report) { return report.second; });
    }
    /// Reads and drains what there is, `most` at a time.
    std::vector<std::int64_t> drain(std::size_t most = 100)
    {
        std::vector<std::int64_t> numbers;
        for (auto batch = journal.read(most); !batch.records.empty(); batch = journal.read(most)) {
            for (const auto& record : batch.records) numbers.push_back(record.nas_id);
            journal.drained(batch);
        }
        return numbers;
    }
    std::vector<std::int64_t> undrained()
    {
        std::vector<std::int64_t> numbers;
        journal.each_undrained([&](const provisioning::Usage& usage) { numbers.push_back(usage.nas_id); });
        return numbers;
    }

    boost::asio::io_context loop{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{loop.get_executor()};
    std::unique_ptr<io::Log> own_log;
    std::map<core::Ticket, bool> reported;
    std::vector<core::Ticket> order;
    io::Journal journal;
};

inline std::vector<std::int64_t> numbers(std::int64_t from, std::int64_t to)
{
    std::vector<std::int64_t> all;
    for (auto n = from; n <= to; ++n) all.push_back(n);
    return all;
}

inline std::vector<std::string> files_with(const std::string& folder, const std::string& ending)
{
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().native().ends_with(ending)) found.push_back(entry.path().native());
    std::ranges::sort(found);
    return found;
}

inline std::vector<std::uint8_t> content_of(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

inline void write_content(const std::string& path, const std::vector<std::uint8_t>& content)
{
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
}
