// EAP-MD5 inside Access-Requests (RFC 3579 s2, RFC 3748 s5.4): an identity is answered by a challenge and a State, the
// response to it is proved. The State serves once; repetitions are the duplicate cache's.
#include "daemon/core/engine_inside.hpp"
#include "radius/attributes.hpp"

#include <algorithm>

namespace core {

using provisioning::Proof;
using provisioning::Reason;
using Kind = Event::Kind;

namespace {

Octets octets_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Outcome Engine::Inside::on_eap(Request& request, const AccessRequest& access, Turn turn)
{
    const auto octets = radius::join_eap_message(request.packet, eap_octets);
    if (octets && octets->empty()) return ask_identity(request, turn);  // EAP-Start (RFC 3579 s2.1)
    const auto eap = octets ? radius::parse_eap(*octets) : std::nullopt;
    Proved proved;
    if (!eap || eap->code != radius::EapCode::response)
        return settle(request, access, turn, nullptr, {}, proved, false);  // no_credentials
    turn.eap_identifier = eap->identifier;
    if (eap->type == radius::eap_type::identity) {
        // RFC 3579 s2.1: the NAS copies the identity into User-Name, here and in what follows (protocol A-12).
        return access.login.empty() ? settle(request, access, turn, nullptr, {}, proved, false)
                                    : challenge(request, access, turn, eap->identifier);
    }
    const auto* login = provisioning::find_login_as_dialled(*directory, access.login);
    const auto caller =
        caller_of(request.nas, login, access.login, access.mac, access.nas_port, access.nas_port_number);
    const auto open = conversations.take(access.state, request.nas.id, request.now.steady);
    if (!open || open->identifier != eap->identifier || open->login != keyed({octets_of(access.login)}))
        return settle(request, access, turn, login, caller, proved, false);  // no_credentials: not our conversation
    if (throttled(caller, request.now)) return settle(request, access, turn, login, caller, proved, true);
    if (eap->type == radius::eap_type::nak)
        proved.proof = Proof::not_possible;  // it wants a method that is not served
    else if (const auto value = radius::eap_md5_value(*eap))
        prover.prove_eap_md5(eap->identifier, open->challenge, *value, login, proved);
    return settle(request, access, turn, login, caller, proved, false);
}

/// The same for a login that is not there: a stranger learns nothing (protocol A-13).
Outcome Engine::Inside::challenge(const Request& request, const AccessRequest& access, const Turn& turn,
                                  std::uint8_t identifier)
{
    Conversation open;
    random(open.challenge);
    open.nas_id = request.nas.id;
    open.identifier = static_cast<std::uint8_t>(identifier + 1);
    open.login = keyed({octets_of(access.login)});
    std::array<std::uint8_t, 16> name_of_it;
    random(name_of_it);
    const auto state = conversations.begin(open, name_of_it, request.now.steady);

    std::array<std::uint8_t, radius::max_value_octets> eap;
    const auto message = radius::eap_md5_request(open.identifier, open.challenge, "porteiro", eap);
    radius::ReplyBuilder reply(out, radius::Code::access_challenge, request.packet,
                               radius::ReplyBuilder::Sign::message_authenticator);
    radius::add_eap_message(reply, message);
    reply.add(radius::attribute::state, state);
    reply.echo_proxy_state(request.packet);
    counters.add(Counter::auth_challenges);
    ++request.state.counters.challenges;
    return send(request, turn, reply.finish(digester, request.secret).value_or(Octets{}), false);
}

Outcome Engine::Inside::ask_identity(const Request& request, const Turn& turn)
{
    std::array<std::uint8_t, 1> identifier;
    random(identifier);
    const std::array<std::uint8_t, 5> eap{1, identifier[0], 0, 5, radius::eap_type::identity};  // RFC 3748 s4.1, s5.1
    radius::ReplyBuilder reply(out, radius::Code::access_challenge, request.packet,
                               radius::ReplyBuilder::Sign::message_authenticator);
    radius::add_eap_message(reply, eap);
    reply.echo_proxy_state(request.packet);
    counters.add(Counter::auth_challenges);
    ++request.state.counters.challenges;
    return send(request, turn, reply.finish(digester, request.secret).value_or(Octets{}), false);
}

}  // namespace core
