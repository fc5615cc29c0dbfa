// provisioning/directory.hpp - all that a decision needs, in memory: NAS, plans, clients, contracts, logins. Entries
// refer to each other by handle, so a change of a plan with 300,000 logins is one swap. One thread reads and writes it.
#pragma once

#include "provisioning/methods.hpp"
#include "provisioning/rules/address.hpp"
#include "provisioning/rules/binding.hpp"
#include "provisioning/rules/schedule.hpp"
#include "provisioning/secret.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace provisioning {

enum class Vendor : std::uint8_t { generic, mikrotik, cisco, juniper, huawei, accel_ppp };
enum class MessageAuthenticatorMode : std::uint8_t { automatic, require, ignore };
enum class LoginKind : std::uint8_t { pppoe, hotspot, mac, ip };
enum class ContractStatus : std::uint8_t { pre_activation, active, suspended, cancelled };
/// MPPE keys for MS-CHAP (RFC 2548 s2.4): none are sent, the NAS may encrypt, or it must.
enum class Mppe : std::uint8_t { none, allow, require };

/// "" for a text that is none of them; the texts are those of the record fields ("accel-ppp", "pre-activation", ...).
std::optional<Vendor> vendor_of(std::string_view text) noexcept;
std::optional<MessageAuthenticatorMode> message_authenticator_mode_of(std::string_view text) noexcept;
std::optional<LoginKind> login_kind_of(std::string_view text) noexcept;
std::optional<ContractStatus> contract_status_of(std::string_view text) noexcept;
std::optional<Mppe> mppe_of(std::string_view text) noexcept;
std::string_view name(Vendor vendor) noexcept;
std::string_view name(LoginKind kind) noexcept;
std::string_view name(ContractStatus status) noexcept;

struct Handle {
    std::uint32_t slot = UINT32_MAX;
};

struct NasEntry {
    std::int64_t id = 0;
    std::string name{};
    Prefix address{};
    Secret secret{};
    Vendor vendor = Vendor::generic;
    MessageAuthenticatorMode message_authenticator = MessageAuthenticatorMode::automatic;
    bool limit_proxy_state = true;
    /// Mode automatic: a verified Message-Authenticator came once, so from then on each request needs one (M-11).
    bool message_authenticator_learned = false;
    Secret previous_secret{}; ///< accepted too until then; empty: none
    std::chrono::system_clock::time_point previous_secret_until{};
    MethodSet methods = MethodSet::all(); ///< that it offers
    Mppe mppe = Mppe::allow;
    std::chrono::milliseconds reject_delay{0};
    bool swap_octets = false; ///< it reports octets from its own side: Acct-Input is what the subscriber received
    bool coa = true; ///< sessions there are made to follow their records (RFC 5176)
    std::uint16_t coa_port = 3799;
    bool coa_message_authenticator = true; ///< requests of ours to it carry one
    std::string open_list = "porteiro-open"; ///< address list that stands for none in a CoA; empty: it has none
    bool gardens = true; ///< false: who could be let into a garden is rejected there
};

/// Why somebody is let into a walled garden in place of a reject (or, for `quota`, of full speed).
enum class GardenReason : std::uint8_t { debt, expired, unknown, quota };
std::optional<GardenReason> garden_reason_of(std::string_view text) noexcept; ///< "debt", "expired", ...
std::string_view name(GardenReason reason) noexcept;

/// What the subscribers of a garden get; nothing of their plan or login comes with it but kind, limits and bindings.
struct GardenEntry {
    std::int64_t id = 0;
    std::string name{};
    GardenReason reason = GardenReason::debt;
    std::int64_t nas_id = 0; ///< 0: all that have none of their own for that reason
    std::string framed_pool{}, address_list{}, filter{}, redirect{}; ///< empty: none. redirect: a URL
    bool keep_address = false; ///< the login's own address or pool stays, so that a CoA can open and close it
    std::uint64_t download_bps = 0, upload_bps = 0; ///< 0: no limit
    std::uint32_t interim_s = 0, session_timeout_s = 0;
    std::vector<std::uint8_t> reply_octets{}; ///< encoded for the wire
};

