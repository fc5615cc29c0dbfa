// What silence says of sessions and of whole NAS, and what is known of them at any moment.
#include "daemon/core/engine_inside.hpp"

namespace core {

using provisioning::Closing;

std::span<const provisioning::Usage> Engine::close_stale(std::size_t most, Now now)
{
    auto& in = *inside_;
    in.stale.clear();
    if (!in.listening) in.listening = now.steady;
    in.sessions.close_stale(
        most, in.settings.close_stale_after, *in.listening, now.steady, [&](const Sessions::Lost& one) {
            const auto silent = now.steady - one.last_heard - Sessions::silence_allowed(one.interim_s);
            const auto at = std::chrono::time_point_cast<std::chrono::milliseconds>(now.system) -
                            std::chrono::duration_cast<std::chrono::milliseconds>(silent);
            in.stale.push_back(in.closed(one, Closing::lost, at, now));
            in.reconciler.ended(one.key, now);
        });
    return in.stale;
}

/// Once silent, it is until something is heard of it: that its sessions are closed at last says nothing new.
bool Engine::Inside::is_silent(const NasState* state, const Sessions::OfNas& of, Now now) const noexcept
{
    if (!listening || of.updating != of.updating_stale) return false;
    const auto genuine = state == nullptr ? std::nullopt : state->last_genuine;
    if (state != nullptr && state->silent_since) return !genuine || *genuine <= *state->silent_since;
    const auto last = genuine ? std::max(*genuine, *listening) : *listening;
    return of.updating != 0 && now.steady - last > of.allowed;
}

std::vector<Engine::Silence> Engine::silences(Now now)
{
    auto& in = *inside_;
    std::vector<Silence> changed;
    if (!in.directory) return changed;
    in.sessions.tick(now.steady);
    in.sessions.each_nas([&](std::int64_t id, const Sessions::OfNas& of) {
        const auto* nas = in.directory->find_nas(id);
        if (nas == nullptr) return;
        auto& state = in.state_of(*nas);
        const bool silent = in.is_silent(&state, of, now);
        if (silent == state.silent_since.has_value()) return;
        state.silent_since = silent ? std::optional{now.steady} : std::nullopt;
        changed.push_back({nas, {of.open, of.stale, silent}});
    });
    return changed;
}

NasOnline Engine::online(std::int64_t nas_id, Now now) const
{
    auto& in = *inside_;
    in.sessions.tick(now.steady);
    const auto of = in.sessions.of_nas(nas_id);
    const auto state = in.nas_states.find(nas_id);
    return {of.open, of.stale, in.is_silent(state == in.nas_states.end() ? nullptr : state->second.get(), of, now)};
}

void Engine::accounting_possible(bool possible) noexcept { inside_->accounting_is_possible = possible; }

} // namespace core
