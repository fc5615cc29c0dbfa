// provisioning/policy.hpp - may this subscriber come in, and with what? Facts in, decision out; no clock, no I/O.
// The rules are one table in the order of provisioning/reason.hpp: authorize() stops at the first that refuses,
// explain() shows them all, by the same functions.
#pragma once

#include "provisioning/directory.hpp"
#include "provisioning/reason.hpp"

#include <chrono>

namespace provisioning {

// A refusal of contract_suspended (for debt), expired or unknown_login lets into the garden for that reason, where the
// directory has one for the NAS and every rule after it passes too, or leads into a garden of its own; else the answer
// is the first refusal without one. Of an unknown login nothing is proved: PAP, CHAP
// and EAP-MD5 take it at its word, MS-CHAP cannot (its Accept must prove the password) and is refused.

/// What the request shows of its service: PPP attributes, a hotspot's, a MAC as the name, or nothing that tells.
enum class RequestKind : std::uint8_t { unknown, pppoe, hotspot, mac };
/// What came of the credentials; the caller proves them (PAP, CHAP, ...) against the login's entry.
/// not_possible: a method that the login's stored password cannot serve, or that is not served here.
enum class Proof : std::uint8_t { absent, wrong, not_possible, proved };

/// What is asked. A value that is not there (`login explain` without --nas, --mac) leaves its rule unasked; one that is
/// empty was not in the request.
struct AccessQuery {
    std::string_view login{};
    RequestKind kind = RequestKind::unknown;
    Proof proof = Proof::absent;
    std::chrono::system_clock::time_point now{};
    Method method = Method::none; ///< none: not asked
    const NasEntry* nas = nullptr;
    std::optional<std::string_view> mac{}; ///< Calling-Station-Id as received
    std::optional<std::string_view> nas_port{}; ///< NAS-Port-Id
    std::optional<std::string_view> circuit_id{}, remote_id{};
    std::chrono::seconds utc_offset{0}; ///< of the provider's zone at `now`
    std::uint32_t sessions = 0; ///< live ones and reservations of this login, less those that this request takes over
    bool throttled = false; ///< too many wrong passwords from this caller
    std::uint64_t used_octets = 0; ///< of the plan's allowance, in the present period
};

/// In neutral terms; views and pointers live as long as the directory is not changed.
struct Decision {
    Reason reason = Reason::none; ///< none: accepted, and the terms below hold
    const GardenEntry* garden = nullptr; ///< accepted into it; `refused` says why
    Reason refused = Reason::none; ///< what the answer would be without the garden; none for a used-up allowance
    bool allowance_used = false; ///< up: the rates, or the garden, are those of afterwards
    const LoginEntry* login = nullptr;
    const ContractEntry* contract = nullptr;
    const ClientEntry* client = nullptr;
    const PlanEntry* plan = nullptr;
    std::uint64_t download_bps = 0, upload_bps = 0;
    std::uint64_t burst_download_bps = 0, burst_upload_bps = 0;
    std::uint32_t burst_time_s = 0;
    std::string_view framed_pool{};
    std::optional<std::array<std::uint8_t, 4>> framed_ip{};
    std::optional<Prefix> ipv6_prefix{}, delegated_ipv6_prefix{};
    std::string_view ipv6_pool{}, delegated_ipv6_pool{};
    std::span<const std::string> routes{};
    std::string_view filter{}, address_list{}, redirect{};
    std::uint32_t session_timeout_s = 0; ///< cut to what remains of validity and schedule; 0: no limit
    std::uint32_t idle_timeout_s = 0, interim_s = 0;
    std::span<const std::uint8_t> plan_reply{}, login_reply{};
    std::uint32_t simultaneous = 0; ///< 0: no limit
    bool learn_mac = false; ///< the caller's MAC becomes the login's
    std::chrono::system_clock::time_point valid_until = std::chrono::system_clock::time_point::max();
};

/// The login that a User-Name means: the exact name; else the login of kind mac whose address it is in any notation;
/// else, without its realm, a login whose realm rule (its own, else its plan's) takes that realm. Credentials are
/// proved against this entry.
const LoginEntry* find_login_as_dialled(const Directory& directory, std::string_view name) noexcept;

/// The pointers are set as far as the records are there, also when it refuses.
Decision authorize(const AccessQuery& query, const Directory& directory) noexcept;

/// "300M/150M", "garden debt", "reject: contract_suspended": for people and logs.
std::string in_words(const Decision& decision);

/// The period of an allowance that `now` is in, by the zone's offset then: [from, until).
struct Period {
    std::chrono::sys_seconds from, until;
};
Period period_of(const Allowance& allowance, std::chrono::system_clock::time_point now,
                 std::chrono::seconds utc_offset) noexcept;

/// What a plan alone gives, for `plan render` and for the checks of a plan.
Decision terms_of_plan(const PlanEntry& plan) noexcept;
/// What a garden alone gives, likewise.
Decision terms_of_garden(const GardenEntry& garden) noexcept;

/// One rule as `login explain` prints it.
struct Explained {
    Reason reason; ///< the reason that this rule gives when it refuses
    enum class Outcome : std::uint8_t {
        passed,
        refused,
        not_reached
    } outcome; ///< not_reached: not asked, or no record
    std::string record; ///< what it looked at: "contract 42 (suspended: debt, 2 boletos)", never a secret
};
std::vector<Explained> explain(const AccessQuery& query, const Directory& directory);

} // namespace provisioning
