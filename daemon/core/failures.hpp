// daemon/core/failures.hpp - who failed too often lately: from the 10th failure in 60 s an attempt is refused for 60 s
// without a look at the password, and then counted afresh. Source: protocol L-04, L-05. The key is a keyed hash of what
// the caller limits by, never of the User-Name alone. Fixed memory; nothing is ever allocated after the construction.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace core {

class Failures {
public:
    using Time = std::chrono::steady_clock::time_point;
    struct Limit {
        std::uint32_t failures = 10; ///< 1..31
        std::chrono::milliseconds window = std::chrono::seconds{60};
        std::chrono::milliseconds block = std::chrono::seconds{60};
    };
    static constexpr std::size_t octets_per_key = 16;

    /// `keys` is rounded up to a power of two, at least 8; 16 octets each, touched as they come.
    /// A failure outside the window never counts. From rest the window is exact; while failures trickle on it moves in
    /// steps of a fifth, so that the oldest fifth may be forgotten early: a customer is never blocked too soon.
    /// Eight keys share a place, and a ninth takes the place of the one that failed least recently, counter or block:
    /// that one begins at nought. With 2^20 keys this takes some 10^6 different failing keys in a window.
    explicit Failures(std::size_t keys = std::size_t{1} << 20) : Failures(keys, Limit{}) {}
    Failures(std::size_t keys, Limit limit);

    bool blocked(std::uint64_t key, Time now) const noexcept;
    /// The password was looked at and was wrong (attempts that were refused as blocked are not reported). True: this
    /// one began a block. While blocked nothing counts, and the block's end does not move.
    bool failed(std::uint64_t key, Time now) noexcept;
    void succeeded(std::uint64_t key) noexcept; ///< nothing is held against it any more

    std::size_t octets() const noexcept { return (mask_ + 1) * ways * octets_per_key; }

private:
    static constexpr std::size_t ways = 8;
    static constexpr unsigned steps = 5, bits_per_step = 5;
    struct Entry {
        std::uint64_t key;
        std::uint64_t since : 37; ///< ms: of the window's first step, or of the block; wraps after four years
        std::uint64_t counts : steps* bits_per_step; ///< failures in each step of the window
        std::uint64_t blocked : 1;
        std::uint64_t used : 1;
    };
    static_assert(sizeof(Entry) == octets_per_key);
    struct Free {
        void operator()(void* memory) const noexcept { std::free(memory); }
    };

    Entry* set_of(std::uint64_t key) const noexcept; ///< its eight, the last failed first, the unused last
    static std::size_t place_in(const Entry* set, std::uint64_t key) noexcept; ///< `ways`: none
    bool count(Entry& entry, std::uint64_t now) const noexcept;

    Limit limit_;
    std::size_t mask_; ///< sets - 1
    std::unique_ptr<Entry[], Free> entries_;
};

} // namespace core
