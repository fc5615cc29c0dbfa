// What an Access-Accept and an Access-Reject hold.
#include "daemon/core/engine_inside.hpp"
#include "daemon/core/terms.hpp"
#include "radius/attributes.hpp"
#include "radius/mppe.hpp"

namespace core {

using provisioning::Decision;
using provisioning::Reason;

namespace {

radius::MppePolicy policy_of(provisioning::Mppe mppe) noexcept
{
    switch (mppe) {
    case provisioning::Mppe::none:
        return radius::MppePolicy::none;
    case provisioning::Mppe::allow:
        return radius::MppePolicy::allowed;
    case provisioning::Mppe::require:
        return radius::MppePolicy::required;
    }
    return radius::MppePolicy::none;
}

/// RFC 2759 s6: what Windows and pppd show their user. The retry flag is never set: another try is another request.
radius::MsChapError error_of(Reason reason) noexcept
{
    switch (reason) {
    case Reason::none:
    case Reason::no_credentials:
    case Reason::unknown_login:
    case Reason::bad_password:
    case Reason::method_not_possible:
    case Reason::throttled:
        return radius::MsChapError::authentication_failure;
    case Reason::outside_schedule:
        return radius::MsChapError::restricted_hours;
    case Reason::login_disabled:
    case Reason::client_inactive:
    case Reason::expired:
    case Reason::not_yet_valid:
        return radius::MsChapError::account_disabled;
    case Reason::contract_not_active:
    case Reason::contract_suspended:
    case Reason::contract_cancelled:
    case Reason::wrong_nas:
    case Reason::wrong_port:
    case Reason::wrong_mac:
    case Reason::session_limit:
    case Reason::pool_empty:
    case Reason::wrong_kind:
    case Reason::wrong_realm:
    case Reason::reply_too_long:
        return radius::MsChapError::no_permission;
    }
    return radius::MsChapError::authentication_failure;
}

}  // namespace

std::optional<Octets> Engine::Inside::accept(const Request& request, const AccessRequest& access, const Turn& turn,
                                             const Decision& decision, const Proved& proved,
                                             const Sessions::Key& session)
{
    const auto dialect = dialect_of(request.nas.vendor);
    const auto minted = mint_class(digester, class_key,
                                   {.session = session,
                                    .login_id = decision.login == nullptr ? 0 : decision.login->id,
                                    .fingerprint = radius::fingerprint(dialect, terms_of(decision, {}))});
    radius::ReplyBuilder reply(out, radius::Code::access_accept, request.packet,
                               radius::ReplyBuilder::Sign::message_authenticator);
    radius::render(dialect, terms_of(decision, minted), reply);
    if (access.method == Method::mschap || access.method == Method::mschapv2)
        add_ms_chap_success(reply, request, access, proved);
    if (turn.eap_identifier) radius::add_eap_message(reply, radius::eap_success(*turn.eap_identifier));
    reply.echo_proxy_state(request.packet);
    return reply.finish(digester, request.secret);
}

/// RFC 2548 s2.3.3 and s2.4: the proof that we know the password too, and the keys for MPPE. The builder has reserved a
/// Message-Authenticator, without which no key leaves (protocol A-10).
void Engine::Inside::add_ms_chap_success(radius::ReplyBuilder& reply, const Request& request,
                                         const AccessRequest& access, const Proved& proved)
{
    auto& ms_chap = prover.ms_chap();
    const auto policy = policy_of(request.nas.mppe);
    const auto asked = request.packet.authenticator();
    if (access.method == Method::mschap) {
        if (const auto hash = ms_chap.hash_of(proved.nt_hash); hash && policy != radius::MppePolicy::none)
            radius::add_mppe_v1(reply, digester, request.secret, asked, policy, *hash);
        return;
    }
    const auto response = radius::parse_mschap2_response(access.credentials);
    if (!response) return;
    if (const auto text = ms_chap.success_v2(access.challenge, *response, access.login, proved.nt_hash))
        reply.add_vendor(radius::vendor::microsoft, radius::microsoft::mschap2_success,
                         radius::mschap2_success(response->ident, *text));
    const auto keys = ms_chap.keys_v2(proved.nt_hash, response->nt_response);
    if (!keys || policy == radius::MppePolicy::none) return;
    std::array<std::uint8_t, 2> salt;
    random(salt);
    radius::add_mppe_v2(reply, digester, request.secret, asked, policy, *keys,
                        static_cast<std::uint16_t>(salt[0] << 8 | salt[1]));
}

/// Without words where Proxy-State leaves no room for them (protocol R-03).
std::optional<Octets> Engine::Inside::reject(const Request& request, const AccessRequest& access, const Turn& turn,
                                             Reason reason)
{
    const std::string_view message = settings.messages[static_cast<std::size_t>(reason)];
    const auto reply = reject(request, access, turn, error_of(reason), message);
    return reply || message.empty() ? reply : reject(request, access, turn, error_of(reason), {});
}

/// Only what a reject may carry: Reply-Message, Proxy-State, EAP-Message, MS-CHAP-Error, Message-Authenticator (RFC
/// 2865 s5.44, protocol R-04).
std::optional<Octets> Engine::Inside::reject(const Request& request, const AccessRequest& access, const Turn& turn,
                                             radius::MsChapError error_code, std::string_view message)
{
    radius::ReplyBuilder reply(out, radius::Code::access_reject, request.packet,
                               radius::ReplyBuilder::Sign::message_authenticator);
    reply.add_text(radius::attribute::reply_message, message);
    if ((access.method == Method::mschap || access.method == Method::mschapv2) && !access.credentials.empty()) {
        std::array<std::uint8_t, 16> challenge;
        random(challenge);
        std::array<std::uint8_t, radius::max_vendor_value_octets> value;
        const auto ident = access.credentials[0];
        const auto error = access.method == Method::mschapv2
                               ? radius::mschap2_error(ident, error_code, challenge, message, value)
                               : radius::mschap_error(ident, error_code, Octets{challenge}.first<8>(), value);
        reply.add_vendor(radius::vendor::microsoft, radius::microsoft::mschap_error, error);
    }
    if (turn.eap_identifier) radius::add_eap_message(reply, radius::eap_failure(*turn.eap_identifier));
    reply.echo_proxy_state(request.packet);
    return reply.finish(digester, request.secret);
}

} // namespace core
