// tests/unit/core/peer.hpp - the subscriber's side of each method, computed from the RFCs' formulas.
#pragma once

#include "radius/eap.hpp"
#include "radius/mschap.hpp"
#include "tests/unit/core/engine_fixture.hpp"

namespace tests {

inline Bytes vendor(std::uint32_t id, std::uint8_t type, const Bytes& value)
{
    return attribute(attr::vendor_specific,
                     Bytes{static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16),
                           static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id), type,
                           static_cast<std::uint8_t>(value.size() + 2)} +
                         value);
}

struct Peer {
    radius::Digester digester;
    radius::MsChap ms_chap;
    radius::Legacy legacy;
    const Bytes challenge16 = Bytes(16, 0x5b), challenge8 = Bytes(8, 0x10), peer_challenge = Bytes(16, 0x21);

    /// RFC 2433 A.5: three DES blocks under the hash and five octets of zero.
    Bytes response(const Bytes& challenge, std::string_view password)
    {
        const auto hash = *ms_chap.nt_hash(octets(password));
        std::array<std::uint8_t, 21> key{};
        std::copy(hash.begin(), hash.end(), key.begin());
        Bytes out(24);
        for (std::size_t i = 0; i < 3; ++i) {
            std::array<std::uint8_t, 7> part;
            std::copy_n(key.begin() + static_cast<std::ptrdiff_t>(7 * i), 7, part.begin());
            std::array<std::uint8_t, 8> clear, block;
            std::copy_n(challenge.begin(), 8, clear.begin());
            REQUIRE(legacy.des(part, clear, block));
            std::copy(block.begin(), block.end(), out.begin() + static_cast<std::ptrdiff_t>(8 * i));
        }
        return out;
    }

    Bytes ms_chap_v1(std::string_view login, std::string_view password, const Bytes& more = {})
    {
        return access_request(attribute(attr::user_name, octets(login)) + vendor(311, 11, challenge8) +
                              vendor(311, 1, Bytes{9, 1} + Bytes(24) + response(challenge8, password)) + more);
    }

    /// RFC 2759 s8.1: the challenge is the start of SHA-1 over both challenges and the name without its domain.
    Bytes ms_chap_v2(std::string_view login, std::string_view password, const Bytes& more = {})
    {
        const auto user = octets(radius::without_domain(login));
        const auto digest = digester.sha1({peer_challenge, challenge16, user});
        return access_request(
            attribute(attr::user_name, octets(login)) + vendor(311, 11, challenge16) +
            vendor(311, 25,
                   Bytes{9, 0} + peer_challenge + Bytes(8) + response({digest.begin(), digest.begin() + 8}, password)) +
            more);
    }

    /// CHAP-Password over `challenge`: RFC 1994 s4.1.
    Bytes chap_password(std::string_view password, const Bytes& challenge)
    {
        const Bytes identifier{9};
        const auto digest = digester.md5({identifier, octets(password), challenge});
        return attribute(attr::chap_password, identifier + Bytes{digest.begin(), digest.end()});
    }

    Bytes chap(std::string_view login, std::string_view password, const Bytes& more = {})
    {
        return access_request(attribute(attr::user_name, octets(login)) + chap_password(password, challenge16) +
                              attribute(attr::chap_challenge, challenge16) + more);
    }

    static Bytes eap_identity(std::string_view login, std::uint8_t identifier = 1)
    {
        const auto name = octets(login);
        return access_request(attribute(attr::user_name, name) +
                              attribute(attr::eap_message,
                                        Bytes{2, identifier, 0, static_cast<std::uint8_t>(5 + name.size()), 1} + name));
    }

    /// The answer to an MD5-Challenge; its reply is `challenge`.
    Bytes eap_response(std::string_view login, std::string_view password, const Bytes& challenge, std::uint8_t type = 4)
    {
        const auto reply = view(challenge);
        const auto eap = copy(*reply.find(attr::eap_message));
        const auto state = copy(*reply.find(attr::state));
        REQUIRE(eap.size() >= 22);
        const Bytes identifier{eap[1]}, value(eap.begin() + 6, eap.begin() + 22);
        const auto digest = digester.md5({identifier, octets(password), value});
        Bytes message{2, eap[1], 0, 22, type, 16};
        message = message + Bytes{digest.begin(), digest.end()};
        if (type == 3) message = {2, eap[1], 0, 6, 3, 13};
        auto request = access_request(attribute(attr::user_name, octets(login)) +
                                      attribute(attr::eap_message, message) + attribute(attr::state, state));
        request[1] = 8;
        return request;
    }
};

}  // namespace tests
