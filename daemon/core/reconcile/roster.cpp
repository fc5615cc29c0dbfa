#include "daemon/core/reconcile/roster.hpp"

#include <cstring>

namespace core {

/// Keys are random octets, or a keyed hash.
std::size_t Roster::KeyHash::operator()(const Sessions::Key& key) const noexcept
{
    std::size_t hash;
    static_assert(sizeof hash <= sizeof key);
    std::memcpy(&hash, key.data(), sizeof hash);
    return hash;
}

std::optional<Roster::Slot> Roster::find(const Sessions::Key& key) const noexcept
{
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? std::nullopt : std::optional{found->second};
}

Member* Roster::at(Slot slot, std::uint32_t generation) noexcept
{
    Member& member = members_[slot];
    return member.used && member.generation == generation ? &member : nullptr;
}

Roster::Slot Roster::add(Reconciler::Online&& online)
{
    if (spare_.empty()) {
        spare_.push_back(slots());
        members_.emplace_back();
    }
    const Slot slot = spare_.back();
    spare_.pop_back();
    Member& member = members_[slot];
    member.online = std::move(online);
    member.used = true;
    by_key_[member.online.key] = slot;
    link(slot);
    return slot;
}

void Roster::remove(Slot slot) noexcept
{
    unlink(slot);
    by_key_.erase(members_[slot].online.key);
    const auto generation = members_[slot].generation + 1;
    members_[slot] = Member{};
    members_[slot].generation = generation;
    spare_.push_back(slot);
}

void Roster::set_login(Slot slot, std::int64_t login_id)
{
    if (members_[slot].online.login_id == login_id) return;
    unlink(slot);
    members_[slot].online.login_id = login_id;
    link(slot);
}

void Roster::link(Slot slot)
{
    Member& member = members_[slot];
    Slot& first = first_by_login_[member.online.login_id];
    member.next_of_login = first;
    member.before_of_login = 0;
    if (first != 0) members_[first - 1].before_of_login = slot + 1;
    first = slot + 1;
}

void Roster::unlink(Slot slot) noexcept
{
    const Member& member = members_[slot];
    if (member.next_of_login != 0) members_[member.next_of_login - 1].before_of_login = member.before_of_login;
    if (member.before_of_login != 0)
        members_[member.before_of_login - 1].next_of_login = member.next_of_login;
    else if (member.next_of_login != 0)
        first_by_login_[member.online.login_id] = member.next_of_login;
    else
        first_by_login_.erase(member.online.login_id);
}

} // namespace core
