// Is it genuine, and was it here before? Signatures by either of two secrets, and the duplicate cache's key and print.
#include "daemon/core/engine_inside.hpp"
#include "radius/attributes.hpp"

#include <algorithm>

namespace core {

using radius::MessageAuthenticator;

/// The secret before the last change, while it is good; else empty (protocol C-07).
Octets Engine::Inside::previous_secret(const provisioning::NasEntry& nas, Now now) const noexcept
{
    return now.system < nas.previous_secret_until ? nas.previous_secret.octets() : Octets{};
}

/// Finds the secret that the request was signed with. One without a signature leaves it open: then it is the one that
/// the NAS's last genuine packet was signed with.
MessageAuthenticator Engine::Inside::check_signature(Request& request)
{
    request.secret = request.nas.secret.octets();
    const auto result = radius::check_message_authenticator(digester, request.packet, request.secret);
    const auto previous = previous_secret(request.nas, request.now);
    if (previous.empty()) return result;
    if (result == MessageAuthenticator::verified) request.state.uses_previous_secret = false;
    if (result == MessageAuthenticator::absent && request.state.uses_previous_secret) request.secret = previous;
    if (result != MessageAuthenticator::wrong) return result;
    const auto with_previous = radius::check_message_authenticator(digester, request.packet, previous);
    if (with_previous == MessageAuthenticator::verified) {
        request.secret = previous;
        request.state.uses_previous_secret = true;
    }
    return with_previous;
}

/// By the secret in force, or the one before it while that is good (protocol C-07).
bool Engine::Inside::authenticated(Request& request) noexcept
{
    const auto previous = previous_secret(request.nas, request.now);
    for (const auto secret : {request.nas.secret.octets(), previous}) {
        if (secret.empty() || !radius::request_authenticator_verifies(digester, request.packet, secret)) continue;
        request.secret = secret;
        request.state.uses_previous_secret = secret.data() == previous.data();
        return true;
    }
    return false;
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

/// The packet is genuine: the NAS is alive, and what it says of its clock counts. Event-Timestamp is when the event
/// was, which for a late accounting record is Acct-Delay-Time ago (RFC 2869 s5.3, RFC 2866 s5.2).
void Engine::Inside::verified(const Request& request) noexcept
{
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(request.now.system.time_since_epoch()).count();
    auto& counters_of_nas = request.state.counters;
    counters_of_nas.last_seen_unix_s = now;
    request.state.last_genuine = request.now.steady;
    const auto integer = [&](std::uint8_t type) {
        const auto value = request.packet.find(type);
        return value ? radius::as_integer(*value) : std::nullopt;
    };
    const auto delay = integer(radius::attribute::acct_delay_time).value_or(0);
    if (const auto at = integer(radius::attribute::event_timestamp))
        counters_of_nas.clock_skew_s = std::int64_t{*at} + (delay > longest_delay_s ? 0 : delay) - now;
}

void Engine::Inside::note_bad(const Request& request) noexcept
{
    ++request.state.counters.bad_authenticators;
    request.state.counters.last_bad_unix_s =
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
    note_bad(request);
    const auto kind = request.state.message_authenticator_verified ? Event::Kind::stale_retransmission
                                                                   : Event::Kind::bad_authenticator;
    return refuse(counter, {.kind = kind, .detail = detail, .nas = &request.nas});
}

} // namespace core
