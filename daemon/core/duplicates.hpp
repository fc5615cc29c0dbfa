// daemon/core/duplicates.hpp - remembers what was answered, so that a repeated request gets the identical octets and no
// second decision. Source: RFC 2865 s3, RFC 5080 s2.2.2. Bounded; expiry is a queue, O(1), and no duplicate moves it.
#pragma once

#include "provisioning/rules/address.hpp"
#include "radius/packet.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <memory>
#include <type_traits>

namespace core {

class Duplicates {
public:
    using Time = std::chrono::steady_clock::time_point;
    struct Key {
        provisioning::Address remote;
        std::uint16_t remote_port = 0;
        std::uint16_t socket = 0;
        std::uint8_t identifier = 0;
        bool operator==(const Key&) const = default;
    };
    /// What tells a repetition from a new request under the same key.
    struct Print {
        std::array<std::uint8_t, 16> authenticator{};
        std::uint16_t length = 0;
        std::uint64_t rest = 0; ///< keyed hash of the octets but for the Message-Authenticator's value
        bool operator==(const Print&) const = default;
    };
    enum class State : std::uint8_t { in_work, answered, silent };
    struct Found {
        State state;
        radius::Octets reply; ///< answered; valid until the next call of a non-const member
    };

    /// An answer is kept `lifetime` after it was given, a request in work or unanswered `lifetime` after it came.
    Duplicates(std::size_t max_entries, std::size_t max_reply_octets, std::chrono::seconds lifetime);

    std::optional<Found> find(const Key& key, const Print& print, Time now);
    /// A new request (an older one under that key is forgotten), whose answer will take at most `reserve` octets.
    /// 0: no room, refuse the work.
    std::uint64_t begin(const Key& key, const Print& print, std::size_t reserve, Time now);
    /// Keeps the answer. `ticket` is what begin() gave; false when that request is not the key's any more.
    bool answer(const Key& key, std::uint64_t ticket, radius::Octets reply, Time now);
    void silence(const Key& key, std::uint64_t ticket); ///< decided not to answer: stays until its time is up
    void forget(const Key& key, std::uint64_t ticket); ///< as if it had never come
    /// Whether that request is still the key's, and without an answer.
    bool in_work(const Key& key, std::uint64_t ticket) const noexcept;
    std::size_t size() const noexcept { return entries_.size(); }

private:
    struct Entry {
        Print print;
        std::uint64_t ticket = 0;
        State state = State::in_work;
        std::uint64_t reply_at = 0; ///< position in the stream of replies; its octets are in the ring
        std::uint32_t reply_octets = 0;
        std::uint32_t reserved = 0;
    };
    struct Due {
        Time at;
        Key key;
        std::uint64_t ticket = 0;
        std::uint64_t reply_end = 0; ///< of an answer: the ring before this is free when it is due
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    /// A queue in one block of memory that never grows; its pages are touched as it fills.
    class Queue {
    public:
        explicit Queue(std::size_t limit) : items_(std::allocator<Due>{}.allocate(limit)), limit_(limit) {}
        ~Queue() { std::allocator<Due>{}.deallocate(items_, limit_); }
        Queue(const Queue&) = delete;
        Queue& operator=(const Queue&) = delete;
        bool full() const noexcept { return size_ == limit_; }
        bool empty() const noexcept { return size_ == 0; }
        void push(const Due& due) noexcept { std::construct_at(items_ + (first_ + size_++) % limit_, due); }
        const Due& front() const noexcept { return items_[first_]; }
        void pop() noexcept
        {
            first_ = (first_ + 1) % limit_;
            --size_;
        }

    private:
        static_assert(std::is_trivially_destructible_v<Due>);
        Due* items_;
        std::size_t limit_;
        std::size_t first_ = 0, size_ = 0;
    };

    void expire(Time now);
    void release(Entry& entry) noexcept;
    Entry* mine(const Key& key, std::uint64_t ticket) noexcept;

    std::chrono::seconds lifetime_;
    boost::unordered_flat_map<Key, Entry, KeyHash> entries_;
    Queue working_, answered_;
    std::unique_ptr<std::uint8_t[]> replies_; ///< ring; pages are touched as they are used
    std::size_t ring_octets_;
    std::uint64_t written_ = 0; ///< octets ever written to the ring (with what was skipped at its end)
    std::uint64_t kept_from_ = 0; ///< what stands before this is free
    std::size_t reserved_ = 0; ///< promised to requests in work
    std::size_t max_entries_;
    std::uint64_t last_ticket_ = 0;
};

} // namespace core
