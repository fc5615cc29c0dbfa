// provisioning/store/journal.hpp - the decision log, the history and the search: what is written and read in bulk.
#pragma once

#include "provisioning/store/records.hpp"
#include "provisioning/store/sessions.hpp"
#include "provisioning/usage.hpp"

#include <span>

namespace provisioning::store {

void store_auth(Session& session, std::span<const AuthRecord> batch);
void prune_auth(Session& session); ///< keeps 30 days

struct AuthQuery {
    std::string login, nas, since; ///< since: an instant or a date; empty: all kept
    std::string mac, reason, result; ///< MAC as typed; result accept|reject|garden
    std::optional<std::int64_t> after; ///< only those with a greater id, the oldest of them first
    std::int64_t limit = 100, offset = 0;
};
/// id at nas login method result(accept|reject|garden) reason mac times; newest first
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
