// provisioning/directory.cpp
#include "provisioning/directory.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace provisioning {
namespace {

constexpr std::string_view vendors[] = {"generic", "mikrotik", "cisco", "juniper", "huawei", "accel-ppp"};
constexpr std::string_view modes[] = {"auto", "require", "ignore"};
constexpr std::string_view kinds[] = {"pppoe", "hotspot", "mac", "ip"};
constexpr std::string_view statuses[] = {"pre-activation", "active", "suspended", "cancelled"};
constexpr std::string_view mppe_names[] = {"none", "allow", "require"};
constexpr std::string_view garden_reasons[] = {"debt", "expired", "unknown", "quota"};

// The enumerator whose name stands at its place in `names`.
template <class Enum, std::size_t size>
std::optional<Enum> enum_of(const std::string_view (&names)[size], std::string_view text) noexcept
{
    const auto at = std::ranges::find(names, text);
    if (at == std::end(names)) return std::nullopt;
    return static_cast<Enum>(at - std::begin(names));
}

}  // namespace

std::optional<Vendor> vendor_of(std::string_view text) noexcept { return enum_of<Vendor>(vendors, text); }
std::optional<MessageAuthenticatorMode> message_authenticator_mode_of(std::string_view text) noexcept
{
    return enum_of<MessageAuthenticatorMode>(modes, text);
}
std::optional<LoginKind> login_kind_of(std::string_view text) noexcept { return enum_of<LoginKind>(kinds, text); }
std::optional<ContractStatus> contract_status_of(std::string_view text) noexcept
{
    return enum_of<ContractStatus>(statuses, text);
}
std::optional<Mppe> mppe_of(std::string_view text) noexcept { return enum_of<Mppe>(mppe_names, text); }
std::optional<GardenReason> garden_reason_of(std::string_view text) noexcept
{
    return enum_of<GardenReason>(garden_reasons, text);
}
std::string_view name(Vendor vendor) noexcept { return vendors[static_cast<std::size_t>(vendor)]; }
std::string_view name(LoginKind kind) noexcept { return kinds[static_cast<std::size_t>(kind)]; }
std::string_view name(ContractStatus status) noexcept { return statuses[static_cast<std::size_t>(status)]; }
std::string_view name(GardenReason reason) noexcept { return garden_reasons[static_cast<std::size_t>(reason)]; }

template <class Entry>
Handle Directory::Table<Entry>::handle_of(std::int64_t id)
{
    const auto [at, made] = slot_of_.try_emplace(id, static_cast<std::uint32_t>(slots_.size()));
    if (made) slots_.emplace_back();
    return {at->second};
}

template <class Entry>
Entry* Directory::Table<Entry>::put(Entry&& entry)
{
    auto& slot = slots_[handle_of(entry.id).slot];
    if (!slot) ++used_;
    slot = std::move(entry);
    return &*slot;
}

template <class Entry>
std::optional<Entry> Directory::Table<Entry>::take(std::int64_t id)
{
    const auto at = slot_of_.find(id);
    if (at == slot_of_.end()) return std::nullopt;
    auto taken = std::exchange(slots_[at->second], std::nullopt);
    if (taken) --used_;
    return taken;
}

template <class Entry>
const Entry* Directory::Table<Entry>::at(Handle handle) const noexcept
{
    if (handle.slot >= slots_.size()) return nullptr;
    const auto& slot = slots_[handle.slot];
    return slot ? &*slot : nullptr;
}

template <class Entry>
const Entry* Directory::Table<Entry>::find(std::int64_t id) const noexcept
{
    const auto at = slot_of_.find(id);
    return at == slot_of_.end() ? nullptr : this->at({at->second});
}

void Directory::apply(Change&& change)
{
    struct Visitor {
        Directory& directory;
        void operator()(NasEntry& entry) const { directory.put_nas(std::move(entry)); }
        void operator()(PlanEntry& entry) const { directory.plans_.put(std::move(entry)); }
        void operator()(ClientEntry& entry) const { directory.clients_.put(std::move(entry)); }
        void operator()(ContractEntry& entry) const
        {
            entry.client = directory.clients_.handle_of(entry.client_id);
            directory.contracts_.put(std::move(entry));
        }
        void operator()(LoginEntry& entry) const { directory.put_login(std::move(entry)); }
        void operator()(GardenEntry& entry) const
        {
            const auto id = entry.id;
            directory.gardens_.insert_or_assign(id, std::move(entry));
        }
        void operator()(const Removed& removed) const { directory.remove(removed); }
    };
    std::visit(Visitor{*this}, change);
}

