// tests/fuzz/dynamic.cpp - any octets at all as the reply of a NAS to a request of ours: as they are, and sealed so
// that what lies behind the authenticator is reached.
#include "radius/attributes.hpp"
#include "radius/request.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

using radius::DynamicAnswer;
using Buffer = std::array<std::uint8_t, radius::max_packet_octets>;

constexpr std::uint8_t secret[] = {'s', 'e', 'c', 'r', 'e', 't'};
constexpr std::int64_t now = 1'700'000'003;

void require(bool holds)
{
    if (!holds) std::abort();
}

bool believed(DynamicAnswer answer)
{
    return answer == DynamicAnswer::acknowledged || answer == DynamicAnswer::refused;
}

/// The attributes of `reply` in a reply of that code that the NAS seals.
void check_sealed(radius::Digester& digester, radius::Octets request, const radius::PacketView& reply,
                  radius::Code code)
{
    Buffer buffer;
    radius::ReplyBuilder sealed{buffer, code, *radius::parse_packet(request),
                                radius::PacketWriter::Sign::authenticator_only};
    for (const auto attribute : reply) sealed.add(attribute.type, attribute.value);
    const auto octets = sealed.finish(digester, secret);
    require(octets.has_value());
    const auto checked = radius::check_dynamic_reply(digester, *octets, request, secret, now);
    const bool claims = reply.find(radius::attribute::message_authenticator).has_value();
    require(believed(checked.answer) || checked.answer == DynamicAnswer::stale ||
            (claims && checked.answer == DynamicAnswer::bad_message_authenticator));
    require(claims || checked.answer == DynamicAnswer::stale ||
            (checked.answer == DynamicAnswer::refused) == (code == radius::Code::coa_nak));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const radius::Octets octets{data, size};
    radius::Digester digester;
    Buffer buffer;
    radius::RequestBuilder builder{buffer, radius::Code::coa_request, size > 1 ? data[1] : std::uint8_t{0},
                                   radius::PacketWriter::Sign::message_authenticator};
    builder.add_text(radius::attribute::user_name, "nemo");
    const auto request = builder.finish(digester, secret);
    require(request.has_value());

    require(!believed(radius::check_dynamic_reply(digester, octets, *request, secret, now).answer));
    const auto reply = radius::parse_packet(octets);
    if (!reply) return 0;
    check_sealed(digester, *request, *reply, radius::Code::coa_ack);
    check_sealed(digester, *request, *reply, radius::Code::coa_nak);
    return 0;
}
