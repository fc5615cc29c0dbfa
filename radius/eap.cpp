// radius/eap.cpp - lengths are checked once, in parse_eap(); what follows works on its views.
#include "radius/eap.hpp"

#include "radius/attributes.hpp"
#include "radius/concat.hpp"

#include <algorithm>

namespace radius {
namespace {

constexpr std::size_t head_octets = 4;  // code, identifier, length
constexpr std::size_t md5_octets = 16;

std::array<std::uint8_t, 4> head(EapCode code, std::uint8_t identifier, std::size_t length) noexcept
{
    return {static_cast<std::uint8_t>(code), identifier, static_cast<std::uint8_t>(length >> 8),
            static_cast<std::uint8_t>(length)};
}

bool is_response(const EapPacket& packet, std::uint8_t type) noexcept
{
    return packet.code == EapCode::response && packet.type == type;
}

}  // namespace

std::optional<EapPacket> parse_eap(Octets octets) noexcept
{
    if (octets.size() < head_octets) return {};
    const std::size_t length = static_cast<std::size_t>(octets[2]) << 8 | octets[3];
    if (length < head_octets || length > octets.size()) return {};
    const auto rest = octets.first(length).subspan(head_octets);

    const auto code = static_cast<EapCode>(octets[0]);
    switch (code) {
    case EapCode::request:
    case EapCode::response:
        if (rest.empty()) return {};
        return EapPacket{code, octets[1], rest[0], rest.subspan(1)};
    case EapCode::success:
    case EapCode::failure:
        if (!rest.empty()) return {};
        return EapPacket{code, octets[1], 0, {}};
    }
    return {};
}

std::optional<Octets> join_eap_message(const PacketView& packet,
                                       std::span<std::uint8_t, max_packet_octets> out) noexcept
{
    if (!consecutive(packet, attribute::eap_message)) return {};
    return join_values(packet, attribute::eap_message, out);
}

void add_eap_message(ReplyBuilder& reply, Octets eap) noexcept { add_split(reply, attribute::eap_message, eap); }

Octets eap_md5_request(std::uint8_t identifier, std::span<const std::uint8_t, 16> challenge,
                       std::string_view server_name, std::span<std::uint8_t, max_value_octets> out) noexcept
{
    const auto before_name = head_octets + 2 + challenge.size();
    const auto name = server_name.substr(0, out.size() - before_name);
    const auto packet = out.first(before_name + name.size());
    std::ranges::copy(head(EapCode::request, identifier, packet.size()), packet.begin());
    packet[head_octets] = eap_type::md5_challenge;
    packet[head_octets + 1] = static_cast<std::uint8_t>(challenge.size());
    std::ranges::copy(challenge, packet.subspan(head_octets + 2).begin());
    std::ranges::copy(name, packet.subspan(before_name).begin());
    return packet;
}

std::array<std::uint8_t, 4> eap_success(std::uint8_t identifier) noexcept
{
    return head(EapCode::success, identifier, head_octets);
}

std::array<std::uint8_t, 4> eap_failure(std::uint8_t identifier) noexcept
{
    return head(EapCode::failure, identifier, head_octets);
}

std::optional<Octets> eap_md5_value(const EapPacket& packet) noexcept
{
    if (!is_response(packet, eap_type::md5_challenge) || packet.data.size() < 1 + md5_octets ||
        packet.data[0] != md5_octets)
        return {};
    return packet.data.subspan(1, md5_octets);
}

bool eap_md5_verifies(Digester& digester, std::uint8_t identifier, Octets password, Octets challenge,
                      Octets value) noexcept
{
    if (value.size() != md5_octets) return false;
    return equal_constant_time(digester.md5({{&identifier, 1}, password, challenge}), value);
}

Octets eap_nak_types(const EapPacket& packet) noexcept
{
    return is_response(packet, eap_type::nak) ? packet.data : Octets{};
}

}  // namespace radius
