// tests/fuzz/eap.cpp - any octets at all: as an EAP packet, as a datagram that carries EAP-Messages, and as what is
// sent.
#include "radius/eap.hpp"
#include "radius/attributes.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

/// Parses and reads all there is to read; the views must lie within `octets`.
void parse(radius::Octets octets)
{
    const auto packet = radius::parse_eap(octets);
    if (!packet) return;
    if (packet->data.size() > octets.size()) std::abort();
    radius::Digester digester;
    volatile std::size_t seen = 0;
    for (const auto type : radius::eap_nak_types(*packet)) seen = seen + type;
    if (const auto value = radius::eap_md5_value(*packet)) {
        if (value->size() != 16) std::abort();
        seen = seen + radius::eap_md5_verifies(digester, packet->identifier, octets, octets, *value);
    }
}

/// What goes out in EAP-Messages comes back the same.
void send(const radius::PacketView& request, radius::Octets octets)
{
    static constexpr std::uint8_t secret[] = {'s', 'e', 'c', 'r', 'e', 't'};
    std::array<std::uint8_t, radius::max_packet_octets> buffer, joined;
    radius::Digester digester;
    radius::ReplyBuilder reply{buffer, radius::Code::access_challenge, request,
                               radius::ReplyBuilder::Sign::message_authenticator};
    radius::add_eap_message(reply, octets);
    const auto built = reply.finish(digester, secret);
    if (!built) return;
    const auto again = radius::join_eap_message(*radius::parse_packet(*built), joined);
    if (octets.empty() ? again.has_value() : !again || !std::ranges::equal(*again, octets)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const radius::Octets octets{data, size};
    parse(octets);
    const auto packet = radius::parse_packet(octets, 2038);
    if (!packet) return 0;
    std::array<std::uint8_t, radius::max_packet_octets> joined;
    const auto eap = radius::join_eap_message(*packet, joined);
    if (!eap) return 0;
    parse(*eap);
    send(*packet, *eap);
    return 0;
}
