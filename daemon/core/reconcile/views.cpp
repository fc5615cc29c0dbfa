// How sessions stand to their records, and lines to their NAS, for people.
#include "daemon/core/reconcile/reconciler_inside.hpp"

namespace core {

namespace {

constexpr std::chrono::seconds waited_long{30};

std::string in_words(std::chrono::seconds time)
{
    if (time < std::chrono::minutes{2}) return std::to_string(time.count()) + " s";
    if (time < std::chrono::hours{2})
        return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(time).count()) + " min";
    return std::to_string(std::chrono::duration_cast<std::chrono::hours>(time).count()) + " h";
}

} // namespace

std::string_view name(Following::State state) noexcept
{
    switch (state) {
    case Following::State::in_force:
        return "in_force";
    case Following::State::pending:
        return "pending";
    case Following::State::failed:
        return "failed";
    }
    return {};
}

Following Reconciler::Inside::following(const Member& member, Now now) const
{
    using State = Following::State;
    const auto& has = member.online.has_words;
    Following made{.wanted = has, .has = has.empty() ? "as accepted" : has};
    if (!member.online.ours) made.why = "the daemon that hears its accounting sees to it";
    if (!member.task) return made;
    const Task& task = *member.task;
    made.state = State::pending;
    made.wanted = task.wanted.words;
    made.attempts = task.requests;
    const auto because = [&](const std::string& what) { made.why = task.wanted.why + ": " + what; };
    const bool on_line = task.phase == Phase::queued || task.phase == Phase::in_flight;
    const auto silent = on_line ? task.line->silent_since() : std::nullopt;
    if (silent && now.steady - task.since > waited_long) {
        made.state = State::failed;
        const auto since = std::chrono::duration_cast<std::chrono::seconds>(now.steady - *silent);
        because("its NAS has not answered CoA requests for " + in_words(since));
        return made;
    }
    switch (task.phase) {
    case Phase::queued:
        because("waits for its turn");
        break;
    case Phase::in_flight:
        because("waits for an answer");
        break;
    case Phase::pausing:
        because(task.problem);
        made.next_in = std::chrono::ceil<std::chrono::seconds>(std::max(task.next - now.steady, Time::duration{0}));
        break;
    case Phase::awaiting_end:
        because("acknowledged, its end is to come");
        break;
    case Phase::given_up:
    case Phase::not_there:
    case Phase::no_way:
        made.state = State::failed;
        because(task.problem);
        break;
    }
    return made;
}

std::optional<Following> Reconciler::following(const Sessions::Key& key, Now now) const
{
    const auto slot = inside_->roster.find(key);
    if (!slot) return std::nullopt;
    return inside_->following(inside_->roster.at(*slot), now);
}

Reconciler::Totals Reconciler::totals(std::int64_t nas_id) const
{
    Totals totals;
    for (const auto& [id, sessions] : inside_->of_nas)
        if (nas_id == 0 || id == nas_id) totals.in_force += sessions;
    each_unsettled(nas_id, SIZE_MAX, inside_->worked, [&](const Online&, const Following& following) {
        --totals.in_force;
        ++(following.state == Following::State::failed ? totals.failed : totals.pending);
    });
    return totals;
}

void Reconciler::each_unsettled(std::int64_t nas_id, std::size_t most, Now now,
                                const std::function<void(const Online&, const Following&)>& visit) const
{
    for (const auto& [id, slots] : inside_->unsettled) {
        if (nas_id != 0 && id != nas_id) continue;
        for (const auto slot : slots) {
            if (most-- == 0) return;
            const Member& member = inside_->roster.at(slot);
            visit(member.online, inside_->following(member, now));
        }
    }
}

NasLine Reconciler::line(std::int64_t nas_id) const
{
    NasLine sum;
    for (const auto& [key, line] : inside_->lines) {
        if (nas_id != 0 && std::get<std::int64_t>(key) != nas_id) continue;
        sum.queued += line.queued();
        sum.in_flight += line.in_flight();
        sum.peak_in_flight = std::max(sum.peak_in_flight, line.peak_in_flight());
        sum.answers = sum.answers && line.answers();
        sum.sent += line.sent;
        sum.repeated += line.repeated;
        sum.acknowledged += line.acknowledged;
        sum.refused += line.refused;
        sum.unanswered += line.unanswered;
        sum.bad_replies += line.bad_replies;
    }
    sum.failed = totals(nas_id).failed;
    return sum;
}

} // namespace core
