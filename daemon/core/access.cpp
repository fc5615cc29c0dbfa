#include "daemon/core/access.hpp"

#include "provisioning/rules/values.hpp"
#include "radius/attributes.hpp"
#include "radius/chap.hpp"
#include "radius/eap.hpp"

#include <algorithm>
#include <cstring>

namespace core {

namespace attribute = radius::attribute;
using provisioning::Proof;
using provisioning::RequestKind;
using provisioning::Storage;
using radius::Octets;

namespace {

constexpr std::uint32_t service_login = 1, service_framed = 2, protocol_ppp = 1;
constexpr std::uint32_t ms_chap_response = 1, ms_chap_challenge = 11, ms_chap2_response = 25;
constexpr std::uint32_t adsl_forum = 3561, agent_circuit_id = 1, agent_remote_id = 2;

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
            if (sub->type == ms_chap_response) add_method(request, Method::mschap, sub->value);
            if (sub->type == ms_chap2_response) add_method(request, Method::mschapv2, sub->value);
            if (sub->type == ms_chap_challenge) ms_challenge = sub->value;
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

Proved::~Proved()
{
    ::explicit_bzero(nt_hash.data(), nt_hash.size());
    ::explicit_bzero(typed.data(), typed.size());
    ::explicit_bzero(stored.data(), stored.size());
}

namespace {

/// A password that no request can carry: longer than User-Password's 128 octets (RFC 2865 s5.2).
constexpr std::array<std::uint8_t, 200> impossible_password{1};

Storage storage_of(const provisioning::LoginEntry* login) noexcept
{
    return login == nullptr ? Storage::encrypted : login->storage;
}

}  // namespace

Prover::Prover(radius::Digester& digester, const provisioning::Sealer& sealer)
    : digester_(digester), sealer_(sealer), dummy_(sealer_.seal(impossible_password, login_password_context(0)))
{
}

/// What is stored for the login, or a stand-in; empty when it does not open.
Octets Prover::open(const provisioning::LoginEntry* login, Proved& proved) noexcept
{
    const auto clear = login ? sealer_.open(login->sealed_password, login_password_context(login->id), proved.stored)
                             : sealer_.open(dummy_, login_password_context(0), proved.stored);
    proved.stored_length = clear ? clear->size() : 0;
    return proved.stored_octets();
}

/// The NT hash needs MD4, which a machine without OpenSSL's legacy provider has not.
bool Prover::serves(Method method, Storage storage) const noexcept
{
    const bool needs_md4 = method == Method::mschap || method == Method::mschapv2 || storage == Storage::nt;
    return provisioning::methods_of(storage).has(method) && (!needs_md4 || ms_chap_.available());
}

void Prover::prove(const AccessRequest& request, const radius::PacketView& packet, Octets secret,
                   const provisioning::LoginEntry* login, Proved& proved) noexcept
{
    if (request.login.empty() || request.method == Method::none || request.method == Method::mixed) return;
    if (!serves(request.method, storage_of(login))) {
        proved.proof = Proof::not_possible;
        return;
    }
    switch (request.method) {
    case Method::pap:
        return prove_pap(request, packet, secret, login, proved);
    case Method::chap: {
        const auto password = open(login, proved);
        const bool right = radius::chap_verifies(digester_, request.credentials, request.challenge, password);
        proved.proof = right && login != nullptr && !password.empty() ? Proof::proved : Proof::wrong;
        return;
    }
    case Method::mschap:
    case Method::mschapv2:
        return prove_ms_chap(request, login, proved);
    case Method::none:
    case Method::eap_md5:
    case Method::mixed:
        return;
    }
}

void Prover::prove_pap(const AccessRequest& request, const radius::PacketView& packet, Octets secret,
                       const provisioning::LoginEntry* login, Proved& proved) noexcept
{
    const auto stored = open(login, proved);
    const auto typed =
        radius::decrypt_user_password(digester_, request.credentials, secret, packet.authenticator(), proved.typed);
    proved.typed_length = typed ? typed->size() : 0;
    proved.proof = Proof::wrong;
    proved.garbage = typed && !provisioning::clean_text({reinterpret_cast<const char*>(typed->data()), typed->size()});
    if (!typed || typed->empty()) return;
    bool right = false;
    switch (storage_of(login)) {
    case Storage::encrypted:
        right = radius::equal_constant_time(*typed, stored);
        break;
    case Storage::nt:
        if (const auto hash = ms_chap_.nt_hash(*typed)) right = radius::equal_constant_time(*hash, stored);
        break;
    case Storage::md5:
        right = radius::equal_constant_time(digester_.md5({*typed}), stored);
        break;
    case Storage::crypt:
        proved.hash_needed = !stored.empty();
        return;
    }
    if (right && login != nullptr && !stored.empty()) proved.proof = Proof::proved;
}

void Prover::prove_ms_chap(const AccessRequest& request, const provisioning::LoginEntry* login, Proved& proved) noexcept
{
    proved.proof = Proof::wrong;
    const auto stored = open(login, proved);
    if (storage_of(login) == Storage::nt) {
        if (stored.size() != proved.nt_hash.size()) return;
        std::copy(stored.begin(), stored.end(), proved.nt_hash.begin());
    } else if (const auto hash = ms_chap_.nt_hash(stored)) {
        proved.nt_hash = *hash;
    } else {
        return;
    }
    bool right = false;
    if (request.method == Method::mschapv2) {
        const auto response = radius::parse_mschap2_response(request.credentials);
        right = response && ms_chap_.verify_v2(request.challenge, *response, request.login, proved.nt_hash);
    } else {
        const auto response = radius::parse_mschap_response(request.credentials);
        right = response && ms_chap_.verify_v1(request.challenge, *response, proved.nt_hash);
    }
    if (right && login != nullptr && !stored.empty()) proved.proof = Proof::proved;
}

void Prover::prove_eap_md5(std::uint8_t identifier, Octets challenge, Octets value,
                           const provisioning::LoginEntry* login, Proved& proved) noexcept
{
    if (!serves(Method::eap_md5, storage_of(login))) {
        proved.proof = Proof::not_possible;
        return;
    }
    const auto password = open(login, proved);
    const bool right = radius::eap_md5_verifies(digester_, identifier, password, challenge, value);
    proved.proof = right && login != nullptr && !password.empty() ? Proof::proved : Proof::wrong;
}

}  // namespace core
