// daemon/io/log.cpp - logfmt, and the way to standard error through spdlog's queue.
#include "daemon/io/log.hpp"

#include "daemon/io/log_sink.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>

#include <algorithm>
#include <csignal>

namespace io {
namespace {

constexpr std::size_t longest_value_octets = 256;
constexpr std::size_t queue_lines = 8192;

/// Words that need no quotes: what logfmt readers take as they are.
bool is_bare(char c) noexcept
{
    constexpr std::string_view others = "-_.:/@+,*";
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || others.find(c) != others.npos;
}

void add_escaped(std::string& line, char c)
{
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
        line += '\\';
        line += c;
    } else if (octet < 0x20 || octet > 0x7e) {
        fmt::format_to(std::back_inserter(line), "\\x{:02x}", octet);
    } else {
        line += c;
    }
}

void add_value(std::string& line, std::string_view value)
{
    const bool cut = value.size() > longest_value_octets;
    if (cut) value = value.substr(0, longest_value_octets);
    const bool bare = !value.empty() && std::ranges::all_of(value, is_bare);
    if (!bare) line += '"';
    for (const char c : value) add_escaped(line, c);
    if (cut) line += "...";
    if (!bare) line += '"';
}

spdlog::level::level_enum spdlog_level(config::LogLevel level) noexcept
{
    switch (level) {
    case config::LogLevel::debug:
        return spdlog::level::debug;
    case config::LogLevel::info:
        return spdlog::level::info;
    case config::LogLevel::warning:
        return spdlog::level::warn;
    case config::LogLevel::error:
        return spdlog::level::err;
    }
    return spdlog::level::info;
}

/// Signals are for the thread that waits for them, and a reader that went away must not kill us (SIGPIPE).
void block_signals()
{
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

std::string logfmt(std::string_view event, std::initializer_list<LogField> fields)
{
    std::string line = "event=";
    add_value(line, event);
    for (const auto& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        add_value(line, field.value);
    }
    return line;
}

struct Log::Sink {
    std::shared_ptr<spdlog::async_logger> logger;
    std::shared_ptr<spdlog::details::thread_pool> pool;  ///< goes first: its end writes what is queued
};

Log::Log(config::LogLevel level) : sink_(std::make_unique<Sink>())
{
    sink_->pool = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1, block_signals);
    sink_->logger = std::make_shared<spdlog::async_logger>("porteirod", std::make_shared<LineSink>(2), sink_->pool,
                                                           spdlog::async_overflow_policy::overrun_oldest);
    sink_->logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v",
                                                                             spdlog::pattern_time_type::utc, "\n"));
    set_level(level);
}

Log::~Log() = default;

void Log::set_level(config::LogLevel level) { sink_->logger->set_level(spdlog_level(level)); }

bool Log::enabled(config::LogLevel level) const { return sink_->logger->should_log(spdlog_level(level)); }

void Log::write(config::LogLevel level, std::string_view event, std::initializer_list<LogField> fields)
{
    if (enabled(level)) sink_->logger->log(spdlog_level(level), logfmt(event, fields));
}

}  // namespace io
