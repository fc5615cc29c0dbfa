// provisioning/store/enforcement.hpp - what was done to make online sessions follow their records, kept for people; and
// how much of their allowance logins have used.
#pragma once

#include "provisioning/enforcement.hpp"
#include "provisioning/store/sessions.hpp"

#include <span>

namespace provisioning::store {

/// In one transaction. An attempt that is there already (session, time, order) gets the result that it has now.
void store_attempts(Session& session, std::span<const EnforcementAttempt> batch);
/// Drops those older than `retention`.
void prune_attempts(Session& session, std::chrono::days retention);

struct AttemptQuery {
    std::string login{}, nas{}, since{}, result{}; ///< as typed; result: acknowledged|no_effect|refused|...
    std::optional<std::int64_t> session_id{};
    std::int64_t limit = 100, offset = 0;
};
/// id at session_id login nas order why wanted result error_cause sent took_ms actor; the newest first. error_cause:
/// the number, its name is the caller's to add.
std::vector<Row> list_attempts(Session& session, const AttemptQuery& query, std::string_view timezone);

/// What identifies an open session to the daemon; refuses (not_found) one that is none or has ended.
struct OnlineRef {
    std::string session_key, login;
    Instant began{};
    std::int64_t nas_id = 0;
};
OnlineRef online_session(Session& session, std::int64_t id);
std::vector<OnlineRef> online_sessions_of(Session& session, std::string_view login);

/// What each login whose plan has an allowance has used in its present period, as far as the tables have it.
struct AllowanceUsed {
    std::int64_t login_id = 0;
    std::uint64_t octets = 0;
};
std::vector<AllowanceUsed> allowances_used(Session& session, std::string_view timezone);

} // namespace provisioning::store
