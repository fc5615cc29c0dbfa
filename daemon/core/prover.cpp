#include "daemon/core/prover.hpp"

#include "provisioning/rules/values.hpp"
#include "radius/chap.hpp"
#include "radius/eap.hpp"

#include <algorithm>
#include <cstring>

namespace core {

using provisioning::Proof;
using provisioning::Storage;
using radius::Octets;

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
    proved.hash_needed = false;
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
