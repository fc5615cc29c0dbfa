#include "daemon/core/engine.hpp"

#include "daemon/core/engine_inside.hpp"
#include "radius/attributes.hpp"

#include <algorithm>

namespace core {

namespace {

// 70,000 requests a second for the lifetime of their answers; memory is touched as it fills (96 MiB a 250,000
// requests).
constexpr std::size_t max_duplicates = 1U << 20;
constexpr std::size_t duplicate_ring_octets = 192U << 20;
constexpr std::chrono::seconds duplicate_lifetime{15};  // RFC 5080 s2.2.2: 5 to 30 s
constexpr std::size_t max_unknown_sources = 256;

constexpr std::size_t max_sessions = 1U << 20;
constexpr std::size_t max_failure_keys = 1U << 20;
constexpr Failures::Limit of_a_login{.failures = 10};  // protocol L-04
constexpr Failures::Limit of_a_mac{.failures = 30};    // a device that tries one name after the other

}  // namespace

Engine::Inside::Inside(const provisioning::Sealer& key, Random source, Zone offsets)
    : sealer(key), random(std::move(source)), zone(std::move(offsets)), prover(digester, key),
      duplicates(max_duplicates, duplicate_ring_octets, duplicate_lifetime), sessions(max_sessions),
      login_failures(max_failure_keys, of_a_login), mac_failures(max_failure_keys, of_a_mac),
      reconciler([this](std::span<std::uint8_t> octets) { random(octets); }, counters, digester),
      class_key(key.derive("class"))
{
    random(print_key);
    pending.reserve(max_pending_accounting);
    settings.messages = built_in_messages(Language::portuguese);
}

Engine::Engine(const provisioning::Sealer& sealer, Random random, Zone zone)
    : inside_(std::make_unique<Inside>(sealer, std::move(random), std::move(zone)))
{
}

Engine::~Engine() = default;

std::vector<std::string> built_in_messages(Language language)
{
    std::vector<std::string> messages{std::string{}};
    for (const auto& text : provisioning::reasons())
        messages.emplace_back(language == Language::portuguese ? text.portuguese : text.english);
    return messages;
}

void Engine::configure(Settings settings)
{
    inside_->settings = std::move(settings);
    inside_->settings.messages.resize(provisioning::reason_count);
}

std::unique_ptr<provisioning::Directory> Engine::take(std::unique_ptr<provisioning::Directory> directory)
{
    inside_->directory.swap(directory);
    inside_->serve_reconciler();
    inside_->reconciler.everything_changed();
    for (auto& [id, state] : inside_->nas_states)
        if (const auto* nas = inside_->directory->find_nas(id)) inside_->refresh(*state, *nas);
    return directory;
}

void Engine::apply(std::vector<provisioning::Change>&& changes)
{
    for (auto& change : changes) {
        if (const auto* nas = std::get_if<provisioning::NasEntry>(&change))
            if (const auto at = inside_->nas_states.find(nas->id); at != inside_->nas_states.end())
                inside_->refresh(*at->second, *nas);
        const auto changed = changed_by(change);
        if (!inside_->directory) continue;
        inside_->directory->apply(std::move(change));
        inside_->reconciler.changed(changed.kind, changed.id);
    }
}

/// The NAS's record changed. Perhaps its secret: what the old one proved says nothing any more. What was learned of it
/// stays learned (protocol M-11), unless a person chose another mode.
void Engine::Inside::refresh(NasState& state, const provisioning::NasEntry& nas) noexcept
{
    state.message_authenticator_verified = false;
    state.suspect_told = false;
    state.uses_previous_secret = true;
    if (nas.message_authenticator != provisioning::MessageAuthenticatorMode::automatic)
        state.message_authenticator_learned = false;
}

NasState& Engine::Inside::state_of(const provisioning::NasEntry& nas)
{
    auto& state = nas_states[nas.id];
    if (!state) state = std::make_unique<NasState>();
    return *state;
}

const provisioning::Directory* Engine::directory() const noexcept { return inside_->directory.get(); }

Counters& Engine::counters() noexcept
{
    inside_->counters.set(Counter::radius_digests, inside_->digester.computed());
    inside_->counters.set(Counter::eap_evicted, inside_->conversations.evicted());
    return inside_->counters;
}

const NasCounters* Engine::nas_counters(std::int64_t nas_id) const noexcept
{
    const auto at = inside_->nas_states.find(nas_id);
    return at == inside_->nas_states.end() ? nullptr : &at->second->counters;
}

std::vector<Engine::UnknownSource> Engine::unknown_sources() const
{
    return {inside_->unknown.begin(), inside_->unknown.end()};
}

bool Engine::ms_chap_available() const noexcept { return inside_->prover.ms_chap().available(); }
std::span<const std::uint64_t> Engine::rejects_by_reason() const noexcept { return inside_->rejects_by_reason; }
std::size_t Engine::sessions_online() const noexcept { return inside_->sessions.size(); }

Outcome Engine::Inside::refuse(Counter counter, Event event) noexcept
{
    counters.add(counter);
    Outcome outcome;
    outcome.event = event;
    return outcome;
}

Outcome Engine::Inside::status_server(const Request& request, radius::Code code, radius::ReplyBuilder::Sign sign,
                                      Counter counter)
{
    using radius::MessageAuthenticator;
    const auto bad = is_auth(request.datagram) ? Counter::auth_bad_authenticator : Counter::acct_bad_authenticator;
    auto asked = request;
    const auto signature = check_signature(asked);
    if (signature == MessageAuthenticator::absent)
        return refuse(
            is_auth(request.datagram) ? Counter::auth_ma_missing : bad,
            {.kind = Event::Kind::message_authenticator_missing, .detail = "Status-Server", .nas = &request.nas});
    if (signature != MessageAuthenticator::verified) {
        note_bad(request);
        return refuse(bad, {.kind = Event::Kind::bad_authenticator, .detail = "Status-Server", .nas = &request.nas});
    }
    verified(request);
    counters.add(counter);
    auto& state = request.state;
    const std::chrono::duration<double> passed = request.now.steady - state.status_at;
    state.status_tokens = std::min(5.0, state.status_tokens + passed.count());
    state.status_at = request.now.steady;
    if (!directory || state.status_tokens < 1) return {};
    if (counter == Counter::acct_status_server && !accounting_is_possible) return {};
    state.status_tokens -= 1;
    radius::ReplyBuilder reply(out, code, request.packet, sign);
    reply.echo_proxy_state(request.packet);
    Outcome outcome;
    outcome.reply = reply.finish(digester, asked.secret).value_or(Octets{});
    return outcome;
}

Outcome Engine::on_datagram(const Datagram& datagram, Now now)
{
    auto& in = *inside_;
    if (datagram.service == Service::coa) {
        in.reconciler.on_reply(datagram.path, datagram.truncated ? Octets{} : datagram.octets, now);
        return {};
    }
    const bool auth = is_auth(datagram);
    const auto* nas = in.directory ? in.directory->find_nas(datagram.path.remote) : nullptr;
    if (!nas) {
        if (!in.directory) return in.refuse(auth ? Counter::auth_not_ready : Counter::acct_dropped, {});
        in.note_unknown(datagram.path.remote, now);
        return in.refuse(auth ? Counter::auth_invalid : Counter::acct_invalid, {.kind = Event::Kind::unknown_client});
    }
    const auto malformed = auth ? Counter::auth_malformed : Counter::acct_malformed;
    if (datagram.truncated)
        return in.refuse(malformed, {.kind = Event::Kind::malformed, .detail = "larger than 4096 octets", .nas = nas});
    const auto packet = radius::parse_packet(datagram.octets);
    if (!packet)
        return in.refuse(malformed,
                         {.kind = Event::Kind::malformed, .detail = radius::name(packet.error()), .nas = nas});
    const Inside::Request request{datagram, *packet, *nas, in.state_of(*nas), now, nas->secret.octets()};
    return auth ? in.on_auth(request) : in.on_acct(request);
}

/// Remembers the source among the last seen, newest first.
void Engine::Inside::note_unknown(const provisioning::Address& address, Now now)
{
    const auto at =
        std::find_if(unknown.begin(), unknown.end(), [&](const auto& one) { return one.address == address; });
    UnknownSource source{address, 0, {}};
    if (at != unknown.end()) {
        source = *at;
        unknown.erase(at);
    } else if (unknown.size() == max_unknown_sources) {
        unknown.pop_back();
    }
    ++source.packets;
    source.last_seen = now.system;
    unknown.push_front(source);
}

}  // namespace core
