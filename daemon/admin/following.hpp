// daemon/admin/following.hpp - what people order of sessions that are online, and how those follow their records.
#pragma once

#include "daemon/admin/call.hpp"
#include "daemon/core/reconcile/reconciler.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace admin {

/// ID, or the only open session of --login, else its last. On a database thread.
std::int64_t asked_session(Call& call);

/// The NAS of that name or id; refuses (not_found; unavailable while there is no directory). On the loop.
const provisioning::NasEntry& nas_called(const core::Engine& engine, const std::string& wanted);

/// "100M/50M", download first; refuses (invalid) what is none, and a rate of 0.
core::Reconciler::Rates rates_of(const std::string& typed);

/// "503 Session-Context-Not-Found"; "no Error-Cause".
std::string cause_text(std::optional<std::uint32_t> cause);
/// error_cause and error_cause_name.
void add_cause(boost::json::object& object, std::optional<std::uint32_t> cause);
/// "0.02 s".
std::string seconds_text(std::chrono::milliseconds took);

/// wanted, has, following, why, next_in_s of a session that is online; null for another.
void add_following(Call& call, const std::string& session_key, boost::json::object& session);
/// The last attempts to make a session follow, the newest first.
boost::json::array attempts_of(Call& call, std::int64_t session_id);

/// Ends all open sessions of a login, once the command is in force: call.wait. `with_them` makes the result of an
/// array of what came of each (session, login, nas, result, ...); `before` stands before a refusal's text.
using Made = std::function<boost::json::value(boost::json::array each)>;
void kick(Call& call, const std::string& login, Made made, std::string before = {});

} // namespace admin