void Directory::put_nas(NasEntry&& entry)
{
    forget_nas(entry.id);
    nas_by_prefix_[entry.address.length].insert_or_assign(entry.address.network, entry.id);
    nas_.put(std::move(entry));
}

void Directory::put_login(LoginEntry&& entry)
{
    forget_login(entry.id);
    entry.contract = contracts_.handle_of(entry.contract_id);
    entry.plan = plans_.handle_of(entry.plan_id);
    const auto* stored = logins_.put(std::move(entry));
    // Another entry may still have the name while a swap of names is half applied. Its key views that other entry's
    // text, so the key goes too.
    login_by_name_.erase(stored->name);
    login_by_name_.emplace(stored->name, logins_.handle_of(stored->id));
}

void Directory::remove(const Removed& removed)
{
    switch (removed.kind) {
    case EntryKind::nas:
        forget_nas(removed.id);
        break;
    case EntryKind::plan:
        plans_.take(removed.id);
        break;
    case EntryKind::client:
        clients_.take(removed.id);
        break;
    case EntryKind::contract:
        contracts_.take(removed.id);
        break;
    case EntryKind::login:
        forget_login(removed.id);
        break;
    case EntryKind::garden:
        gardens_.erase(removed.id);
        break;
    }
}

void Directory::forget_nas(std::int64_t id)
{
    const auto entry = nas_.take(id);
    if (!entry) return;
    const auto length = nas_by_prefix_.find(entry->address.length);
    if (length == nas_by_prefix_.end()) return;
    const auto at = length->second.find(entry->address.network);
    if (at != length->second.end() && at->second == id) length->second.erase(at);
    if (length->second.empty()) nas_by_prefix_.erase(length);
}

void Directory::forget_login(std::int64_t id)
{
    const auto* entry = logins_.find(id);
    if (entry == nullptr) return;
    // The key views the entry's text: it goes first, and only if no other entry took the name meanwhile.
    if (const auto at = login_by_name_.find(entry->name);
        at != login_by_name_.end() && at->second.slot == logins_.handle_of(id).slot)
        login_by_name_.erase(at);
    logins_.take(id);
}

const LoginEntry* Directory::find_login(std::string_view name) const noexcept
{
    const auto at = login_by_name_.find(name);
    return at == login_by_name_.end() ? nullptr : logins_.at(at->second);
}

const LoginEntry* Directory::find_login(std::int64_t id) const noexcept { return logins_.find(id); }

const NasEntry* Directory::find_nas(const Address& address) const noexcept
{
    for (const auto& [length, by_network] : nas_by_prefix_) {
        const Prefix candidate{masked(address, length), length};
        if (!candidate.contains(address)) continue; // IPv4 against an IPv6 prefix
        if (const auto at = by_network.find(candidate.network); at != by_network.end()) return nas_.find(at->second);
    }
    return nullptr;
}

const NasEntry* Directory::find_nas(std::string_view name) const noexcept
{
    const NasEntry* found = nullptr;
    nas_.each([&](const NasEntry& nas) {
        if (nas.name == name) found = &nas;
    });
    return found;
}

const NasEntry* Directory::find_nas(std::int64_t id) const noexcept { return nas_.find(id); }

const ContractEntry* Directory::contract(const LoginEntry& login) const noexcept
{
    return contracts_.at(login.contract);
}
const PlanEntry* Directory::plan(const LoginEntry& login) const noexcept { return plans_.at(login.plan); }
const ClientEntry* Directory::client(const ContractEntry& contract) const noexcept
{
    return clients_.at(contract.client);
}

const GardenEntry* Directory::garden(GardenReason reason, const NasEntry& nas) const noexcept
{
    if (!nas.gardens) return nullptr;
    const GardenEntry* for_all = nullptr;
    for (const auto& [id, entry] : gardens_) {
        if (entry.reason != reason) continue;
        if (entry.nas_id == nas.id) return &entry;
        if (entry.nas_id == 0) for_all = &entry;
    }
    return for_all;
}

Directory::Sizes Directory::sizes() const noexcept
{
    return {nas_.size(), plans_.size(), clients_.size(), contracts_.size(), logins_.size()};
}

} // namespace provisioning
