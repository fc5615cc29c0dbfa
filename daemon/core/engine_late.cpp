// Answers that come later: a reject that waits for its time, a request whose password is checked on another thread.
#include "daemon/core/engine_inside.hpp"

#include <algorithm>

namespace core {

using provisioning::LoginEntry;
using Kind = Event::Kind;

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
    while (const auto* item = in.delayed.due(now.steady)) {
        std::copy(item->reply.begin(), item->reply.end(), in.out.begin());
        const LateReply late{item->path, Octets{in.out}.first(item->reply.size())};
        const bool wanted = in.duplicates.answer(item->key, item->ticket, late.reply, now.steady);
        in.delayed.pop();
        if (wanted) return late; // else another request took its place meanwhile (protocol D-03)
    }
    return std::nullopt;
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
    if (!in.duplicates.in_work(waiting.key, ticket)) return std::nullopt; // the NAS has given up, or asks something new
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

/// What a slow check's result is remembered by: a changed password is another key.
Remembered::Digest Engine::Inside::digest_of(const LoginEntry& login, const Proved& proved) noexcept
{
    std::array<std::uint8_t, 8> id;
    for (std::size_t i = 0; i < id.size(); ++i)
        id[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(login.id) >> (56 - 8 * i));
    return digester.hmac_md5(print_key, {id, login.sealed_password, proved.typed_octets()});
}

} // namespace core
