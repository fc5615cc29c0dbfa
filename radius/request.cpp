// radius/request.cpp - what stands in a request in the place of its own authenticator, and whom a reply convinces.
#include "radius/request.hpp"

#include "radius/attributes.hpp"
#include "radius/authenticator.hpp"

#include <algorithm>

namespace radius {
namespace {

constexpr std::array<std::uint8_t, 16> zeros{};
constexpr std::int64_t most_skew_s = 300;  // RFC 5176 s6.3

struct CauseName {
    std::uint32_t cause;
    std::string_view name;
};
/// RFC 5176 s3.5.
constexpr CauseName cause_names[] = {
    {201, "Residual-Session-Context-Removed"},
    {202, "Invalid-EAP-Packet-Ignored"},
    {401, "Unsupported-Attribute"},
    {402, "Missing-Attribute"},
    {403, "NAS-Identification-Mismatch"},
    {404, "Invalid-Request"},
    {405, "Unsupported-Service"},
    {406, "Unsupported-Extension"},
    {407, "Invalid-Attribute-Value"},
    {501, "Administratively-Prohibited"},
    {502, "Request-Not-Routable-Proxy"},
    {503, "Session-Context-Not-Found"},
    {504, "Session-Context-Not-Removable"},
    {505, "Other-Proxy-Processing-Error"},
    {506, "Resources-Unavailable"},
    {507, "Request-Initiated"},
    {508, "Multiple-Session-Selection-Unsupported"},
};

std::optional<std::uint32_t> integer_in(const PacketView& packet, std::uint8_t type) noexcept
{
    const auto value = packet.find(type);
    return value ? as_integer(*value) : std::nullopt;
}

/// RFC 5176 s2.3: an ACK is one code above its request, a NAK two.
std::optional<DynamicAnswer> said_by(std::uint8_t code, std::uint8_t request) noexcept
{
    if (code == request + 1) return DynamicAnswer::acknowledged;
    if (code == request + 2) return DynamicAnswer::refused;
    return {};
}

DynamicReply only(DynamicAnswer answer) noexcept { return {answer, std::nullopt, std::nullopt}; }

bool is_stale(std::optional<std::uint32_t> event, std::int64_t now) noexcept
{
    return now != 0 && event && (*event < now - most_skew_s || *event > now + most_skew_s);
}

}  // namespace

RequestBuilder::RequestBuilder(std::span<std::uint8_t> buffer, Code code, std::uint8_t identifier, Sign sign) noexcept
    : PacketWriter(buffer, code, identifier, zeros, sign)
{
}

DynamicReply check_dynamic_reply(Digester& digester, Octets datagram, Octets request, Octets secret,
                                 std::int64_t now) noexcept
{
    const auto reply = parse_packet(datagram);
    const auto sent = parse_packet(request);
    if (!reply || !sent) return {};
    if (reply->identifier() != sent->identifier()) return only(DynamicAnswer::wrong_identifier);
    const auto answer = said_by(reply->code(), sent->code());
    if (!answer) return only(DynamicAnswer::wrong_code);
    if (!response_authenticator_verifies(digester, *reply, sent->authenticator(), secret))
        return only(DynamicAnswer::bad_authenticator);
    const auto signed_by = check_reply_message_authenticator(digester, *reply, sent->authenticator(), secret);
    if (signed_by != MessageAuthenticator::verified && signed_by != MessageAuthenticator::absent)
        return only(DynamicAnswer::bad_message_authenticator);

    const auto event = integer_in(*reply, attribute::event_timestamp);
    return {is_stale(event, now) ? DynamicAnswer::stale : *answer, integer_in(*reply, attribute::error_cause), event};
}

std::string_view error_cause_name(std::uint32_t cause) noexcept
{
    const auto* const found = std::ranges::find(cause_names, cause, &CauseName::cause);
    return found == std::end(cause_names) ? std::string_view{} : found->name;
}

bool is_permanent(std::uint32_t cause) noexcept
{
    constexpr std::uint32_t permanent[] = {401, 404, 405, 501, 506};
    return std::ranges::find(permanent, cause) != std::end(permanent);
}

}  // namespace radius
