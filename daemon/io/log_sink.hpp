// daemon/io/log_sink.hpp - where the log's thread writes its lines: a descriptor whose reader may have stopped reading.
#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <string_view>

namespace io {

/// Waits up to 200 ms for the reader; after that it drops lines until the reader is back, and then says how many.
class LineSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    explicit LineSink(int descriptor) : descriptor_(descriptor) {} ///< not owned

private:
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override {}
    bool writable(int wait_ms) const;
    bool put(std::string_view text, int wait_ms);

    int descriptor_;
    bool torn_ = false; ///< the last line ends in its middle
    std::uint64_t dropped_ = 0;
};

} // namespace io
