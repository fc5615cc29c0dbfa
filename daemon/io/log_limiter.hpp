// daemon/io/log_limiter.hpp - at most one line a second for each source and kind of event, with the number of those
// that were held back, so that a flood fills no disk (protocol C-01).
#pragma once

#include "provisioning/rules/address.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <optional>

namespace io {

class LogLimiter {
public:
    using Time = std::chrono::steady_clock::time_point;
    /// Events since the last line of this source and kind, this one included, when a line may be written now.
    std::optional<std::uint64_t> admit(const provisioning::Address& source, std::uint8_t kind, Time now);

private:
    struct Key {
        provisioning::Address source;
        std::uint8_t kind;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    struct Seen {
        Time last;
        std::uint64_t held_back = 0;
    };
    boost::unordered_flat_map<Key, Seen, KeyHash> seen_;
};

}  // namespace io
