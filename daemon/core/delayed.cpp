#include "daemon/core/delayed.hpp"

#include <algorithm>

namespace core {

Delayed::Delayed(std::size_t most, std::size_t most_reply_octets)
    : most_(most), most_reply_octets_(most_reply_octets), items_(std::allocator<Item>{}.allocate(most)),
      replies_(std::make_unique_for_overwrite<std::uint8_t[]>(most * most_reply_octets))
{
    static_assert(std::is_trivially_destructible_v<Item>);
    heap_.reserve(most);
    spare_.reserve(most);
}

Delayed::~Delayed() { std::allocator<Item>{}.deallocate(items_, most_); }

bool Delayed::later(const Waiting& a, const Waiting& b) noexcept
{
    return a.due != b.due ? a.due > b.due : a.order > b.order;
}

bool Delayed::add(const Item& item) noexcept
{
    if (heap_.size() == most_ || item.reply.size() > most_reply_octets_) return false;
    std::uint32_t slot = used_;
    if (spare_.empty()) {
        ++used_;
    } else {
        slot = spare_.back();
        spare_.pop_back();
    }
    std::uint8_t* place = replies_.get() + slot * most_reply_octets_;
    std::copy(item.reply.begin(), item.reply.end(), place);
    std::construct_at(items_ + slot, item)->reply = {place, item.reply.size()};
    heap_.push_back({item.due, ++added_, slot});
    std::push_heap(heap_.begin(), heap_.end(), later);
    return true;
}

std::optional<Delayed::Time> Delayed::next() const noexcept
{
    return heap_.empty() ? std::nullopt : std::optional{heap_.front().due};
}

const Delayed::Item* Delayed::due(Time now) const noexcept
{
    return heap_.empty() || heap_.front().due > now ? nullptr : items_ + heap_.front().slot;
}

void Delayed::pop() noexcept
{
    std::pop_heap(heap_.begin(), heap_.end(), later);
    spare_.push_back(heap_.back().slot);
    heap_.pop_back();
}

} // namespace core
