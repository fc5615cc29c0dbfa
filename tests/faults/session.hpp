// tests/faults/session.hpp - one emulated session and the packets that it needs.
#pragma once

#include "tests/faults/ledger.hpp"
#include "tests/faults/nas.hpp"
#include "tests/faults/options.hpp"

#include <random>

namespace load {

using Clock = std::chrono::steady_clock;

struct Session {
    std::uint64_t number = 0;
    std::uint32_t nas = 0;
    bool foreign = false; ///< it never logged in here: its accounting carries no Class
    std::size_t step = 0; ///< index of Options::steps
    std::uint32_t records = 0; ///< accounting records before this one
    Bytes class_value;

    // The request under way.
    Record record;
    Bytes packet;
    Clock::time_point first{};
    std::uint32_t tries = 0;
    std::uint64_t serial = 0; ///< of its last sending
    std::vector<Nas::Place> places; ///< where an answer to it may come in
};

/// The record of its present step; `records` says which one it is.
Record record_of(const Options& options, const Session& session);
Bytes access_request(const Options& options, const Session& session, const Nas& nas, std::uint8_t identifier,
                     std::mt19937_64& random, radius::Digester& digester);
/// `late`: how long ago it was first sent. Acct-Delay-Time says so, hence a new identifier each time (RFC 2866 s5.2).
Bytes accounting_request(const Options& options, const Session& session, const Nas& nas, std::uint8_t identifier,
                         std::chrono::seconds late, radius::Digester& digester);

} // namespace load
