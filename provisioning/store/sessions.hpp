// provisioning/store/sessions.hpp - sessions for people: who is online, what was, how much was used, who had an
// address.
#pragma once

#include "provisioning/store/session.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace provisioning::store {

/// Rows for people and JSON: field name -> value as text (empty optional: null), in the order of the command table.
using Row = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct SessionQuery {
    std::string login, nas, ip, mac, plan, city, state; ///< as typed; state: open|stale|closed
    std::string since; ///< begun not before: a day or an instant; empty: whenever
    bool closed_too = false;
    /// started_at|updated_at|download|upload|traffic|login, "-" before it: the greatest first; empty: -started_at
    std::string sort;
    std::int64_t limit = 0, offset = 0;
};
/// id login nas ip mac started_at updated_at ended_at download_octets upload_octets terminate_cause state
std::vector<Row> list_sessions(Session& session, const SessionQuery& query, std::string_view timezone);
/// Those of one login, open and closed, the newest first.
std::vector<Row> session_history(Session& session, std::string_view login, std::string_view since, std::int64_t limit,
                                 std::int64_t offset, std::string_view timezone);
/// Everything of one session; refuses an id that is none (not_found).
Row show_session(Session& session, std::int64_t id, std::string_view timezone);
/// The open session of a login, else its last one; refuses when several are open (conflict) or there is none.
std::int64_t session_of(Session& session, std::string_view login);
/// Its port blocks: address first_port last_port from_at until_at.
std::vector<Row> session_port_blocks(Session& session, std::int64_t id, std::string_view timezone);

/// value online before change: how many are online by nas|plan|city, and were at `compare` (an instant; empty: not
/// asked); the last row is the total.
std::vector<Row> count_sessions(Session& session, std::string_view by, std::string_view compare,
                                std::string_view timezone);
/// value drops logins cause last_at: sessions that ended since then by nas|port, the most first.
std::vector<Row> session_drops(Session& session, std::string_view since, std::string_view by, std::int64_t limit,
                               std::string_view timezone);
/// period download_octets upload_octets sessions: by day|month|hour, the oldest first; from and to are days (both
/// count). Without them: 31 days, 12 months, 24 hours. Periods without a record are left out.
std::vector<Row> usage_of(Session& session, std::string_view login, std::string_view by, std::string_view from,
                          std::string_view to, std::string_view timezone);

struct AddressQuery {
    std::string ip; ///< an address (IPv4, IPv6), as typed
    std::string at, from, to; ///< instants as typed: at, or from and to
    std::optional<std::int64_t> port;
    std::string reason;
};
/// Who had it, all candidates, the surest first; writes the question and its reason into the history.
std::vector<Row> who_had(Session& session, const Actor& actor, const AddressQuery& query, std::string_view timezone);

/// Records that the database did not take: id refused_at kind at nas login reason attributes.
std::vector<Row> refused_usage(Session& session, std::int64_t limit, std::int64_t offset, std::string_view timezone);

} // namespace provisioning::store
