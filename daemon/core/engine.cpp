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

/// A password that no request can carry: longer than User-Password's 128 octets (RFC 2865 s5.2).
constexpr std::array<std::uint8_t, 200> impossible_password{1};

bool is_auth(const Datagram& datagram) noexcept { return datagram.service == Service::auth; }

}  // namespace

Engine::Inside::Inside(const provisioning::Sealer& key, Random source)
    : sealer(key), random(std::move(source)), duplicates(max_duplicates, duplicate_ring_octets, duplicate_lifetime),
      class_key(key.derive("class")), dummy_password(sealer.seal(impossible_password, login_password_context(0)))
{
    random(print_key);
    pending.reserve(max_pending_accounting);
}

Engine::Engine(const provisioning::Sealer& sealer, Random random)
    : inside_(std::make_unique<Inside>(sealer, std::move(random)))
{
}

Engine::~Engine() = default;

std::unique_ptr<provisioning::Directory> Engine::take(std::unique_ptr<provisioning::Directory> directory)
{
    inside_->directory.swap(directory);
    return directory;
}

void Engine::apply(std::vector<provisioning::Change>&& changes)
{
    for (auto& change : changes) {
        // A new secret: what the old one proved says nothing any more.
        if (const auto* nas = std::get_if<provisioning::NasEntry>(&change))
            if (const auto at = inside_->nas_states.find(nas->id); at != inside_->nas_states.end()) {
                at->second->message_authenticator_verified = false;
                at->second->suspect_told = false;
            }
        if (inside_->directory) inside_->directory->apply(std::move(change));
    }
}

const provisioning::Directory* Engine::directory() const noexcept { return inside_->directory.get(); }

Counters& Engine::counters() noexcept
{
    inside_->counters.set(Counter::radius_digests, inside_->digester.computed());
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

Outcome Engine::Inside::refuse(Counter counter, Event event) noexcept
{
    counters.add(counter);
    Outcome outcome;
    outcome.event = event;
    return outcome;
}

Duplicates::Key Engine::Inside::key_of(const Datagram& datagram, const radius::PacketView& packet) const noexcept
{
    return {datagram.path.remote, datagram.path.remote_port, datagram.path.socket, packet.identifier()};
}

Duplicates::Print Engine::Inside::print_of(const radius::PacketView& packet) noexcept
{
    const Octets octets = packet.octets();
    const auto signature = radius::message_authenticator_offset(packet);
    const auto before = signature == 0 ? octets : octets.first(signature);
    const auto after = signature == 0 ? Octets{} : octets.subspan(signature + 16);
    const auto digest = digester.md5({print_key, before, after});
    Duplicates::Print print;
    std::copy_n(packet.authenticator().begin(), 16, print.authenticator.begin());
    print.length = static_cast<std::uint16_t>(octets.size());
    for (std::size_t i = 0; i < 8; ++i) print.rest = print.rest << 8 | digest[i];
    return print;
}

void Engine::Inside::verified(const Request& request) noexcept
{
    request.state.counters.last_seen_unix_s =
        std::chrono::duration_cast<std::chrono::seconds>(request.now.system.time_since_epoch()).count();
}

/// The identical octets again, or nothing while the first is in work or was left unanswered.
Outcome Engine::Inside::repeated(const Request& request, const Duplicates::Found& found)
{
    counters.add(is_auth(request.datagram) ? Counter::auth_dup : Counter::acct_dup);
    ++request.state.counters.duplicates;
    Outcome outcome;
    outcome.reply = found.reply;
    return outcome;
}

/// A packet whose signature is wrong changes nothing. The one exception: a repetition of a verified request in which
/// only the Message-Authenticator differs (accel-ppp signs its retransmissions over the old value) gets the cached
/// answer again.
Outcome Engine::Inside::unverified(const Request& request, Counter counter, const char* detail)
{
    const auto found =
        duplicates.find(key_of(request.datagram, request.packet), print_of(request.packet), request.now.steady);
    if (found && found->state == Duplicates::State::answered) return repeated(request, *found);
    ++request.state.counters.bad_authenticators;
    const auto kind = request.state.message_authenticator_verified ? Event::Kind::stale_retransmission
                                                                   : Event::Kind::bad_authenticator;
    return refuse(counter, {.kind = kind, .detail = detail, .nas = &request.nas});
}

Outcome Engine::Inside::status_server(const Request& request, radius::Code code, radius::ReplyBuilder::Sign sign,
                                      Counter counter)
{
    using radius::MessageAuthenticator;
    const auto bad = is_auth(request.datagram) ? Counter::auth_bad_authenticator : Counter::acct_bad_authenticator;
    const auto signature = radius::check_message_authenticator(digester, request.packet, request.nas.secret.octets());
    if (signature == MessageAuthenticator::absent)
        return refuse(
            is_auth(request.datagram) ? Counter::auth_ma_missing : bad,
            {.kind = Event::Kind::message_authenticator_missing, .detail = "Status-Server", .nas = &request.nas});
    if (signature != MessageAuthenticator::verified) {
        ++request.state.counters.bad_authenticators;
        return refuse(bad, {.kind = Event::Kind::bad_authenticator, .detail = "Status-Server", .nas = &request.nas});
    }
    verified(request);
    counters.add(counter);
    auto& state = request.state;
    const std::chrono::duration<double> passed = request.now.steady - state.status_at;
    state.status_tokens = std::min(5.0, state.status_tokens + passed.count());
    state.status_at = request.now.steady;
    if (!directory || state.status_tokens < 1) return {};
    state.status_tokens -= 1;
    radius::ReplyBuilder reply(out, code, request.packet, sign);
    reply.echo_proxy_state(request.packet);
    Outcome outcome;
    outcome.reply = reply.finish(digester, request.nas.secret.octets()).value_or(Octets{});
    return outcome;
}

Outcome Engine::on_datagram(const Datagram& datagram, Now now)
{
    auto& in = *inside_;
    const bool auth = is_auth(datagram);
    const auto* nas = in.directory ? in.directory->find_nas(datagram.path.remote) : nullptr;
    if (!nas) {
        if (!in.directory) return in.refuse(auth ? Counter::auth_not_ready : Counter::acct_dropped, {});
        in.note_unknown(datagram.path.remote);
        return in.refuse(auth ? Counter::auth_invalid : Counter::acct_invalid, {.kind = Event::Kind::unknown_client});
    }
    auto& state = in.nas_states[nas->id];
    if (!state) state = std::make_unique<NasState>();
    const auto malformed = auth ? Counter::auth_malformed : Counter::acct_malformed;
    if (datagram.truncated)
        return in.refuse(malformed, {.kind = Event::Kind::malformed, .detail = "larger than 4096 octets", .nas = nas});
    const auto packet = radius::parse_packet(datagram.octets);
    if (!packet)
        return in.refuse(malformed,
                         {.kind = Event::Kind::malformed, .detail = radius::name(packet.error()), .nas = nas});
    const Inside::Request request{datagram, *packet, *nas, *state, now};
    return auth ? in.on_auth(request) : in.on_acct(request);
}

/// Remembers the source among the last seen, newest first.
void Engine::Inside::note_unknown(const provisioning::Address& address)
{
    const auto at =
        std::find_if(unknown.begin(), unknown.end(), [&](const auto& one) { return one.address == address; });
    UnknownSource source{address, 0};
    if (at != unknown.end()) {
        source = *at;
        unknown.erase(at);
    } else if (unknown.size() == max_unknown_sources) {
        unknown.pop_back();
    }
    ++source.packets;
    unknown.push_front(source);
}

}  // namespace core
