#include "daemon/core/access.hpp"

#include "provisioning/rules/values.hpp"
#include "radius/attributes.hpp"

namespace core {

namespace attribute = radius::attribute;
using provisioning::RequestKind;
using radius::Octets;

namespace {

constexpr std::uint32_t service_login = 1, service_framed = 2, protocol_ppp = 1;
constexpr std::uint32_t adsl_forum = 3561, agent_circuit_id = 1, agent_remote_id = 2;

std::string_view text_of(Octets value) noexcept { return radius::as_text(value).value_or(std::string_view{}); }

/// A MAC login sends its MAC as the name and as the caller.
bool name_is_the_caller(std::string_view name, std::string_view mac) noexcept
{
    const auto form = provisioning::mac_form(name);
    return form && form == provisioning::mac_of_station(mac);
}

struct Hints {
    std::optional<std::uint32_t> service, protocol;
};

RequestKind kind_of(const AccessRequest& request, const Hints& hints) noexcept
{
    if (hints.protocol == protocol_ppp || hints.service == service_framed) return RequestKind::pppoe;
    if (name_is_the_caller(request.login, request.mac)) return RequestKind::mac;
    if (hints.service == service_login) return RequestKind::hotspot;
    return RequestKind::unknown;
}

void add_method(AccessRequest& request, Method method, Octets value) noexcept
{
    request.any_credentials = true;
    if (request.method != Method::none && !(request.method == Method::eap_md5 && method == Method::eap_md5))
        method = Method::mixed;
    request.method = method;
    request.credentials = value;
}

void take_first(std::string_view& into, Octets value) noexcept
{
    if (into.empty()) into = text_of(value);
}

void take_vendor(AccessRequest& request, Octets& ms_challenge, Octets vendor_specific) noexcept
{
    radius::VendorWalk walk{vendor_specific};
    while (const auto sub = walk.next()) {
        if (sub->vendor == radius::vendor::microsoft) {
            if (sub->type == radius::microsoft::mschap_response) add_method(request, Method::mschap, sub->value);
            if (sub->type == radius::microsoft::mschap2_response) add_method(request, Method::mschapv2, sub->value);
            if (sub->type == radius::microsoft::mschap_challenge) ms_challenge = sub->value;
        } else if (sub->vendor == adsl_forum) {
            if (sub->type == agent_circuit_id) take_first(request.circuit_id, sub->value);
            if (sub->type == agent_remote_id) take_first(request.remote_id, sub->value);
        }
    }
}

}  // namespace

AccessRequest decode_access(const radius::PacketView& packet) noexcept
{
    AccessRequest request;
    Hints hints;
    Octets ms_challenge;
    request.challenge = packet.authenticator();
    for (const auto& [type, value] : packet) {
        switch (type) {
        case attribute::user_name:
            take_first(request.login, value);
            break;
        case attribute::calling_station_id:
            take_first(request.mac, value);
            break;
        case attribute::nas_port_id:
            take_first(request.nas_port, value);
            break;
        case attribute::nas_port:
            if (!request.nas_port_number) request.nas_port_number = radius::as_integer(value);
            break;
        case attribute::user_password:
            add_method(request, Method::pap, value);
            break;
        case attribute::chap_password:
            add_method(request, Method::chap, value);
            break;
        case attribute::eap_message:
            request.eap = true;
            add_method(request, Method::eap_md5, value);
            break;
        case attribute::arap_password:
            request.any_credentials = true;
            break;
        case attribute::vendor_specific:
            take_vendor(request, ms_challenge, value);
            break;
        case attribute::chap_challenge:
            if (!value.empty()) request.challenge = value;
            break;
        case attribute::state:
            request.state = value;
            break;
        case attribute::service_type:
            hints.service = radius::as_integer(value);
            break;
        case attribute::framed_protocol:
            hints.protocol = radius::as_integer(value);
            break;
        case attribute::proxy_state:
            request.proxy_state = true;
            break;
        default:
            break;
        }
    }
    if (request.method == Method::mschap || request.method == Method::mschapv2) request.challenge = ms_challenge;
    request.kind = kind_of(request, hints);
    return request;
}

}  // namespace core
