// tests/faults/summary.hpp - what became of a run, as one line of JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace load {

struct Summary {
    std::uint64_t sessions = 0, sent = 0, acknowledged = 0, gave_up = 0;
    std::uint64_t logins = 0, accepted = 0, rejected = 0, logins_gave_up = 0;
    std::uint64_t timed_out = 0; ///< requests that were not answered within the first time-out
    std::uint64_t retransmissions = 0, strays = 0; ///< strays: replies that fit nothing
    std::chrono::duration<double> took{0};
    /// From the first sending to the answer, in microseconds.
    std::vector<std::uint32_t> auth_latencies, acct_latencies;

    std::string json();
};

} // namespace load
