#include "daemon/core/access.hpp"

#include "provisioning/rules/values.hpp"
#include "radius/attributes.hpp"
#include "radius/chap.hpp"

namespace core {

namespace attribute = radius::attribute;
using provisioning::Proof;
using provisioning::RequestKind;
using radius::Octets;

namespace {

constexpr std::uint32_t service_login = 1, service_framed = 2, protocol_ppp = 1;
constexpr std::uint32_t ms_chap_response = 1, ms_chap2_response = 25;
constexpr std::size_t max_clear_octets = 256;

bool carries_ms_chap(Octets vendor_specific) noexcept
{
    radius::VendorWalk walk{vendor_specific};
    while (const auto sub = walk.next())
        if (sub->vendor == radius::vendor::microsoft &&
            (sub->type == ms_chap_response || sub->type == ms_chap2_response))
            return true;
    return false;
}

std::string_view text_of(Octets value) noexcept { return radius::as_text(value).value_or(std::string_view{}); }

/// A MAC login sends its MAC as the name and as the caller.
bool name_is_the_caller(std::string_view name, std::string_view mac) noexcept
{
    auto digit = [](std::string_view& text) -> int {
        while (!text.empty() && (text[0] == ':' || text[0] == '-' || text[0] == '.')) text.remove_prefix(1);
        if (text.empty()) return -1;
        const auto c = static_cast<unsigned char>(text[0]);
        text.remove_prefix(1);
        return c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c;
    };
    if (name.size() < 12 || mac.size() < 12) return false;
    for (int i = 0; i <= 12; ++i)
        if (const int c = digit(name); c != digit(mac) || (c < 0) != (i == 12)) return false;
    return true;
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
    if (request.method != Method::none && !(request.method == Method::eap && method == Method::eap))
        method = Method::mixed;
    request.method = method;
    request.credentials = value;
}

}  // namespace

std::string_view name(Method method) noexcept
{
    switch (method) {
    case Method::none:
        return "";
    case Method::pap:
        return "pap";
    case Method::chap:
        return "chap";
    case Method::mschap:
        return "mschap";
    case Method::eap:
        return "eap";
    case Method::mixed:
        return "mixed";
    }
    return "";
}

AccessRequest decode_access(const radius::PacketView& packet) noexcept
{
    AccessRequest request;
    Hints hints;
    request.challenge = packet.authenticator();
    for (const auto& [type, value] : packet) {
        switch (type) {
        case attribute::user_name:
            if (request.login.empty()) request.login = text_of(value);
            break;
        case attribute::calling_station_id:
            if (request.mac.empty()) request.mac = text_of(value);
            break;
        case attribute::user_password:
            add_method(request, Method::pap, value);
            break;
        case attribute::chap_password:
            add_method(request, Method::chap, value);
            break;
        case attribute::eap_message:
            request.eap = true;
            add_method(request, Method::eap, value);
            break;
        case attribute::arap_password:
            request.any_credentials = true;
            break;
        case attribute::vendor_specific:
            if (carries_ms_chap(value)) add_method(request, Method::mschap, value);
            break;
        case attribute::chap_challenge:
            if (!value.empty()) request.challenge = value;
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
    request.kind = kind_of(request, hints);
    return request;
}

Proved prove(radius::Digester& digester, provisioning::Sealer& sealer, const AccessRequest& request,
             const radius::PacketView& packet, Octets secret, const provisioning::LoginEntry* login,
             Octets dummy) noexcept
{
    if (request.login.empty()) return {};
    switch (request.method) {
    case Method::none:
    case Method::mixed:
        return {};
    case Method::mschap:
    case Method::eap:
        return {Proof::not_possible, false};
    case Method::pap:
    case Method::chap:
        break;
    }
    std::array<std::uint8_t, max_clear_octets> clear_buffer;
    const auto clear = login ? sealer.open(login->sealed_password, login_password_context(login->id), clear_buffer)
                             : sealer.open(dummy, login_password_context(0), clear_buffer);
    const bool known = login != nullptr && clear && !clear->empty();
    const Octets password = clear.value_or(Octets{});
    bool right = false;
    Proved proved;
    std::array<std::uint8_t, radius::max_password_octets> typed_buffer;
    if (request.method == Method::pap) {
        const auto typed =
            radius::decrypt_user_password(digester, request.credentials, secret, packet.authenticator(), typed_buffer);
        right = typed && !typed->empty() && radius::equal_constant_time(*typed, password);
        proved.garbage =
            typed && !provisioning::clean_text({reinterpret_cast<const char*>(typed->data()), typed->size()});
    } else {
        right = radius::chap_verifies(digester, request.credentials, request.challenge, password);
    }
    proved.proof = right && known ? Proof::proved : Proof::wrong;
    ::explicit_bzero(clear_buffer.data(), clear_buffer.size());
    ::explicit_bzero(typed_buffer.data(), typed_buffer.size());
    return proved;
}

}  // namespace core
