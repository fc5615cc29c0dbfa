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

/// Without a signature nothing but a password that turns out right shows which of two secrets the NAS has.
void Engine::Inside::prove_with_either_secret(Request& request, const AccessRequest& access, const LoginEntry* login,
                                              Proved& proved) noexcept
{
    prover.prove(access, request.packet, request.secret, login, proved);
    const auto previous = previous_secret(request.nas, request.now);
    const bool signed_by_one = request.packet.count(radius::attribute::message_authenticator) != 0;
    if (previous.empty() || signed_by_one || access.method != Method::pap) return;
    if (proved.proof != Proof::wrong || (proved.hash_needed && !proved.garbage)) return;
    const auto current = request.nas.secret.octets();
    const bool used_previous = request.secret.data() == previous.data();
    const auto other = used_previous ? current : previous;
    Proved again;
    prover.prove(access, request.packet, other, login, again);
    if (again.proof != Proof::proved && !(again.hash_needed && !again.garbage)) return;
    prover.prove(access, request.packet, other, login, proved);
    request.secret = other;
    request.state.uses_previous_secret = !used_previous;
}

/// What a slow check's result is remembered by: a changed password is another key.
Remembered::Digest Engine::Inside::digest_of(const LoginEntry& login, const Proved& proved) noexcept
{
    std::array<std::uint8_t, 8> id;
    for (std::size_t i = 0; i < id.size(); ++i)
        id[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(login.id) >> (56 - 8 * i));
    return digester.hmac_md5(print_key, {id, login.sealed_password, proved.typed_octets()});
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
    const auto standing =
        login == nullptr ? Sessions::Standing{} : sessions.standing(login->id, caller.place, request.now.steady);
    const provisioning::AccessQuery query{.login = access.login,
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
                                          .throttled = is_throttled};
    Decision decision;
    if (is_throttled) // nothing was proved, so nothing of the account may show
        decision.reason = Reason::throttled;
    else
        decision = provisioning::authorize(query, *directory);

    Reason reason = decision.reason;
    std::optional<Octets> reply;
    Sessions::Key session{};
    if (reason == Reason::none) {
        random(session);
        reply = accept(request, access, turn, decision, proved, session);
        if (!reply) reason = Reason::reply_too_long;
    }
    const bool accepted = reason == Reason::none;
    if (!reply) reply = reject(request, access, turn, reason);
    count_failure(caller, reason, request.now);
    counters.add(accepted ? Counter::auth_accepts : Counter::auth_rejects);
    ++(accepted ? request.state.counters.accepts : request.state.counters.rejects);
    if (!accepted) {
        ++rejects_by_reason[static_cast<std::size_t>(reason)];
        ++request.state.counters.rejects_by_reason[static_cast<std::size_t>(reason)];
    }
    Outcome outcome = send(request, turn, reply.value_or(Octets{}), !accepted);
    outcome.event = {.kind = Kind::decided,
                     .nas = &request.nas,
                     .login = access.login,
                     .method = provisioning::name(access.method),
                     .mac = access.mac,
                     .reason = reason};
    outcome.secret_suspect = secret_is_suspect(request.state, proved, accepted);
    if (!accepted) return outcome;
    verified(request);
    take_slot(decision, caller, session, request.now);
    if (decision.learn_mac && caller.place.mac[0] != '\0')
        outcome.learned_mac = LearnedMac{decision.login->id, caller.place.mac};
    const bool weak = settings.upgrade_to && access.method == Method::pap &&
                      provisioning::is_weak(login->storage, proved.stored_octets());
    if (weak)
        outcome.upgrade = PasswordUpgrade{login->id, login->sealed_password,
                                          provisioning::Secret{proved.typed_octets()}, *settings.upgrade_to};
    return outcome;
}

