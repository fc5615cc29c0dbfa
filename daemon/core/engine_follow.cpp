// What the engine tells the reconciler of sessions and of records, and what the reconciler asks of it.
#include "daemon/core/engine_inside.hpp"
#include "radius/attributes.hpp"

namespace core {

using provisioning::EntryKind;
using provisioning::Usage;

namespace {

std::string raw(const radius::PacketView& packet, std::uint8_t type)
{
    return std::string{view_of(packet.find(type).value_or(Octets{}))};
}

struct KindOf {
    EntryKind operator()(const provisioning::NasEntry&) const noexcept { return EntryKind::nas; }
    EntryKind operator()(const provisioning::PlanEntry&) const noexcept { return EntryKind::plan; }
    EntryKind operator()(const provisioning::ClientEntry&) const noexcept { return EntryKind::client; }
    EntryKind operator()(const provisioning::ContractEntry&) const noexcept { return EntryKind::contract; }
    EntryKind operator()(const provisioning::LoginEntry&) const noexcept { return EntryKind::login; }
    EntryKind operator()(const provisioning::GardenEntry&) const noexcept { return EntryKind::garden; }
    EntryKind operator()(const provisioning::Removed& removed) const noexcept { return removed.kind; }
};

Reconciler::Online online_by(const Usage& usage, const Sessions::Key& key)
{
    Reconciler::Online online;
    online.key = key;
    online.session_key = usage.session_key;
    online.began = usage.began.value_or(provisioning::Instant{});
    online.login_id = usage.login_id.value_or(0);
    online.nas_id = usage.nas_id;
    online.user_name = usage.login;
    online.acct_session_id = usage.acct_session_id;
    online.nas_identifier = usage.nas_identifier;
    online.nas_ip = usage.nas_ip.value_or(std::string{});
    online.framed_ip = usage.framed_ip.value_or(std::string{});
    online.mac = usage.mac.value_or(std::string{});
    online.nas_port_id = usage.nas_port_id;
    if (usage.fingerprint) online.has = radius::Fingerprint{*usage.fingerprint};
    online.download = usage.download_octets;
    online.upload = usage.upload_octets;
    return online;
}

} // namespace

Changed changed_by(const provisioning::Change& change) noexcept
{
    return {std::visit(KindOf{}, change), std::visit([](const auto& entry) { return entry.id; }, change)};
}

void Engine::Inside::serve_reconciler()
{
    reconciler.serve(directory.get(),
                     {.decide = [this](const Reconciler::Online& online, Now now) { return decide_again(online, now); },
                      .unknown = [this](const Sessions::Key& key) { sessions.mark_stale(key, reconciled.steady); },
                      .secret_of = [this](const provisioning::NasEntry& nas, Now now) { return secret_of(nas, now); }});
}

/// As it was let in: what was proved then is proved, and what its accounting does not show is not asked.
provisioning::Decision Engine::Inside::decide_again(const Reconciler::Online& online, Now now)
{
    reconciled = now;
    const auto shown = [](const std::string& value) {
        return value.empty() ? std::nullopt : std::optional<std::string_view>{value};
    };
    const auto* login = provisioning::find_login_as_dialled(*directory, online.user_name);
    return provisioning::authorize({.login = online.user_name,
                                    .proof = provisioning::Proof::proved,
                                    .now = now.system,
                                    .nas = directory->find_nas(online.nas_id),
                                    .mac = shown(online.mac),
                                    .nas_port = shown(online.nas_port_id),
                                    .utc_offset = utc_offset(now),
                                    .used_octets = login ? allowances.used(login->id, now.system) : 0},
                                   *directory);
}

Octets Engine::Inside::secret_of(const provisioning::NasEntry& nas, Now now)
{
    const auto previous = previous_secret(nas, now);
    return !previous.empty() && state_of(nas).uses_previous_secret ? previous : nas.secret.octets();
}

void Engine::Inside::follow(const Request& request, const Usage& heard, const Sessions::Key& key, Sessions::Time at)
{
    auto online = online_by(heard, key);
    online.user_name = raw(request.packet, radius::attribute::user_name);
    online.acct_session_id = raw(request.packet, radius::attribute::acct_session_id);
    online.nas_identifier = raw(request.packet, radius::attribute::nas_identifier);
    online.from = request.datagram.path;
    online.at = at;
    reconciler.online(std::move(online), request.now);
}

void Engine::Inside::follow_replayed(const Usage& usage, const Sessions::Key& key, Now now)
{
    reconciler.online(online_by(usage, key), now);
}

void Engine::Inside::follow_known(const KnownSession& known, const Sessions::Key& key, Now now)
{
    Reconciler::Online online;
    online.key = key;
    online.session_key = known.session_key;
    online.began = known.began;
    online.login_id = known.login_id;
    online.nas_id = known.nas_id;
    online.user_name = known.login;
    online.acct_session_id = known.acct_session_id;
    online.nas_identifier = known.nas_identifier;
    online.nas_ip = known.nas_ip;
    online.framed_ip = known.framed_ip;
    online.mac = known.mac;
    online.nas_port_id = known.nas_port_id;
    if (known.fingerprint) online.has = radius::Fingerprint{*known.fingerprint};
    online.has_words = known.has;
    online.ours = known.ours;
    online.download = known.download_octets;
    online.upload = known.upload_octets;
    reconciler.online(std::move(online), now);
}

/// Of a login whose plan has an allowance.
std::optional<Allowances::Of> Engine::Inside::allowance_of(std::int64_t login_id, Now now)
{
    const auto* plan = directory ? plan_of(login_id) : nullptr;
    if (plan == nullptr || plan->allowance.octets == 0) return std::nullopt;
    return Allowances::Of{login_id, plan->allowance, utc_offset(now)};
}

void Engine::Inside::count_use(std::int64_t login_id, std::uint64_t octets, Now now)
{
    if (octets == 0) return;
    const auto of = allowance_of(login_id, now);
    if (of && allowances.add(*of, octets, now.system)) reconciler.login_changed(login_id);
}

void Engine::use_known(std::span<const KnownUse> used, Now now)
{
    auto& in = *inside_;
    for (const auto& one : used) {
        const auto of = in.allowance_of(one.login_id, now);
        if (of && in.allowances.know(*of, one.octets, now.system)) in.reconciler.login_changed(one.login_id);
    }
}

std::optional<std::uint64_t> Engine::used(std::int64_t login_id, Now now) const
{
    if (!inside_->allowance_of(login_id, now)) return std::nullopt;
    return inside_->allowances.used(login_id, now.system);
}

std::vector<Engine::AllowanceNote> Engine::allowance_notes()
{
    std::vector<AllowanceNote> notes;
    for (const auto& note : inside_->allowances.notes())
        notes.push_back({note.login_id, note.used, note.allowance, note.used_up});
    return notes;
}

Reconciler& Engine::reconciler() noexcept { return inside_->reconciler; }

Sessions::Key Engine::key_of(std::string_view session_key) const noexcept
{
    return inside_->key_of_session(session_key);
}

} // namespace core
