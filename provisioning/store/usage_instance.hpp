// provisioning/store/usage_instance.hpp - which session a record belongs to when its key is one that the NAS may use
// again ("n:..."), by times alone. No SQL. Protocol N-06; RFC 2866 s5.5 lets an Acct-Session-Id come again.
#pragma once

#include "provisioning/usage.hpp"

namespace provisioning::store {

/// A session of the key, as its row has it.
struct Instance {
    Instant began{}, started_at{}, updated_at{};
    bool start_seen = false;
    std::optional<Instant> stop_at;
    std::uint32_t session_time_s = 0;
    std::uint64_t download_octets = 0, upload_octets = 0;
    std::string framed_ip; ///< empty: none
    std::optional<std::uint32_t> nas_port;
    std::optional<Instant> nas_at;
};

/// `began` of the session of each record; the epoch is a session that was there before sessions had one. `known`: the
/// sessions of that key, in any order; those that the records open are added. `boots`: when the NAS began anew, in
/// order. `records`: of that key, in order of time. Nothing: a closing of a session that nobody knows.
std::vector<std::optional<Instant>> instances(std::vector<Instance> known, std::span<const Instant> boots,
                                              std::span<const Usage* const> records);

} // namespace provisioning::store
