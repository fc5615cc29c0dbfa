#include "daemon/core/duplicates.hpp"

#include <boost/container_hash/hash.hpp>

#include <algorithm>
#include <cstring>

namespace core {

std::size_t Duplicates::KeyHash::operator()(const Key& key) const noexcept
{
    std::size_t seed = boost::hash_range(key.remote.octets.begin(), key.remote.octets.end());
    boost::hash_combine(seed,
                        (std::uint64_t{key.remote_port} << 32) | (std::uint64_t{key.socket} << 8) | key.identifier);
    return seed;
}

Duplicates::Duplicates(std::size_t max_entries, std::size_t max_reply_octets, std::chrono::seconds lifetime)
    : lifetime_(lifetime), working_(max_entries), answered_(max_entries),
      replies_(std::make_unique_for_overwrite<std::uint8_t[]>(max_reply_octets)), ring_octets_(max_reply_octets),
      max_entries_(max_entries)
{
    entries_.reserve(max_entries);
}

void Duplicates::release(Entry& entry) noexcept
{
    reserved_ -= entry.reserved;
    entry.reserved = 0;
}

Duplicates::Entry* Duplicates::mine(const Key& key, std::uint64_t ticket) noexcept
{
    const auto at = entries_.find(key);
    return at != entries_.end() && at->second.ticket == ticket ? &at->second : nullptr;
}

bool Duplicates::in_work(const Key& key, std::uint64_t ticket) const noexcept
{
    const auto at = entries_.find(key);
    return at != entries_.end() && at->second.ticket == ticket && at->second.state == State::in_work;
}

void Duplicates::expire(Time now)
{
    for (; !answered_.empty() && answered_.front().at <= now; answered_.pop()) {
        const Due& due = answered_.front();
        kept_from_ = due.reply_end;
        if (mine(due.key, due.ticket)) entries_.erase(due.key);
    }
    for (; !working_.empty() && working_.front().at <= now; working_.pop()) {
        const Due& due = working_.front();
        Entry* entry = mine(due.key, due.ticket);
        if (!entry || entry->state == State::answered) continue;  // it is due by its answer
        release(*entry);
        entries_.erase(due.key);
    }
}

std::optional<Duplicates::Found> Duplicates::find(const Key& key, const Print& print, Time now)
{
    expire(now);
    const auto at = entries_.find(key);
    if (at == entries_.end() || at->second.print != print) return std::nullopt;
    const Entry& entry = at->second;
    if (entry.state != State::answered) return Found{entry.state, {}};
    return Found{entry.state, {replies_.get() + entry.reply_at % ring_octets_, entry.reply_octets}};
}

std::uint64_t Duplicates::begin(const Key& key, const Print& print, std::size_t reserve, Time now)
{
    expire(now);
    // The end of the ring may have to be skipped once, hence one packet more than what is promised.
    const auto used = static_cast<std::size_t>(written_ - kept_from_);
    if (entries_.size() >= max_entries_ || working_.full() || answered_.full() ||
        used + reserved_ + reserve + radius::max_packet_octets > ring_octets_)
        return 0;
    Entry& entry = entries_[key];
    release(entry);
    entry = Entry{print, ++last_ticket_, State::in_work, 0, 0, static_cast<std::uint32_t>(reserve)};
    reserved_ += reserve;
    working_.push({now + lifetime_, key, entry.ticket, 0});
    return entry.ticket;
}

bool Duplicates::answer(const Key& key, std::uint64_t ticket, radius::Octets reply, Time now)
{
    Entry* entry = mine(key, ticket);
    if (!entry || entry->state != State::in_work) return false;
    if (reply.size() > entry->reserved || answered_.full()) {
        forget(key, ticket);
        return true;
    }
    const auto left = ring_octets_ - static_cast<std::size_t>(written_ % ring_octets_);
    if (left < reply.size()) written_ += left;
    std::copy(reply.begin(), reply.end(), replies_.get() + written_ % ring_octets_);
    release(*entry);
    entry->state = State::answered;
    entry->reply_at = written_;
    entry->reply_octets = static_cast<std::uint32_t>(reply.size());
    written_ += reply.size();
    answered_.push({now + lifetime_, key, ticket, written_});
    return true;
}

void Duplicates::silence(const Key& key, std::uint64_t ticket)
{
    if (Entry* entry = mine(key, ticket)) {
        release(*entry);
        entry->state = State::silent;
    }
}

void Duplicates::forget(const Key& key, std::uint64_t ticket)
{
    if (Entry* entry = mine(key, ticket)) {
        release(*entry);
        entries_.erase(key);
    }
}

}  // namespace core
