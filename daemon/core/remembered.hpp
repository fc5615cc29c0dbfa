// daemon/core/remembered.hpp - results of password checks that are slow by design (crypt), so that each is made once a
// day and not at every login. The digest covers the login, the stored hash and the typed password under a random key,
// so that a changed password is another digest; the caller makes it. Fixed memory; nothing is allocated after the
// construction.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>

namespace core {

class Remembered {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Digest = std::array<std::uint8_t, 16>;
    static constexpr std::chrono::hours right_kept_for{24};   ///< from its last use
    static constexpr std::chrono::seconds wrong_kept_for{60}; ///< from the check
    static constexpr std::size_t octets_per_result = 24;

    /// `most` is rounded up to a power of two, at least 8; 24 octets each, touched as they come. Eight digests share a
    /// place; a ninth takes that of one that is over, else of the oldest wrong one, else of the longest unused.
    explicit Remembered(std::size_t most = std::size_t{1} << 18);

    std::optional<bool> find(const Digest& digest, Time now) noexcept; ///< right or wrong; none: to be checked
    void put(const Digest& digest, bool right, Time now) noexcept;

    std::size_t octets() const noexcept { return (mask_ + 1) * ways * octets_per_result; }

private:
    static constexpr std::size_t ways = 8;
    struct Entry {
        Digest digest;
        std::uint64_t until : 63; ///< ms; 0: unused
        std::uint64_t right : 1;
    };
    static_assert(sizeof(Entry) == octets_per_result);
    struct Free {
        void operator()(void* memory) const noexcept { std::free(memory); }
    };

    Entry* set_of(const Digest& digest) noexcept; ///< its eight, the last used first
    static void move_to_front(Entry* set, std::size_t place) noexcept;

    std::size_t mask_; ///< sets - 1
    std::unique_ptr<Entry[], Free> entries_;
};

} // namespace core
