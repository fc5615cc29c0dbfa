// An accounting record in the table of sessions, and the sessions that it shows to be over.
#include "daemon/core/engine_inside.hpp"

namespace core {

using provisioning::Closing;
using provisioning::Instant;
using provisioning::Usage;
using provisioning::UsageKind;

namespace {

Octets octets_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Sessions::Report report_of(UsageKind kind) noexcept
{
    if (kind == UsageKind::start) return Sessions::Report::start;
    return kind == UsageKind::stop ? Sessions::Report::stop : Sessions::Report::interim;
}

/// What tells the session in the table, if its key's octets do not.
std::string_view other_key_of(std::string_view session_key) noexcept
{
    return session_key.starts_with("s:") ? std::string_view{} : session_key;
}

Sessions::Told told_by(const Usage& usage, Sessions::Time at)
{
    Sessions::Told told;
    told.report = report_of(usage.kind);
    told.reusable = usage.session_key.starts_with("n:");
    told.at = at;
    told.interim_s = usage.interim_s;
    told.nas_port = usage.nas_port;
    told.session_time_s = usage.session_time_s;
    return told;
}

} // namespace

Sessions::Key Engine::Inside::key_of_session(std::string_view session_key) noexcept
{
    if (const auto own = session_of_key(session_key)) return *own;
    return digester.hmac_md5(print_key, {octets_of(session_key)});
}

const provisioning::PlanEntry* Engine::Inside::plan_of(std::int64_t login_id) const noexcept
{
    const auto* login = directory->find_login(login_id);
    return login == nullptr ? nullptr : directory->plan(*login);
}

/// Nobody else will report its end.
Usage Engine::Inside::closed(const Sessions::Lost& one, Closing why, Instant at, Now now) const
{
    Usage made;
    made.kind = UsageKind::closed;
    made.closing = why;
    made.at = at;
    made.arrived = std::chrono::time_point_cast<std::chrono::milliseconds>(now.system);
    made.arrived_steady = now.steady.time_since_epoch();
    made.session_key = one.other_key.empty() ? class_session_key(one.key, 2) : std::string{one.other_key};
    made.began = began_of_key(made.session_key);
    made.nas_id = one.nas_id;
    if (one.login_id <= 0) return made;
    made.login_id = one.login_id;
    if (const auto* login = directory ? directory->find_login(one.login_id) : nullptr) made.login = login->name;
    return made;
}

void Engine::Inside::lose(const Sessions::Lost& one, Closing why, Instant at, Now now)
{
    lost.push_back(closed(one, why, at, now));
    reconciler.ended(one.key, now);
}

/// What its Accept asked for, if that is known: it holds until the next one, whatever the plan says by then.
std::uint32_t Engine::Inside::interim_of(const Sessions::Key& key, const Usage& heard,
                                         const provisioning::NasEntry& nas) const noexcept
{
    if (const auto known = sessions.interim_of(key)) return *known;
    if (const auto* plan = plan_of(heard.login_id.value_or(0))) return plan->interim_s;
    const auto* garden = heard.fingerprint ? directory->garden(provisioning::GardenReason::unknown, nas) : nullptr;
    return garden == nullptr ? 0 : garden->interim_s;
}

void Engine::Inside::hear(const Request& request, Reported& reported)
{
    lost.clear();
    auto& told_usage = reported.usage;
    if (told_usage.kind == UsageKind::nas_on || told_usage.kind == UsageKind::nas_off)
        sessions.rebooted(told_usage.nas_id, reported.at,
                          [&](const Sessions::Key& key) { reconciler.ended(key, request.now); });
    if (told_usage.session_key.empty()) {
        told_usage.download_octets =
            std::uint64_t{reported.download.gigawords} << 32 | reported.download.octets.value_or(0);
        told_usage.upload_octets = std::uint64_t{reported.upload.gigawords} << 32 | reported.upload.octets.value_or(0);
        return;
    }
    const auto login_id = told_usage.login_id.value_or(0);
    const auto key = key_of_session(told_usage.session_key);
    told_usage.interim_s = interim_of(key, told_usage, request.nas);
    const AccessRequest access = decode_access(request.packet); // the same attributes tell a caller in both requests
    const auto caller = caller_of(request.nas, directory->find_login(login_id), told_usage.login, access.mac,
                                  access.nas_port, access.nas_port_number);
    auto told = told_by(told_usage, reported.at);
    told.download = reported.download;
    told.upload = reported.upload;
    const auto heard =
        sessions.heard(key, other_key_of(told_usage.session_key), login_id, caller.place, told, request.now.steady);
    told_usage.download_octets = heard.download.octets;
    told_usage.upload_octets = heard.upload.octets;
    told_usage.wrapped = heard.download.wrapped || heard.upload.wrapped;
    count_use(login_id, heard.more, request.now);
    if (heard.replaced) {
        // Just before the session that has the key now began: a record's time tells whose it is.
        const std::chrono::seconds since{
            told.report == Sessions::Report::start ? 0 : told_usage.session_time_s.value_or(0)};
        lose({.key = key,
              .other_key = told_usage.session_key,
              .login_id = login_id,
              .nas_id = told_usage.nas_id,
              .last_heard = {},
              .interim_s = 0},
             Closing::superseded, told_usage.at - since - std::chrono::milliseconds{1}, request.now);
    }
    if (heard.open)
        follow(request, told_usage, key, reported.at);
    else if (told.report == Sessions::Report::stop)
        reconciler.ended(key, request.now);
    if (told.report != Sessions::Report::stop) end_others(request, told_usage, key, caller, heard.started);
}

/// What was taken over at the Accept ends with an Interim as well: the Start may have been lost. By two sessions that
/// show neither MAC nor port nothing is shown: they may be two callers.
void Engine::Inside::end_others(const Request& request, const Usage& started, const Sessions::Key& key,
                                const Caller& caller, bool is_start)
{
    sessions.taken_over_by(
        key, [&](const Sessions::Lost& one) { lose(one, Closing::lost_carrier, started.arrived, request.now); });
    if (!is_start || !started.login_id) return;
    const auto* login = directory->find_login(*started.login_id);
    if (login == nullptr) return;
    const auto* plan = directory->plan(*login);
    auto place = caller.place;
    if (place.port == no_port) place.port = 0;
    sessions.superseded_by(
        key, place, login->simultaneous.value_or(plan == nullptr ? 1 : plan->simultaneous), request.now.steady,
        [&](const Sessions::Lost& one) { lose(one, Closing::superseded, started.arrived, request.now); });
}

void Engine::remember(std::span<const KnownSession> known, Now now)
{
    auto& in = *inside_;
    for (const auto& one : known) {
        const auto key = in.key_of_session(one.session_key);
        const bool open = in.sessions.remember(key, other_key_of(one.session_key), one.login_id,
                                               place_of(one.nas_id, one.mac, one.nas_port_id, one.nas_port),
                                               {.started = now.steady - one.open_for,
                                                .heard = now.steady - one.silent_for,
                                                .interim_s = one.interim_s,
                                                .session_time_s = one.session_time_s,
                                                .nas_port = one.nas_port,
                                                .download = one.download_octets,
                                                .upload = one.upload_octets});
        if (open) in.follow_known(one, key, now);
    }
}

void Engine::replay(const Usage& usage, std::chrono::seconds ago, Now now)
{
    auto& in = *inside_;
    const auto arrived = now.steady - ago;
    const auto at = arrived - (usage.arrived - usage.at);
    if (usage.kind == UsageKind::nas_on || usage.kind == UsageKind::nas_off)
        in.sessions.rebooted(usage.nas_id, at, [&](const Sessions::Key& key) { in.reconciler.ended(key, now); });
    if (usage.session_key.empty()) return;
    const auto key = in.key_of_session(usage.session_key);
    if (usage.kind == UsageKind::closed) {
        if (in.sessions.closed(key, at)) in.reconciler.ended(key, now);
        return;
    }
    auto told = told_by(usage, at);
    const auto split = [](std::uint64_t octets) {
        return OctetsReported{static_cast<std::uint32_t>(octets), static_cast<std::uint32_t>(octets >> 32)};
    };
    told.download = split(usage.download_octets);
    told.upload = split(usage.upload_octets);
    told.reckoned = true;
    told.estimated = usage.wrapped;
    const auto heard = in.sessions.heard(
        key, other_key_of(usage.session_key), usage.login_id.value_or(0),
        place_of(usage.nas_id, usage.mac.value_or(std::string{}), usage.nas_port_id, usage.nas_port), told, arrived);
    if (heard.replaced || !heard.open) in.reconciler.ended(key, now);
    if (heard.open) in.follow_replayed(usage, key, now);
}

} // namespace core
