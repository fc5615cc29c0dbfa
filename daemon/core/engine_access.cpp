// Access-Request: the checks of RFC 3579 s3.2-3.3 and CVE-2024-3596, then who it is and what is decided.
#include "daemon/core/engine_inside.hpp"
#include "provisioning/password_form.hpp"
#include "radius/attributes.hpp"

#include <algorithm>

namespace core {

using provisioning::Decision;
using provisioning::LoginEntry;
using provisioning::MessageAuthenticatorMode;
using provisioning::Proof;
using provisioning::Reason;
using radius::MessageAuthenticator;
using Kind = Event::Kind;

namespace {

constexpr std::uint8_t one_host = 128;  // of the 128 bits: a /32 or a /128

}  // namespace

Outcome Engine::Inside::on_auth(const Request& received)
{
    const auto& packet = received.packet;
    const auto& nas = received.nas;
    if (packet.code() == static_cast<std::uint8_t>(radius::Code::status_server))
        return status_server(received, radius::Code::access_accept, radius::ReplyBuilder::Sign::message_authenticator,
                             Counter::auth_status_server);
    if (packet.code() != static_cast<std::uint8_t>(radius::Code::access_request))
        return refuse(Counter::auth_unknown_type, {.kind = Kind::unknown_type, .nas = &nas});
    counters.add(Counter::auth_requests);
    ++received.state.counters.requests;

    Request request = received;
    const auto signature = check_signature(request);
    if (signature == MessageAuthenticator::malformed)
        return refuse(Counter::auth_bad_authenticator,
                      {.kind = Kind::malformed, .detail = "Message-Authenticator twice or not 18 octets", .nas = &nas});
    if (signature == MessageAuthenticator::wrong)
        return unverified(request, Counter::auth_bad_authenticator, "Message-Authenticator");
    if (signature == MessageAuthenticator::absent) return answer(request, signature);

    auto& state = request.state;
    state.message_authenticator_verified = true;
    verified(request);
    // Protocol M-11: one genuine signature without EAP (which always has one) shows that this NAS signs; from then on
    // it must. Only a single host: behind a prefix there may be another that does not.
    const bool learns = nas.message_authenticator == MessageAuthenticatorMode::automatic &&
                        nas.address.length == one_host && !nas.message_authenticator_learned &&
                        !state.message_authenticator_learned && packet.count(radius::attribute::eap_message) == 0;
    if (learns) state.message_authenticator_learned = true;
    auto outcome = answer(request, signature);
    if (learns) outcome.learned_message_authenticator = nas.id;
    return outcome;
}

/// What lacks a signature is refused where one is needed; what was here before gets the same answer; the rest is new.
Outcome Engine::Inside::answer(Request& request, MessageAuthenticator signature)
{
    const auto& nas = request.nas;
    const AccessRequest access = decode_access(request.packet);
    if (signature == MessageAuthenticator::absent) {
        const Event missing{.kind = Kind::message_authenticator_missing, .nas = &nas};
        const bool learned = nas.message_authenticator == MessageAuthenticatorMode::automatic &&
                             (nas.message_authenticator_learned || request.state.message_authenticator_learned);
        if (nas.message_authenticator == MessageAuthenticatorMode::require || learned)
            return refuse(Counter::auth_ma_missing, missing);
        if (access.eap || !access.any_credentials)
            return refuse(Counter::auth_ma_missing, missing); // RFC 3579 s3.1, s3.3
        if (nas.limit_proxy_state && access.proxy_state)
            return refuse(Counter::auth_blastradius, {.kind = Kind::blastradius, .nas = &nas});
    }
    Turn turn{.ticket = 0, .key = key_of(request.datagram, request.packet), .eap_identifier = {}};
    const auto print = print_of(request.packet);
    if (const auto found = duplicates.find(turn.key, print, request.now.steady)) return repeated(request, *found);
    turn.ticket = duplicates.begin(turn.key, print, radius::max_packet_octets, request.now.steady);
    if (turn.ticket == 0) {
        ++request.state.counters.dropped;
        return refuse(Counter::auth_dropped, {.kind = Kind::no_room, .nas = &nas});
    }
    return access.method == Method::eap_md5 ? on_eap(request, access, turn) : decide(request, access, turn);
}

/// Without a signature the password shows which of two secrets the NAS has: it is right, or at least a text.
void Engine::Inside::prove_with_either_secret(Request& request, const AccessRequest& access, const LoginEntry* login,
                                              Proved& proved) noexcept
{
    prover.prove(access, request.packet, request.secret, login, proved);
    const auto previous = previous_secret(request.nas, request.now);
    const bool signed_by_one = request.packet.count(radius::attribute::message_authenticator) != 0;
    if (previous.empty() || signed_by_one || access.method != Method::pap) return;
    if (!proved.is(Proof::wrong) || (proved.hash_needed && !proved.garbage)) return;
    const auto current = request.nas.secret.octets();
    const bool used_previous = request.secret.data() == previous.data();
    const auto other = used_previous ? current : previous;
    Proved again;
    prover.prove(access, request.packet, other, login, again);
    if (!again.is(Proof::proved) && (!proved.garbage || again.garbage)) return;
    prover.prove(access, request.packet, other, login, proved);
    request.secret = other;
}

Outcome Engine::Inside::decide(Request& request, const AccessRequest& access, const Turn& turn)
{
    const auto* login = provisioning::find_login_as_dialled(*directory, access.login);
    const auto caller =
        caller_of(request.nas, login, access.login, access.mac, access.nas_port, access.nas_port_number);
    Proved proved;
    if (throttled(caller, request.now))
        return settle(request, access, turn, login, caller, proved, true); // without a check (protocol L-04)
    prove_with_either_secret(request, access, login, proved);
    if (proved.hash_needed) {
        const auto digest = digest_of(*login, proved);
        const auto known = remembered.find(digest, request.now.steady);
        if (!known) return wait_for_hash(request, turn, proved, digest);
        proved.proof = *known ? Proof::proved : Proof::wrong;
    }
    return settle(request, access, turn, login, caller, proved, false);
}

Outcome Engine::Inside::settle(const Request& request, const AccessRequest& access, const Turn& turn,
                               const LoginEntry* login, const Caller& caller, const Proved& proved, bool is_throttled)
{
    Decision decision;
    if (is_throttled) // nothing was proved, so nothing of the account may show
        decision.reason = Reason::throttled;
    else
        decision = provisioning::authorize(query_of(request, access, login, caller, proved), *directory);

    Reason reason = decision.reason;
    std::optional<Octets> reply;
    Sessions::Key session{};
    if (reason == Reason::none) {
        std::array<std::uint8_t, 12> drawn;
        random(drawn);
        session = session_of(drawn, request.now.system);
        reply = accept(request, access, turn, decision, proved, session);
        if (!reply) reason = Reason::reply_too_long;
    }
    const bool accepted = reason == Reason::none;
    const bool garden = accepted && decision.garden != nullptr;
    if (!reply) reply = reject(request, access, turn, reason);
    if (!garden || login != nullptr) count_failure(caller, reason, request.now); // nobody's name proves nothing
    count_decision(request.state, reason);
    Outcome outcome = send(request, turn, reply.value_or(Octets{}), !accepted);
    outcome.event = {.kind = Kind::decided,
                     .nas = &request.nas,
                     .login = access.login,
                     .method = provisioning::name(access.method),
                     .mac = access.mac,
                     .reason = garden ? decision.refused : reason,
                     .garden = garden};
    if (garden) counters.add(Counter::auth_gardens);
    outcome.secret_suspect = secret_is_suspect(request, proved, reason);
    if (!accepted) return outcome;
    verified(request);
    if (decision.login != nullptr) take_slot(decision, caller, session, request.now);
    if (access.method == Method::pap && login != nullptr) {
        // It was decrypted, which takes the right secret.
        request.state.uses_previous_secret = request.secret.data() != request.nas.secret.octets().data();
        if (settings.upgrade_to && provisioning::is_weak(login->storage, proved.stored_octets()))
            outcome.upgrade = PasswordUpgrade{login->id, login->sealed_password,
                                              provisioning::Secret{proved.typed_octets()}, *settings.upgrade_to};
    }
    if (decision.learn_mac && decision.login != nullptr && caller.place.mac[0] != '\0')
        outcome.learned_mac = learn(*decision.login, caller.place.mac); // last: the login's entry is another now
    return outcome;
}

provisioning::AccessQuery Engine::Inside::query_of(const Request& request, const AccessRequest& access,
                                                   const LoginEntry* login, const Caller& caller, const Proved& proved)
{
    const auto standing =
        login == nullptr ? Sessions::Standing{} : sessions.standing(login->id, caller.place, request.now.steady);
    return {.login = access.login,
            .kind = access.kind,
            .proof = proved.proof,
            .now = request.now.system,
            .method = access.method,
            .nas = &request.nas,
            .mac = access.mac,
            .nas_port = access.nas_port,
            .circuit_id = access.circuit_id,
            .remote_id = access.remote_id,
            .utc_offset = utc_offset(request.now),
            .sessions = standing.live - standing.own,
            .throttled = false,
            .used_octets = login == nullptr ? 0 : allowances.used(login->id, request.now.system)};
}

void Engine::Inside::count_decision(NasState& state, Reason reason) noexcept
{
    if (reason == Reason::none) {
        counters.add(Counter::auth_accepts);
        ++state.counters.accepts;
        return;
    }
    counters.add(Counter::auth_rejects);
    ++state.counters.rejects;
    ++rejects_by_reason[static_cast<std::size_t>(reason)];
    ++state.counters.rejects_by_reason[static_cast<std::size_t>(reason)];
}

/// Protocol C-05: when most rejects of a NAS had a password that is no text, its secret is probably wrong. Said once.
bool Engine::Inside::secret_is_suspect(const Request& request, const Proved& proved, Reason reason) noexcept
{
    constexpr std::uint32_t enough = 8, window = 64;
    auto& state = request.state;
    if (reason == Reason::none) {
        state.recent_rejects = state.recent_garbage = 0;
        state.suspect_told = false;
        return false;
    }
    // Whose password was not looked at, and who has shown the secret by a signature, says nothing of it.
    if (reason == Reason::throttled || request.packet.count(radius::attribute::message_authenticator) != 0)
        return false;
    ++state.recent_rejects;
    if (proved.garbage) ++state.recent_garbage;
    const bool suspect = state.recent_rejects >= enough && state.recent_garbage * 2 > state.recent_rejects;
    if (state.recent_rejects >= window) {
        state.recent_rejects /= 2;
        state.recent_garbage /= 2;
    }
    return suspect && !std::exchange(state.suspect_told, true);
}

} // namespace core
