// provisioning/store/usage.hpp - accounting records on their way into the tables. A session's row is a merge of what
// was reported, not a sum: earliest start, highest counters, earliest stop; replays, duplicates, reordering and several
// daemons end in the same row. Protocol N-05 to N-10, N-14.
#pragma once

#include "provisioning/store/session.hpp"
#include "provisioning/usage.hpp"

#include <span>

namespace provisioning::store {

/// Merges a batch in one transaction (synchronous_commit on); when it returns, every record is in the tables, or among
/// the refused ones (usage_refused) because the database will not have it. Returns how many were refused. Throws
/// Unavailable; the batch may then be repeated, whatever became of it.
/// `daemon`: the name of the journal that it comes from, the same over restarts.
std::size_t store_usage(Session& session, std::span<const Usage> batch, std::string_view daemon);

/// Which database this is: system identifier, timeline, database. Another after a failover to a standby or a restore.
std::string cluster_of(Session& session);

/// As the owner: partitions of this month and the two after it are there (of usage_hour: of today and the two days
/// after it); what is past its time goes: months of sessions and traffic after `retention`, hours after 8 days. Of a
/// month that goes, what ended later than that, is open or is under legal hold stays. Returns the names of what was
/// made and dropped, for the log.
std::vector<std::string> keep_partitions(Session& owner, std::chrono::days retention);

/// A session that has no end yet, the least recently heard first.
struct OpenSession {
    std::string session_key, login;
    std::int64_t login_id = 0, nas_id = 0; ///< login_id 0: unknown
    std::string mac, nas_port_id; ///< empty: none
    std::optional<std::uint32_t> nas_port;
    std::chrono::seconds open_for{0}, silent_for{0};
    std::uint32_t interim_s = 0, session_time_s = 0;
    std::uint64_t download_octets = 0, upload_octets = 0;
    // To speak of it to its NAS:
    Instant began{};
    std::string acct_session_id, framed_ip, nas_ip, nas_identifier; ///< empty: not known
    std::string daemon; ///< whose journal its last record came from; empty: not known
    /// What it has: of the last CoA-Request that was acknowledged, else of its Accept; nothing: not known.
    std::optional<std::array<std::uint32_t, 4>> fingerprint;
    std::string has; ///< the same in words; empty: as it was accepted
};
std::vector<OpenSession> open_sessions(Session& session);

} // namespace provisioning::store
