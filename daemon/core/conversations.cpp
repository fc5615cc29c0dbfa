#include "daemon/core/conversations.hpp"

#include "radius/digest.hpp"

#include <algorithm>

namespace core {

// State: the slot (2, network order), then what the caller drew (16).
static_assert(Conversations::most == 1U << 16);

Conversations::Conversations() : slots_(std::allocator<Slot>{}.allocate(most)) {}

Conversations::~Conversations() { std::allocator<Slot>{}.deallocate(slots_, most); }

void Conversations::remove(std::uint32_t at) noexcept
{
    Slot& slot = slots_[at];
    (slot.older == none ? oldest_ : slots_[slot.older].newer) = slot.newer;
    (slot.newer == none ? newest_ : slots_[slot.newer].older) = slot.older;
    slot.waiting = false;
    slot.conversation = {};
    slot.random = {};
    slot.older = spare_;
    spare_ = at;
    --size_;
}

Conversations::State Conversations::begin(const Conversation& conversation,
                                          const std::array<std::uint8_t, 16>& random_state, Time now) noexcept
{
    // Two for the one that comes, so that what is over does not stay; all live equally long, the oldest ends first.
    for (int n = 0; n < 2 && oldest_ != none && slots_[oldest_].until <= now; ++n) remove(oldest_);
    if (size_ == most) {
        ++evicted_;
        remove(oldest_);
    }
    std::uint32_t at = spare_;
    if (at == none)
        at = used_++;
    else
        spare_ = slots_[at].older;
    std::construct_at(slots_ + at, Slot{random_state, conversation, now + lifetime, newest_, none, true});
    (newest_ == none ? oldest_ : slots_[newest_].newer) = at;
    newest_ = at;
    ++size_;

    State state;
    state[0] = static_cast<std::uint8_t>(at >> 8);
    state[1] = static_cast<std::uint8_t>(at & 0xff);
    std::copy(random_state.begin(), random_state.end(), state.begin() + 2);
    return state;
}

std::optional<Conversation> Conversations::take(radius::Octets state, std::int64_t nas_id, Time now) noexcept
{
    if (state.size() != state_octets) return std::nullopt;
    const std::uint32_t at = (std::uint32_t{state[0]} << 8) | state[1];
    if (at >= used_) return std::nullopt;
    const Slot& slot = slots_[at];
    if (!slot.waiting || !radius::equal_constant_time(slot.random, state.subspan(2)) || slot.until <= now ||
        slot.conversation.nas_id != nas_id)
        return std::nullopt;
    const Conversation found = slot.conversation;
    remove(at);
    return found;
}

} // namespace core
