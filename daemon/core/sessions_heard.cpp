// What is heard of a session: its Accept, its accounting records, and what the records knew before this program began.
#include "daemon/core/sessions.hpp"

#include <algorithm>

namespace core {

using std::chrono::seconds;

namespace {

constexpr seconds repeated_within{5}; ///< of a Stop: a Start that comes once more
constexpr seconds late_within{60}; ///< its own Start, of which nothing was known; and how well instants are known

bool all_zero(const Sessions::Told& told) noexcept
{
    return told.download.octets.value_or(0) == 0 && told.upload.octets.value_or(0) == 0 &&
           told.download.gigawords == 0 && told.upload.gigawords == 0;
}

/// Whether a record tells when its session began, and when that was; else it had begun by the time of the record.
bool tells_start(const Sessions::Told& told) noexcept
{
    return told.report == Sessions::Report::start || told.session_time_s.value_or(0) != 0;
}
Sessions::Time started_at(const Sessions::Told& told) noexcept
{
    const bool start = told.report == Sessions::Report::start;
    return start ? told.at : told.at - seconds{told.session_time_s.value_or(0)};
}

} // namespace

void Sessions::reserve(const Key& key, std::int64_t login_id, const Caller& caller, std::uint32_t interim_s, Time now)
{
    sweep(now, 2); // for the one that a call may add: what is over is gone sooner than it comes
    const std::uint32_t at = find(key);
    if (at && !ended(slots_[at], now)) return; // it is there already
    if (at) forget(at);
    make(key, login_id, caller, Kind::reserved, interim_s, now);
}

/// The key is used again, and the record is of the session that has it now.
bool Sessions::is_of_another(const Slot& slot, const Told& told) noexcept
{
    if (!told.reusable || slot.kind == Kind::reserved) return false;
    const bool start = told.report == Report::start;
    if (slot.kind == Kind::stopped) {
        if (start) return told.at > slot.event + (slot.start_seen ? repeated_within : late_within);
        return tells_start(told) && started_at(told) > slot.event + repeated_within;
    }
    if (start) return told.at > slot.started + late_within && told.at > slot.event;
    return tells_start(told) && started_at(told) > slot.event + late_within;
}

/// The key was used before, and the record is of the session that had it then.
bool Sessions::is_of_one_before(const Slot& slot, const Told& told) noexcept
{
    return told.reusable && slot.kind == Kind::open && told.at < slot.started - late_within;
}

bool Sessions::before_reboot(std::int64_t nas_id, const Told& told) const noexcept
{
    const auto found = of_nas_.find(nas_id);
    if (found == of_nas_.end() || !found->second.rebooted) return false;
    return told.at <= *found->second.rebooted && started_at(told) < *found->second.rebooted;
}

Sessions::Heard Sessions::reckoned(Slot& slot, const Told& told) noexcept
{
    const std::uint32_t time = told.session_time_s.value_or(slot.session_time_s);
    const Order order = time > slot.session_time_s   ? Order::later
                        : time < slot.session_time_s ? Order::late
                                                     : Order::same;
    const bool nothing = all_zero(told);
    Heard heard;
    const OctetsReported* reports[] = {&told.download, &told.upload};
    OctetsReckoned* results[] = {&heard.download, &heard.upload};
    bool gigawords_known = true;
    for (int i = 0; i < 2; ++i) {
        OctetsKnown known{slot.octets[i], slot.gigawords[i], slot.gigawords_known};
        *results[i] = reckon(known, *reports[i], order, !nothing && !told.reckoned);
        slot.octets[i] = known.octets;
        slot.gigawords[i] = known.gigawords;
        gigawords_known = gigawords_known && known.gigawords_known;
    }
    slot.gigawords_known = gigawords_known && !told.estimated;
    if (!nothing) slot.session_time_s = std::max(slot.session_time_s, time);
    return heard;
}

/// When it began and when it was last heard of, whatever the order of its records.
void Sessions::note(Slot& slot, const Told& told, bool first) noexcept
{
    const bool start = told.report == Report::start;
    if (first || (start && !slot.start_seen))
        slot.started = started_at(told);
    else if (start || !slot.start_seen)
        slot.started = std::min(slot.started, started_at(told));
    slot.event = first || slot.kind == Kind::stopped ? told.at : std::max(slot.event, told.at);
    slot.start_seen = slot.start_seen || start;
    if (told.nas_port) {
        slot.nas_port = *told.nas_port;
        slot.nas_port_known = true;
    }
}

Sessions::Heard Sessions::heard(const Key& key, std::string_view other_key, std::int64_t login_id, const Caller& caller,
                                const Told& told, Time now)
{
    sweep(now, 2);
    std::uint32_t at = find(key);
    bool replaced = false;
    if (at && slots_[at].kind == Kind::stopped && now >= forgotten_at(slots_[at])) {
        forget(at);
        at = 0;
    }
    if (at && is_of_another(slots_[at], told)) {
        replaced = slots_[at].kind == Kind::open;
        forget(at);
        at = 0;
    }
    const bool stop = told.report == Report::stop;
    if (at && slots_[at].kind == Kind::stopped) {
        if (stop) slots_[at].event = std::min(slots_[at].event, told.at);
        slots_[at].start_seen = slots_[at].start_seen || told.report == Report::start;
        return reckoned(slots_[at], told);
    }
    const bool open = at && slots_[at].kind == Kind::open;
    const bool late_repetition = open && told.report == Report::start && slots_[at].taken;
    if (late_repetition || (at && is_of_one_before(slots_[at], told)) ||
        (!open && !stop && before_reboot(caller.nas_id, told))) {
        Slot nobody{};
        return reckoned(nobody, told);
    }
    const Kind kind = stop ? Kind::stopped : Kind::open;
    const bool known = at != 0;
    if (at)
        set(at, login_id, caller, kind, told.interim_s, now);
    else
        at = make(key, login_id, caller, kind, told.interim_s, now);
    const bool known_start = slots_[at].start_seen;
    note(slots_[at], told, !open);
    if (stop)
        other_keys_.erase(at);
    else if (!other_key.empty() && !other_keys_.contains(at))
        other_keys_.emplace(at, other_key);
    const auto octets = [&] { return slots_[at].octets[0] + slots_[at].octets[1]; };
    const auto before = octets();
    Heard heard = reckoned(slots_[at], told);
    heard.open = !stop;
    heard.more = known ? octets() - before : 0;
    heard.started = told.report == Report::start && !known_start;
    heard.replaced = replaced;
    return heard;
}

bool Sessions::remember(const Key& key, std::string_view other_key, std::int64_t login_id, const Caller& caller,
                        const Before& before)
{
    std::uint32_t at = find(key);
    if (at && slots_[at].kind == Kind::stopped) return false;
    if (at && slots_[at].kind == Kind::reserved) {
        forget(at);
        at = 0;
    }
    const bool heard_since = at != 0;
    if (!heard_since) at = make(key, login_id, caller, Kind::open, before.interim_s, before.heard);
    Slot& slot = slots_[at];
    if (!heard_since) {
        slot.started = before.started;
        slot.event = before.heard;
        slot.session_time_s = before.session_time_s;
    }
    slot.started = std::min(slot.started, before.started);
    if (!slot.nas_port_known && before.nas_port) {
        slot.nas_port = *before.nas_port;
        slot.nas_port_known = true;
    }
    slot.gigawords_known = false;
    slot.octets[0] = std::max(slot.octets[0], before.download);
    slot.octets[1] = std::max(slot.octets[1], before.upload);
    if (!other_key.empty() && !other_keys_.contains(at)) other_keys_.emplace(at, other_key);
    return true;
}

std::optional<std::uint32_t> Sessions::interim_of(const Key& key) const noexcept
{
    const std::uint32_t at = find(key);
    return at && slots_[at].kind != Kind::stopped ? std::optional{slots_[at].interim_s} : std::nullopt;
}

} // namespace core
