// Access-Request: the checks of RFC 3579 s3.2-3.3 and CVE-2024-3596, then the decision and its reply.
#include "daemon/core/engine_inside.hpp"
#include "radius/attributes.hpp"
#include "radius/dialect/dialect.hpp"

#include <algorithm>

namespace core {

using provisioning::Decision;
using provisioning::MessageAuthenticatorMode;
using provisioning::Reason;
using radius::MessageAuthenticator;
using Kind = Event::Kind;

namespace {

radius::Dialect dialect_of(provisioning::Vendor vendor) noexcept
{
    switch (vendor) {
    case provisioning::Vendor::generic:
        return radius::Dialect::generic;
    case provisioning::Vendor::mikrotik:
        return radius::Dialect::mikrotik;
    case provisioning::Vendor::cisco:
        return radius::Dialect::cisco;
    case provisioning::Vendor::juniper:
        return radius::Dialect::juniper;
    case provisioning::Vendor::huawei:
        return radius::Dialect::huawei;
    case provisioning::Vendor::accel_ppp:
        return radius::Dialect::accel_ppp;
    }
    return radius::Dialect::generic;
}

}  // namespace

Outcome Engine::Inside::on_auth(const Request& request)
{
    const auto& packet = request.packet;
    const auto& nas = request.nas;
    if (packet.code() == static_cast<std::uint8_t>(radius::Code::status_server))
        return status_server(request, radius::Code::access_accept, radius::ReplyBuilder::Sign::message_authenticator,
                             Counter::auth_status_server);
    if (packet.code() != static_cast<std::uint8_t>(radius::Code::access_request))
        return refuse(Counter::auth_unknown_type, {.kind = Kind::unknown_type, .nas = &nas});
    counters.add(Counter::auth_requests);
    ++request.state.counters.requests;

    const auto signature = radius::check_message_authenticator(digester, packet, nas.secret.octets());
    if (signature == MessageAuthenticator::malformed)
        return refuse(Counter::auth_bad_authenticator,
                      {.kind = Kind::malformed, .detail = "Message-Authenticator twice or not 18 octets", .nas = &nas});
    if (signature == MessageAuthenticator::wrong)
        return unverified(request, Counter::auth_bad_authenticator, "Message-Authenticator");
    const AccessRequest access = decode_access(packet);
    if (signature == MessageAuthenticator::absent) {
        const Event missing{.kind = Kind::message_authenticator_missing, .nas = &nas};
        if (nas.message_authenticator == MessageAuthenticatorMode::require)
            return refuse(Counter::auth_ma_missing, missing);
        if (access.eap || !access.any_credentials)
            return refuse(Counter::auth_ma_missing, missing);  // RFC 3579 s3.1, s3.3
        if (nas.limit_proxy_state && access.proxy_state)
            return refuse(Counter::auth_blastradius, {.kind = Kind::blastradius, .nas = &nas});
    } else {
        request.state.message_authenticator_verified = true;
        verified(request);
    }

    const auto key = key_of(request.datagram, packet);
    const auto print = print_of(packet);
    if (const auto found = duplicates.find(key, print, request.now.steady)) return repeated(request, *found);
    const auto ticket = duplicates.begin(key, print, radius::max_packet_octets, request.now.steady);
    if (ticket == 0) {
        ++request.state.counters.dropped;
        return refuse(Counter::auth_dropped, {.kind = Kind::no_room, .nas = &nas});
    }
    return decide(request, access, ticket, key);
}

Outcome Engine::Inside::decide(const Request& request, const AccessRequest& access, std::uint64_t ticket,
                               const Duplicates::Key& key)
{
    const auto* login = provisioning::find_login_as_dialled(*directory, access.login);
    const auto proved =
        prove(digester, sealer, access, request.packet, request.nas.secret.octets(), login, dummy_password);
    const provisioning::AccessQuery query{access.login, access.kind, proved.proof, request.now.system};
    const Decision decision = provisioning::authorize(query, *directory);

    Reason reason = decision.reason;
    std::optional<Octets> reply;
    if (reason == Reason::none) {
        reply = accept(request, decision);
        if (!reply) reason = Reason::reply_too_long;
    }
    if (!reply) reply = reject(request, reason);

    const bool accepted = reason == Reason::none;
    counters.add(accepted ? Counter::auth_accepts : Counter::auth_rejects);
    ++(accepted ? request.state.counters.accepts : request.state.counters.rejects);
    Outcome outcome;
    outcome.event = {.kind = Kind::decided,
                     .nas = &request.nas,
                     .login = access.login,
                     .method = name(access.method),
                     .mac = access.mac,
                     .reason = reason};
    outcome.secret_suspect = secret_is_suspect(request.state, proved, accepted);
    if (accepted) verified(request);
    if (!reply) {  // only Proxy-State can be too long for a reject
        duplicates.silence(key, ticket);
        return outcome;
    }
    duplicates.answer(key, ticket, *reply, request.now.steady);
    outcome.reply = *reply;
    return outcome;
}

std::optional<Octets> Engine::Inside::accept(const Request& request, const Decision& decision)
{
    ClassToken token{.session = {}, .login_id = decision.login->id};
    random(token.session);
    const auto minted = mint_class(digester, class_key, token);
    const radius::Terms terms{.download_bps = decision.download_bps,
                              .upload_bps = decision.upload_bps,
                              .framed_pool = decision.framed_pool,
                              .framed_ip = decision.framed_ip,
                              .session_timeout_s = decision.session_timeout_s,
                              .interim_s = decision.interim_s,
                              .class_ = minted,
                              .reply_attributes = decision.plan_reply,
                              .login_reply_attributes = decision.login_reply};
    radius::ReplyBuilder reply(out, radius::Code::access_accept, request.packet,
                               radius::ReplyBuilder::Sign::message_authenticator);
    radius::render(dialect_of(request.nas.vendor), terms, reply);
    reply.echo_proxy_state(request.packet);
    return reply.finish(digester, request.nas.secret.octets());
}

/// Only what a reject may carry: Reply-Message, Proxy-State, Message-Authenticator (RFC 2865 s5.44, protocol R-04).
std::optional<Octets> Engine::Inside::reject(const Request& request, Reason reason)
{
    radius::ReplyBuilder reply(out, radius::Code::access_reject, request.packet,
                               radius::ReplyBuilder::Sign::message_authenticator);
    reply.add_text(radius::attribute::reply_message, provisioning::text(reason).subscriber);
    reply.echo_proxy_state(request.packet);
    return reply.finish(digester, request.nas.secret.octets());
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

}  // namespace core
