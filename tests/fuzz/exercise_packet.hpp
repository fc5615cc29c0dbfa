// tests/fuzz/exercise_packet.hpp - does to any octets all that the library can do to a packet; nothing may go wrong.
#pragma once

#include "radius/attributes.hpp"
#include "radius/authenticator.hpp"
#include "radius/chap.hpp"
#include "radius/password.hpp"
#include "radius/reply.hpp"

#include <cstdlib>

namespace tests {

/// Walks every attribute with every accessor; counts what it saw, so that no read is optimised away.
inline std::size_t walk_all(const radius::PacketView& packet)
{
    std::size_t seen = 0;
    for (const auto attribute : packet) {
        seen += radius::as_integer(attribute.value).has_value() + radius::as_ipv4(attribute.value).has_value() +
                radius::as_ipv6(attribute.value).has_value() + radius::as_interface_id(attribute.value).has_value() +
                radius::as_ipv6_prefix(attribute.value).has_value() + radius::as_text(attribute.value).has_value();
        radius::VendorWalk walk{attribute.value};
        while (const auto sub = walk.next()) seen += sub->type + sub->value.size();
        seen += packet.count(attribute.type) + packet.find(attribute.type)->size();
    }
    return seen;
}

/// Parses, walks, checks all authenticators and credentials, builds a reply; the reply must verify.
inline bool exercise_packet(radius::Octets datagram)
{
    const auto parsed = radius::parse_packet(datagram, 2038);
    if (!parsed) return false;
    const auto packet = *parsed;
    static constexpr std::uint8_t secret[] = {'s', 'e', 'c', 'r', 'e', 't'};
    radius::Digester digester;
    volatile std::size_t seen = walk_all(packet);

    seen =
        seen + (radius::check_message_authenticator(digester, packet, secret) == radius::MessageAuthenticator::wrong);
    seen = seen + (radius::check_reply_message_authenticator(digester, packet, packet.authenticator(), secret) ==
                   radius::MessageAuthenticator::wrong);
    seen = seen + radius::request_authenticator_verifies(digester, packet, secret);
    std::array<std::uint8_t, radius::max_password_octets> password;
    for (const auto attribute : packet) {
        seen = seen + radius::decrypt_user_password(digester, attribute.value, secret, packet.authenticator(), password)
                          .has_value();
        seen = seen + radius::chap_verifies(digester, attribute.value, packet.authenticator(), secret);
    }

    std::array<std::uint8_t, radius::max_packet_octets> buffer;
    radius::ReplyBuilder reply{buffer, static_cast<radius::Code>(packet.code()), packet,
                               radius::ReplyBuilder::Sign::message_authenticator};
    reply.echo_proxy_state(packet);
    for (const auto attribute : packet)
        if (attribute.type != radius::attribute::message_authenticator) reply.add(attribute.type, attribute.value);
    const auto built = reply.finish(digester, secret);
    if (!built) return true;
    const auto again = radius::parse_packet(*built, 4096);
    if (!again || !radius::response_authenticator_verifies(digester, *again, packet.authenticator(), secret) ||
        radius::check_reply_message_authenticator(digester, *again, packet.authenticator(), secret) !=
            radius::MessageAuthenticator::verified)
        std::abort();
    return true;
}

}  // namespace tests
