// radius/reply.cpp - writes attributes one after the other; every one of them goes through write().
#include "radius/reply.hpp"

#include "radius/attributes.hpp"

#include <algorithm>

namespace radius {
namespace {

constexpr std::size_t vendor_head_octets = 6;  // vendor id, type, length
constexpr std::array<std::uint8_t, 16> zeros{};
constexpr std::uint8_t ms_chap_error = 2;

std::array<std::uint8_t, 4> network_order(std::uint32_t number) noexcept
{
    return {static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
            static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

Octets octets_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// RFC 2865 s5.44, RFC 5080 s2.6.1, RFC 2548 s2.1.5: an Access-Reject grants nothing, so it carries nothing else.
bool fits_a_reject(std::uint8_t type, Octets value) noexcept
{
    switch (type) {
    case attribute::reply_message:
    case attribute::proxy_state:
    case attribute::eap_message:
    case attribute::message_authenticator:
    case attribute::error_cause:
        return true;
    case attribute::vendor_specific: {
        VendorWalk walk{value};
        const auto first = walk.next();
        return walk.vendor() == vendor::microsoft && first && first->type == ms_chap_error && !walk.next();
    }
    default:
        return false;
    }
}

}  // namespace

PacketWriter::PacketWriter(std::span<std::uint8_t> buffer, Code code, std::uint8_t identifier,
                           Authenticator authenticator, Sign sign) noexcept
    : buffer_(buffer), sign_(sign), overflow_(buffer.size() < max_packet_octets)
{
    if (overflow_) return;
    buffer_[0] = static_cast<std::uint8_t>(code);
    buffer_[1] = identifier;
    std::ranges::copy(authenticator, digested_authenticator_.begin());
    if (sign_ == Sign::message_authenticator) add(attribute::message_authenticator, zeros);
}

void PacketWriter::write(std::uint8_t type, Octets head, Octets value) noexcept
{
    const auto length = 2 + head.size() + value.size();
    if (head.size() + value.size() > max_value_octets || length > max_packet_octets - used_) overflow_ = true;
    if (overflow_) return;
    const auto target = buffer_.subspan(used_, length);
    target[0] = type;
    target[1] = static_cast<std::uint8_t>(length);
    std::ranges::copy(head, target.subspan(2).begin());
    std::ranges::copy(value, target.subspan(2 + head.size()).begin());
    const bool left_out =
        buffer_[0] == static_cast<std::uint8_t>(Code::access_reject) && !fits_a_reject(type, target.subspan(2));
    if (!left_out) used_ += length;
}

void PacketWriter::add(std::uint8_t type, Octets value) noexcept { write(type, {}, value); }

void PacketWriter::add_text(std::uint8_t type, std::string_view value) noexcept
{
    if (!value.empty()) add(type, octets_of(value));
}

void PacketWriter::add_integer(std::uint8_t type, std::uint32_t value) noexcept { add(type, network_order(value)); }

void PacketWriter::add_vendor(std::uint32_t vendor, std::uint8_t type, Octets value) noexcept
{
    const auto id = network_order(vendor);
    const std::array<std::uint8_t, vendor_head_octets> head{id[0], id[1], id[2],
                                                            id[3], type,  static_cast<std::uint8_t>(2 + value.size())};
    write(attribute::vendor_specific, head, value);  // refuses what would not fit the length octet above
}

void PacketWriter::add_vendor_text(std::uint32_t vendor, std::uint8_t type, std::string_view value) noexcept
{
    if (!value.empty()) add_vendor(vendor, type, octets_of(value));
}

void PacketWriter::add_vendor_integer(std::uint32_t vendor, std::uint8_t type, std::uint32_t value) noexcept
{
    add_vendor(vendor, type, network_order(value));
}

void PacketWriter::add_encoded(Octets attributes) noexcept
{
    for (auto rest = attributes; !rest.empty(); rest = rest.subspan(rest[1])) {
        if (rest.size() < 2 || rest[0] == 0 || rest[1] < 2 || rest[1] > rest.size()) overflow_ = true;
        if (overflow_) return;
        add(rest[0], rest.subspan(2, rest[1] - 2U));
    }
}

ReplyBuilder::ReplyBuilder(std::span<std::uint8_t> buffer, Code code, const PacketView& request, Sign sign) noexcept
    : PacketWriter(buffer, code, request.identifier(), request.authenticator(), sign)
{
}

void ReplyBuilder::echo_proxy_state(const PacketView& request) noexcept
{
    for (const auto attribute : request)
        if (attribute.type == attribute::proxy_state) add(attribute.type, attribute.value);
}

std::optional<Octets> PacketWriter::finish(Digester& digester, Octets secret) noexcept
{
    if (overflow_) return {};
    buffer_[2] = static_cast<std::uint8_t>(used_ >> 8);
    buffer_[3] = static_cast<std::uint8_t>(used_);
    const auto packet = buffer_.first(used_);
    const auto authenticator = packet.subspan(4, digested_authenticator_.size());

    // Both digests take the request's authenticator where a reply's own will stand; zeros where a request's will.
    std::ranges::copy(digested_authenticator_, authenticator.begin());
    if (sign_ == Sign::message_authenticator) {
        const auto value = packet.subspan(header_octets + 2, zeros.size());
        std::ranges::copy(zeros, value.begin());
        std::ranges::copy(digester.hmac_md5(secret, {packet}), value.begin());
    }
    std::ranges::copy(digester.md5({packet, secret}), authenticator.begin());
    return packet;
}

}  // namespace radius