/// The reply at once; a reject of a NAS with a delay when its time has come (protocol D-06, L-07). An empty one (only
/// Proxy-State can be too long for a reject) is no answer.
Outcome Engine::Inside::send(const Request& request, const Turn& turn, Octets reply, bool rejected)
{
    Outcome outcome;
    if (reply.empty()) {
        duplicates.silence(turn.key, turn.ticket);
        return outcome;
    }
    const auto delay = request.nas.reject_delay;
    if (rejected && delay.count() > 0 &&
        delayed.add({.due = request.now.steady + delay,
                     .path = request.datagram.path,
                     .key = turn.key,
                     .ticket = turn.ticket,
                     .nas_id = request.nas.id,
                     .reply = reply}))
        return outcome;
    duplicates.answer(turn.key, turn.ticket, reply, request.now.steady);
    outcome.reply = reply;
    return outcome;
}

std::optional<std::chrono::steady_clock::time_point> Engine::next_due() const noexcept
{
    return inside_->delayed.next();
}

std::optional<LateReply> Engine::due(Now now)
{
    auto& in = *inside_;
    const auto* item = in.delayed.due(now.steady);
    if (item == nullptr) return std::nullopt;
    std::copy(item->reply.begin(), item->reply.end(), in.out.begin());
    LateReply late{item->path, Octets{in.out}.first(item->reply.size())};
    in.duplicates.answer(item->key, item->ticket, late.reply, now.steady);
    in.delayed.pop();
    return late;
}

Outcome Engine::Inside::wait_for_hash(const Request& request, const Turn& turn, const Proved& proved,
                                      const Remembered::Digest& digest)
{
    if (pending_hashes.size() == max_pending_hashes) {
        duplicates.forget(turn.key, turn.ticket);
        ++request.state.counters.dropped;
        return refuse(Counter::auth_dropped, {.kind = Kind::no_room, .detail = "password hashes", .nas = &request.nas});
    }
    const auto octets = request.packet.octets();
    pending_hashes.emplace(turn.ticket, PendingHash{.datagram = request.datagram,
                                                    .octets = {octets.begin(), octets.end()},
                                                    .digest = digest,
                                                    .key = turn.key});
    Outcome outcome;
    outcome.ticket = turn.ticket;
    outcome.hash.emplace(
        HashWork{provisioning::Secret{proved.stored_octets()}, provisioning::Secret{proved.typed_octets()}});
    return outcome;
}

/// The request once more from its octets: records may have changed meanwhile, and its hash is now remembered.
std::optional<LateOutcome> Engine::hash_checked(Ticket ticket, bool right, Now now)
{
    auto& in = *inside_;
    const auto at = in.pending_hashes.find(ticket);
    if (at == in.pending_hashes.end()) return std::nullopt;
    auto& waiting = in.finished_hash = std::move(at->second);
    in.pending_hashes.erase(at);
    in.remembered.put(waiting.digest, right, now.steady);
    const auto packet = radius::parse_packet(waiting.octets);
    const auto* nas = in.directory ? in.directory->find_nas(waiting.datagram.path.remote) : nullptr;
    if (!packet || nas == nullptr) {
        in.duplicates.forget(waiting.key, ticket);
        return std::nullopt;
    }
    auto datagram = waiting.datagram;
    datagram.octets = waiting.octets;
    Inside::Request request{datagram, *packet, *nas, in.state_of(*nas), now, nas->secret.octets()};
    in.check_signature(request);
    const AccessRequest access = decode_access(*packet);
    return LateOutcome{datagram.path,
                       in.decide(request, access, {.ticket = ticket, .key = waiting.key, .eap_identifier = {}})};
}

void Engine::hash_not_checked(Ticket ticket)
{
    auto& in = *inside_;
    const auto at = in.pending_hashes.find(ticket);
    if (at == in.pending_hashes.end()) return;
    in.counters.add(Counter::auth_dropped);
    in.duplicates.forget(at->second.key, ticket);
    in.pending_hashes.erase(at);
}

/// Protocol C-05: when most rejects of a NAS had a password that is no text, its secret is probably wrong. Said once.
bool Engine::Inside::secret_is_suspect(NasState& state, const Proved& proved, bool accepted) noexcept
{
    constexpr std::uint32_t enough = 8, window = 64;
    if (accepted) {
        state.recent_rejects = state.recent_garbage = 0;
        state.suspect_told = false;
        return false;
    }
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
