// daemon/core/delayed.hpp - rejects that wait for their time, so that guessing is slow. Source: protocol L-07, D-06.
// Each is given once, in the order of their times (the delays differ per NAS). Bounded; nothing is allocated after the
// construction.
#pragma once

#include "daemon/core/engine.hpp"

namespace core {

class Delayed {
public:
    using Time = Duplicates::Time;
    struct Item {
        Time due;
        Path path;
        Duplicates::Key key;
        std::uint64_t ticket = 0; ///< of the duplicate cache
        std::int64_t nas_id = 0;
        Octets reply; ///< valid until pop()
    };

    explicit Delayed(std::size_t most = 8192, std::size_t most_reply_octets = 512);
    ~Delayed();
    Delayed(const Delayed&) = delete;
    Delayed& operator=(const Delayed&) = delete;

    /// Keeps `item` and a copy of its reply. False: full, or the reply is too long; it is to be sent at once.
    bool add(const Item& item) noexcept;
    std::optional<Time> next() const noexcept; ///< when the first is due
    /// The first that is due at `now`, of equal times the first added; null: none yet. Valid until add() or pop().
    const Item* due(Time now) const noexcept;
    void pop() noexcept; ///< forgets the first; there must be one
    std::size_t size() const noexcept { return heap_.size(); }

private:
    struct Waiting {
        Time due;
        std::uint64_t order; ///< of adding
        std::uint32_t slot;
    };
    static bool later(const Waiting& a, const Waiting& b) noexcept;

    std::size_t most_, most_reply_octets_;
    Item* items_;                              ///< `most_`; pages are touched as they are used
    std::unique_ptr<std::uint8_t[]> replies_;  ///< one place per item
    std::vector<Waiting> heap_;                ///< the first due in front
    std::vector<std::uint32_t> spare_;         ///< slots given back
    std::uint32_t used_ = 0;                   ///< slots ever used
    std::uint64_t added_ = 0;
};

} // namespace core
