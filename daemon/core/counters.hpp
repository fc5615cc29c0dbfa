// daemon/core/counters.hpp - what is counted, by the names that `status` shows. Names follow RFC 4669 and RFC 4671
// (auth.malformed is radiusAuthServTotalMalformedAccessRequests, auth.invalid the requests from unknown clients, ...).
// Written by the loop alone; others ask the loop.
#pragma once

#include "provisioning/reason.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace core {

enum class Counter : std::uint8_t {
    auth_requests,
    auth_accepts,
    auth_challenges,
    auth_rejects,
    auth_dup,
    auth_malformed,
    auth_invalid,
    auth_bad_authenticator,
    auth_ma_missing,
    auth_blastradius,
    auth_unknown_type,
    auth_dropped,
    auth_status_server,
    auth_not_ready,
    auth_throttled,
    eap_evicted,
    acct_requests,
    acct_responses,
    acct_dup,
    acct_malformed,
    acct_invalid,
    acct_bad_authenticator,
    acct_unknown_type,
    acct_dropped,
    acct_no_record,
    acct_status_server,
    radius_digests,
    decisions_dropped,
    udp_kernel_drops,
    admin_denied,
    coa_requests,
    coa_repeats,
    coa_acks,
    coa_naks,
    coa_timeouts,
    coa_bad_reply,
    coa_unexpected, ///< a request, or an answer to nothing
    auth_gardens,
    count_
};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(Counter::count_)> counter_names = {
    "auth.requests",      "auth.accepts",
    "auth.challenges",    "auth.rejects",
    "auth.dup",           "auth.malformed",
    "auth.invalid",       "auth.bad_authenticator",
    "auth.ma_missing",    "auth.blastradius",
    "auth.unknown_type",  "auth.dropped",
    "auth.status_server", "auth.not_ready",
    "auth.throttled",     "auth.eap_evicted",
    "acct.requests",      "acct.responses",
    "acct.dup",           "acct.malformed",
    "acct.invalid",       "acct.bad_authenticator",
    "acct.unknown_type",  "acct.dropped",
    "acct.no_record",     "acct.status_server",
    "radius.digests",     "decisions.dropped",
    "udp.kernel_drops",   "admin.denied",
    "coa.requests",       "coa.repeats",
    "coa.acks",           "coa.naks",
    "coa.timeouts",       "coa.bad_reply",
    "coa.unexpected",     "auth.gardens"};

class Counters {
public:
    void add(Counter counter, std::uint64_t by = 1) noexcept { values_[static_cast<std::size_t>(counter)] += by; }
    void set(Counter counter, std::uint64_t to) noexcept { values_[static_cast<std::size_t>(counter)] = to; }
    std::uint64_t get(Counter counter) const noexcept { return values_[static_cast<std::size_t>(counter)]; }
    std::span<const std::uint64_t> values() const noexcept { return values_; }

private:
    std::array<std::uint64_t, static_cast<std::size_t>(Counter::count_)> values_{};
};

/// Per NAS, kept by its id as long as the daemon runs.
struct NasCounters {
    std::uint64_t requests = 0, accepts = 0, challenges = 0, rejects = 0, accounting = 0, duplicates = 0,
                  bad_authenticators = 0, dropped = 0;
    std::array<std::uint64_t, provisioning::reason_count> rejects_by_reason{};
    std::int64_t last_seen_unix_s = 0;          ///< of the last *verified* packet; 0: never
    std::int64_t last_bad_unix_s = 0;           ///< of the last bad authenticator; 0: never
    std::optional<std::int64_t> clock_skew_s;   ///< its Event-Timestamp less our clock (protocol N-16); none was sent
};

}  // namespace core