/// How much traffic a plan holds (franquia).
enum class AllowancePeriod : std::uint8_t { day, week, month };
struct Allowance {
    std::uint64_t octets = 0; ///< download and upload together; 0: no limit
    AllowancePeriod period = AllowancePeriod::month;
    std::uint8_t reset_day = 1; ///< month: 1..31 (the last day where a month is shorter); week: 1 is Monday
    std::uint8_t warning_percent = 80; ///< 0: no warning
    bool garden = false; ///< used up: the garden for `quota`; false, or where there is none: the rates below
    std::uint64_t download_bps = 0, upload_bps = 0; ///< used up; 0: as before
};

/// What binds a login to a place, a name and a time. Of a plan: only realm and schedule are used.
struct Bindings {
    std::vector<MacText> macs{};
    std::int64_t nas_id = 0; ///< 0: any
    std::string nas_port{}, circuit_id{}, remote_id{}; ///< patterns (see matches()); empty: any
    std::string realm{}; ///< empty: any
    RealmRule realm_rule = RealmRule::none;
    Schedule schedule{};
    std::optional<std::chrono::sys_seconds> valid_from{}, valid_until{}; ///< [from, until)
};

/// What few logins have: kept apart, so that the many stay small.
struct LoginTerms {
    Bindings bindings{};
    std::optional<Prefix> ipv6_prefix{}, delegated_ipv6_prefix{};
    std::vector<std::string> routes{}; ///< Framed-Route (RFC 2865 s5.22)
    std::string filter{}, address_list{}; ///< empty: the plan's
};

struct PlanEntry {
    std::int64_t id = 0;
    std::string name{};
    std::uint64_t download_bps = 0, upload_bps = 0;
    std::string framed_pool{};
    std::uint32_t session_timeout_s = 0, interim_s = 0;
    std::vector<std::uint8_t> reply_octets{}; ///< encoded for the wire by whoever loads it; opaque here
    std::uint64_t burst_download_bps = 0, burst_upload_bps = 0; ///< 0: no burst
    std::uint32_t burst_time_s = 0, idle_timeout_s = 0;
    std::uint32_t simultaneous = 1; ///< sessions of a login at once; 0: no limit
    std::string filter{}, address_list{}, ipv6_pool{}, delegated_ipv6_pool{};
    MethodSet methods = MethodSet::all();
    bool learn_mac = false;
    Bindings bindings{};
    Allowance allowance{};
    std::uint64_t reduced_download_bps = 0, reduced_upload_bps = 0; ///< of a contract reduced for debt; 0: as before
};

struct ClientEntry {
    std::int64_t id = 0;
    std::string name{};
    bool active = true;
};

struct ContractEntry {
    std::int64_t id = 0;
    std::int64_t client_id = 0;
    ContractStatus status = ContractStatus::active;
    std::string suspension_kind{}; ///< debt|request|fraud|court; empty unless suspended
    std::string suspension_reason{};
    bool reduced = false; ///< for debt: the plan's reduced rates
    /// A trust bonus: until then debt neither closes nor reduces.
    std::optional<std::chrono::sys_seconds> trust_until{};
    Handle client{}; ///< set by the directory
};

struct LoginEntry {
    std::int64_t id = 0;
    std::string name{};
    std::int64_t contract_id = 0, plan_id = 0;
    LoginKind kind = LoginKind::pppoe;
    bool enabled = true;
    std::vector<std::uint8_t> sealed_password{};
    std::optional<std::array<std::uint8_t, 4>> ip{};
    std::string framed_pool{}; ///< empty: the plan's
    std::vector<std::uint8_t> reply_octets{};
    Storage storage = Storage::encrypted;
    std::optional<std::uint32_t> simultaneous{}; ///< nothing: the plan's
    std::optional<bool> learn_mac{}; ///< nothing: the plan's
    std::shared_ptr<const LoginTerms> terms{}; ///< null: none of them
    Handle contract{}, plan{}; ///< set by the directory
};

