// tests/unit/core/methods_fixture.hpp - the engine's one subscriber, dialling by any method with any storage.
#pragma once

#include "tests/unit/core/peer.hpp"

namespace tests {

inline constexpr std::uint8_t access_accept = 2, access_reject = 3, access_challenge = 11;

/// The value of a Microsoft sub-attribute.
inline std::optional<Bytes> microsoft(const Bytes& reply, std::uint8_t type)
{
    for (const auto& one : view(reply)) {
        if (one.type != attr::vendor_specific) continue;
        radius::VendorWalk walk{one.value};
        while (const auto sub = walk.next())
            if (sub->vendor == radius::vendor::microsoft && sub->type == type) return copy(sub->value);
    }
    return std::nullopt;
}

struct MethodsFixture : EngineFixture {
    Peer peer;
    provisioning::PasswordForms forms{
        [this](std::span<const std::uint8_t> password) { return peer.ms_chap.nt_hash(password); }};

    void store(provisioning::Storage storage)
    {
        auto entry = login();
        entry.storage = storage;
        const auto stored = forms.from_typed(storage, joao_password);
        entry.sealed_password = sealer.seal(stored.octets.octets(), core::login_password_context(7));
        apply(entry);
    }

    core::Outcome dial(provisioning::Method method, std::string_view password)
    {
        switch (method) {
        case provisioning::Method::pap:
            return ask(pap(joao, password));
        case provisioning::Method::chap:
            return ask(peer.chap(joao, password));
        case provisioning::Method::mschap:
            return ask(peer.ms_chap_v1(joao, password));
        case provisioning::Method::mschapv2:
            return ask(peer.ms_chap_v2(joao, password));
        default:
            break;
        }
        const auto first = copy(ask(with_signature(Peer::eap_identity(joao))).reply);
        REQUIRE(first[0] == access_challenge);
        return ask(with_signature(peer.eap_response(joao, password, first)));
    }
};

} // namespace tests
