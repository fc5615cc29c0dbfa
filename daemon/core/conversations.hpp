// daemon/core/conversations.hpp - EAP conversations that wait for the peer's next Response: what our Request said,
// under the State that went with it. Source: RFC 3579 s2.6.1, RFC 3748 s4; protocol X-12. A State serves once and for
// 30 s; a retransmission is the duplicate cache's affair. Bounded: the oldest gives way. Nothing is allocated after
// construction.
#pragma once

#include "radius/packet.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace core {

struct Conversation {
    std::array<std::uint8_t, 16> challenge{}; ///< of the MD5-Challenge that was sent
    std::int64_t nas_id = 0;
    std::uint8_t identifier = 0; ///< of the EAP Request that was sent
    std::uint64_t login = 0;     ///< keyed hash of the User-Name
};

class Conversations {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds lifetime{30};
    static constexpr std::size_t most = 65536;
    static constexpr std::size_t most_octets = std::size_t{6} << 20; ///< of memory, all told

    static constexpr std::size_t state_octets = 18;
    using State = std::array<std::uint8_t, state_octets>; ///< the octets of the State attribute; mean nothing to others

    Conversations();
    ~Conversations();
    Conversations(const Conversations&) = delete;
    Conversations& operator=(const Conversations&) = delete;

    /// `random_state`: fresh from a cryptographic generator; it is the secret that names the conversation.
    State begin(const Conversation& conversation, const std::array<std::uint8_t, 16>& random_state, Time now) noexcept;
    /// What `state` stands for, and removes it. None: not a State of ours, used, too old, given way to newer ones, or
    /// another NAS's (which it then stays: a stranger ends nobody's conversation).
    std::optional<Conversation> take(radius::Octets state, std::int64_t nas_id, Time now) noexcept;

    std::size_t size() const noexcept { return size_; } ///< expired ones as well, until their place is needed
    std::uint64_t evicted() const noexcept { return evicted_; } ///< given way before their time was up

private:
    struct Slot {
        std::array<std::uint8_t, 16> random;
        Conversation conversation;
        Time until;
        std::uint32_t older, newer;
        bool waiting;
    };
    static_assert(sizeof(Slot) * most <= most_octets);
    static constexpr std::uint32_t none = most;

    void remove(std::uint32_t at) noexcept;

    Slot* slots_; ///< pages are touched as they are used
    std::uint32_t used_ = 0; ///< slots ever used
    std::uint32_t spare_ = none; ///< slots given back, chained by `older`
    std::uint32_t oldest_ = none, newest_ = none;
    std::size_t size_ = 0;
    std::uint64_t evicted_ = 0;
};

} // namespace core
