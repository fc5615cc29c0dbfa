// provisioning/store/journal.hpp - sessions (accounting), the decision log, the history and the search: what is written
// and read in bulk. A session's row is a merge of what was reported, not a sum: earliest start, highest counters,
// earliest stop; replays, duplicates and reordering end in the same row.
#pragma once

#include "provisioning/store/records.hpp"
#include "provisioning/usage.hpp"

#include <span>

namespace provisioning::store {

/// Merges a batch in one transaction (synchronous_commit on); when it returns, the records are safe.
void store_usage(Session& session, std::span<const Usage> batch);
void store_auth(Session& session, std::span<const AuthRecord> batch);
void prune_auth(Session& session); ///< keeps 30 days

/// Rows for people and JSON: field name -> value as text (empty optional: null), in the order of cli.md.
using Row = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct SessionQuery {
    std::string login, nas, ip;
    bool closed_too = false;
    std::int64_t limit = 0, offset = 0;
};
/// id login nas ip mac started_at updated_at ended_at download_octets upload_octets terminate_cause state(open|closed)
std::vector<Row> list_sessions(Session& session, const SessionQuery& query, std::string_view timezone);

/// A session that has no end yet and was heard in the last 25 hours, the least recently heard first.
struct OpenSession {
    std::string session_key;
    std::int64_t login_id = 0, nas_id = 0;
    std::string mac, nas_port_id; ///< empty: none
    std::chrono::seconds silent_for{0};
    std::uint32_t interim_s = 0; ///< of the login's plan
};
std::vector<OpenSession> open_sessions(Session& session);

struct AuthQuery {
    std::string login, nas, since; ///< since: an instant or a date; empty: all kept
    std::string mac, reason, result; ///< MAC as typed; result accept|reject
    std::optional<std::int64_t> after; ///< only those with a greater id, the oldest of them first
    std::int64_t limit = 100, offset = 0;
};
/// id at nas login method result(accept|reject) reason mac times; newest first
std::vector<Row> list_auth(Session& session, const AuthQuery& query, std::string_view timezone);
/// What stands out: decisions counted by reason|mac|login|nas since then, the most first:
/// value times rejects share(percent) logins last_at
std::vector<Row> top_auth(Session& session, std::string_view by, std::string_view since, std::int64_t limit,
                          std::string_view timezone);

struct HistoryQuery {
    std::string client, login, actor, since;
    std::int64_t limit = 100, offset = 0;
};
/// id at actor operator address record record_id action(add|set|remove|reveal) field old new reason; newest first
std::vector<Row> list_history(Session& session, const HistoryQuery& query, std::string_view timezone);

/// name, trade name, document, e-mail, phone, login, MAC and IP (of sessions and logins): one row per contract-login:
/// client_id client document mobile contract_id contract_status login plan online ip mac nas match
std::vector<Row> find(Session& session, std::string_view text, std::int64_t limit);

} // namespace provisioning::store
