// radius/authenticator.cpp - the four authenticators, each computed over pieces of the packet as it was received.
#include "radius/authenticator.hpp"

#include "radius/attributes.hpp"

namespace radius {
namespace {

constexpr std::array<std::uint8_t, 16> zeros{};
constexpr std::size_t code_to_length_octets = 4;

MessageAuthenticator check(Digester& digester, const PacketView& packet, Octets authenticator, Octets secret) noexcept
{
    const auto value = packet.find(attribute::message_authenticator);
    if (!value) return MessageAuthenticator::absent;
    if (value->size() != zeros.size() || packet.count(attribute::message_authenticator) != 1)
        return MessageAuthenticator::malformed;

    const auto octets = packet.octets();
    const auto at = message_authenticator_offset(packet);
    const auto expected = digester.hmac_md5(secret, {octets.first(code_to_length_octets), authenticator,
                                                     octets.subspan(header_octets, at - header_octets), zeros,
                                                     octets.subspan(at + zeros.size())});
    return equal_constant_time(expected, *value) ? MessageAuthenticator::verified : MessageAuthenticator::wrong;
}

bool authenticator_verifies(Digester& digester, const PacketView& packet, Octets hashed_in_its_place,
                            Octets secret) noexcept
{
    const auto octets = packet.octets();
    const auto expected =
        digester.md5({octets.first(code_to_length_octets), hashed_in_its_place, octets.subspan(header_octets), secret});
    return equal_constant_time(expected, packet.authenticator());
}

/// Codes whose authenticator is itself computed, with zeros in its place (RFC 2866 s3, RFC 5176 s2.3).
bool authenticator_is_computed(std::uint8_t code) noexcept
{
    return code == static_cast<std::uint8_t>(Code::accounting_request) ||
           code == static_cast<std::uint8_t>(Code::coa_request) ||
           code == static_cast<std::uint8_t>(Code::disconnect_request);
}

}  // namespace

MessageAuthenticator check_message_authenticator(Digester& digester, const PacketView& request, Octets secret) noexcept
{
    const Octets authenticator =
        authenticator_is_computed(request.code()) ? Octets{zeros} : Octets{request.authenticator()};
    return check(digester, request, authenticator, secret);
}

MessageAuthenticator check_reply_message_authenticator(Digester& digester, const PacketView& reply,
                                                       Authenticator request, Octets secret) noexcept
{
    return check(digester, reply, request, secret);
}

bool request_authenticator_verifies(Digester& digester, const PacketView& request, Octets secret) noexcept
{
    return authenticator_verifies(digester, request, zeros, secret);
}

bool response_authenticator_verifies(Digester& digester, const PacketView& reply, Authenticator request,
                                     Octets secret) noexcept
{
    return authenticator_verifies(digester, reply, request, secret);
}

std::size_t message_authenticator_offset(const PacketView& packet) noexcept
{
    std::size_t at = header_octets;
    for (const auto attribute : packet) {
        if (attribute.type == attribute::message_authenticator) return at + 2;
        at += 2 + attribute.value.size();
    }
    return 0;
}

}  // namespace radius