enum class EntryKind : std::uint8_t { nas, plan, client, contract, login, garden };
struct Removed {
    EntryKind kind;
    std::int64_t id;
};
using Change = std::variant<NasEntry, PlanEntry, ClientEntry, ContractEntry, LoginEntry, Removed, GardenEntry>;

class Directory {
public:
    Directory() = default;
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    /// Puts an entry in place of the one with its id, or removes one. Order does not matter: a login may come before
    /// its contract; until that is there, contract() gives null.
    void apply(Change&& change);

    const LoginEntry* find_login(std::string_view name) const noexcept; ///< octet-exact
    const LoginEntry* find_login(std::int64_t id) const noexcept;
    /// The NAS whose prefix is the longest that holds `address`.
    const NasEntry* find_nas(const Address& address) const noexcept;
    const NasEntry* find_nas(std::string_view name) const noexcept;
    const NasEntry* find_nas(std::int64_t id) const noexcept;

    const ContractEntry* contract(const LoginEntry& login) const noexcept;
    const PlanEntry* plan(const LoginEntry& login) const noexcept;
    const ClientEntry* client(const ContractEntry& contract) const noexcept;
    /// The NAS's own for that reason, else the one for all; null: none, or the NAS takes nobody into gardens.
    const GardenEntry* garden(GardenReason reason, const NasEntry& nas) const noexcept;

    struct Sizes {
        std::size_t nas, plans, clients, contracts, logins;
    };
    Sizes sizes() const noexcept;
    template <class Visit>
    void each_nas(Visit visit) const
    {
        nas_.each(visit);
    }
    template <class Visit>
    void each_plan(Visit visit) const
    {
        plans_.each(visit);
    }
    template <class Visit>
    void each_client(Visit visit) const
    {
        clients_.each(visit);
    }
    template <class Visit>
    void each_contract(Visit visit) const
    {
        contracts_.each(visit);
    }
    template <class Visit>
    void each_login(Visit visit) const
    {
        logins_.each(visit);
    }
    template <class Visit>
    void each_garden(Visit visit) const
    {
        for (const auto& [id, garden] : gardens_) visit(garden);
    }

private:
    /// Entries by slot; a slot keeps its id for good, so that handles to it stay right.
    template <class Entry>
    class Table {
    public:
        Handle handle_of(std::int64_t id); ///< makes an empty slot for an id not seen before
        Entry* put(Entry&& entry);
        std::optional<Entry> take(std::int64_t id); ///< empties the slot
        const Entry* at(Handle handle) const noexcept;
        const Entry* find(std::int64_t id) const noexcept;
        std::size_t size() const noexcept { return used_; }
        template <class Visit>
        void each(Visit visit) const
        {
            for (const auto& slot : slots_)
                if (slot) visit(*slot);
        }

    private:
        std::deque<std::optional<Entry>> slots_;
        boost::unordered_flat_map<std::int64_t, std::uint32_t> slot_of_;
        std::size_t used_ = 0;
    };
    struct TextHash {
        std::size_t operator()(std::string_view text) const noexcept { return boost::hash<std::string_view>{}(text); }
    };

    void put_nas(NasEntry&& entry);
    void put_login(LoginEntry&& entry);
    void remove(const Removed& removed);
    void forget_nas(std::int64_t id);
    void forget_login(std::int64_t id);

    Table<NasEntry> nas_;
    Table<PlanEntry> plans_;
    Table<ClientEntry> clients_;
    Table<ContractEntry> contracts_;
    Table<LoginEntry> logins_;
    std::map<std::int64_t, GardenEntry> gardens_; ///< by id: they are few
    /// The keys are views of the names in the slots, which do not move.
    boost::unordered_flat_map<std::string_view, Handle, TextHash> login_by_name_;
    /// By prefix length, longest first, then by network: a look-up tries each length in use.
    std::map<std::uint8_t, std::map<Address, std::int64_t>, std::greater<>> nas_by_prefix_;
};

} // namespace provisioning
