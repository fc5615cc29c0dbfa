// daemon/io/log_sink.cpp - bounded writes to standard error.
#include "daemon/io/log_sink.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace io {

bool LineSink::writable(int wait_ms) const
{
    pollfd wanted{descriptor_, POLLOUT, 0};
    return ::poll(&wanted, 1, wait_ms) == 1 && (wanted.revents & POLLOUT);
}

bool LineSink::put(std::string_view text, int wait_ms)
{
    const auto whole = text.size();
    while (!text.empty()) {
        if (!writable(wait_ms)) break;
        // A pipe that is writable takes PIPE_BUF octets without blocking (pipe(7)); a socket is asked not to block.
        const auto part = std::min<std::size_t>(text.size(), PIPE_BUF);
        auto written = ::send(descriptor_, text.data(), part, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (written < 0 && errno == ENOTSOCK) written = ::write(descriptor_, text.data(), part);
        if (written < 0 && errno != EAGAIN && errno != EINTR) break;
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (!text.empty() && text.size() < whole) torn_ = true;
    return text.empty();
}

void LineSink::sink_it_(const spdlog::details::log_msg& message)
{
    constexpr int patience_ms = 200;
    spdlog::memory_buf_t line;
    if (torn_) line.push_back('\n');
    if (dropped_ > 0)
        fmt::format_to(std::back_inserter(line), "level=warning event=log_lines_dropped lines={}\n", dropped_);
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    line.append(formatted);
    const bool was_torn = std::exchange(torn_, false);
    if (put({line.data(), line.size()}, dropped_ > 0 ? 0 : patience_ms)) {
        dropped_ = 0;
    } else {
        torn_ = torn_ || was_torn;
        ++dropped_;
    }
}

} // namespace io
