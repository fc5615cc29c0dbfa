// tests/unit/radius/request_test.cpp - our requests to a NAS and what is believed of its replies. Vectors: radclient's
// own requests, captured; replies by Python's hashlib and hmac (see the vector files).
#include "packets.hpp"

#include "radius/attributes.hpp"
#include "radius/authenticator.hpp"
#include "radius/request.hpp"

using namespace tests;
using radius::Code;
using radius::DynamicAnswer;
using Sign = radius::PacketWriter::Sign;

namespace {

constexpr std::int64_t then = 1'700'000'003;  // the Event-Timestamp of coa_nak_503

radius::DynamicReply checked(const Bytes& datagram, const Bytes& request, std::int64_t now = 0,
                             const Bytes& with = secret)
{
    radius::Digester digester;
    return radius::check_dynamic_reply(digester, datagram, request, with, now);
}

/// A reply to `request` with those attributes, which a NAS signs with `with`.
Bytes reply_to(const Bytes& request, std::uint8_t code, const Bytes& attributes, Sign sign, const Bytes& with = secret)
{
    std::array<std::uint8_t, radius::max_packet_octets> buffer{};
    radius::Digester digester;
    radius::ReplyBuilder reply{buffer, static_cast<Code>(code), view(request), sign};
    reply.add_encoded(attributes);
    const auto built = reply.finish(digester, with);
    REQUIRE(built);
    return copy(*built);
}

/// The same with a Message-Authenticator that is what `value` says, and a right Response Authenticator.
Bytes reply_claiming(const Bytes& request, std::uint8_t code, const Bytes& value)
{
    return reply_to(request, code, attribute(80, value), Sign::authenticator_only);
}

}  // namespace

TEST_CASE("(O-01, O-09, O-10) a request is octet for octet the one that radclient makes of the same attributes")
{
    struct Row {
        const char* vector;
        Code code;
        Sign sign;
    };
    const Row rows[] = {
        {"radclient_coa_request_signed_first", Code::coa_request, Sign::message_authenticator},
        {"radclient_disconnect_request", Code::disconnect_request, Sign::message_authenticator},
        {"radclient_disconnect_request_plain", Code::disconnect_request, Sign::authenticator_only},
    };
    for (const auto& row : rows) {
        CAPTURE(row.vector);
        const auto expected = octets_of(row.vector);
        std::array<std::uint8_t, radius::max_packet_octets> buffer{};
        radius::Digester digester;
        radius::RequestBuilder request{buffer, row.code, view(expected).identifier(), row.sign};
        for (const auto attribute : view(expected))
            if (attribute.type != radius::attribute::message_authenticator)
                request.add(attribute.type, attribute.value);
        const auto built = request.finish(digester, secret);
        REQUIRE(built);
        CHECK(copy(*built) == expected);
        CHECK(radius::request_authenticator_verifies(digester, view(expected), secret));
    }
}

TEST_CASE("a request that does not fit is none")
{
    std::array<std::uint8_t, radius::max_packet_octets> buffer{};
    radius::Digester digester;
    radius::RequestBuilder request{buffer, Code::coa_request, 1, Sign::message_authenticator};
    const Bytes long_value(254, 'a');
    request.add(radius::attribute::user_name, long_value);
    CHECK(request.overflow());
    CHECK_FALSE(request.finish(digester, secret));
}

TEST_CASE("(O-02) the replies of an independent implementation are believed, with what they say")
{
    const auto nak = checked(octets_of("coa_nak_503"), octets_of("radclient_coa_request_signed_first"), then);
    CHECK(nak.answer == DynamicAnswer::refused);
    CHECK(nak.error_cause == 503);
    CHECK(nak.event_timestamp == 1'700'000'003U);

    const auto ack = checked(octets_of("disconnect_ack"), octets_of("radclient_disconnect_request_plain"), then);
    CHECK(ack.answer == DynamicAnswer::acknowledged);
    CHECK_FALSE(ack.error_cause);
    CHECK_FALSE(ack.event_timestamp);
}

TEST_CASE("(O-02, O-03) a reply is believed only with the right identifier, code and authenticators")
{
    const auto coa = octets_of("radclient_coa_request_signed_first");
    const auto disconnect = octets_of("radclient_disconnect_request_plain");
    const auto other_identifier = [](Bytes octets) {
        ++octets[1];
        return octets;
    };
    auto forged = octets_of("coa_nak_503"), changed = reply_to(coa, 44, {}, Sign::message_authenticator);
    forged[4] ^= 1;
    changed.back() ^= 1;
    auto earlier = coa;
    earlier[4] ^= 1;
    const Bytes wrong_secret = octets("xyzzy5462");
    const auto padded = reply_to(coa, 44, {}, Sign::message_authenticator) + Bytes(9, 0xff);
    const auto late = reply_to(other_identifier(coa), 44, {}, Sign::message_authenticator);

    struct Row {
        std::string name;
        Bytes datagram, request;
        DynamicAnswer answer;
    };
    const Row rows[] = {
        {"CoA-ACK, signed", reply_to(coa, 44, {}, Sign::message_authenticator), coa, DynamicAnswer::acknowledged},
        {"CoA-ACK without Message-Authenticator, which is not demanded",
         reply_to(coa, 44, {}, Sign::authenticator_only), coa, DynamicAnswer::acknowledged},
        {"CoA-NAK", reply_to(coa, 45, {}, Sign::message_authenticator), coa, DynamicAnswer::refused},
        {"Disconnect-ACK", reply_to(disconnect, 41, {}, Sign::message_authenticator), disconnect,
         DynamicAnswer::acknowledged},
        {"Disconnect-NAK", reply_to(disconnect, 42, {}, Sign::authenticator_only), disconnect, DynamicAnswer::refused},
        {"octets past Length are padding", padded, coa, DynamicAnswer::acknowledged},
        {"nothing", {}, coa, DynamicAnswer::malformed},
        {"cut", Bytes(forged.begin(), forged.end() - 1), coa, DynamicAnswer::malformed},
        {"the identifier of another request", late, coa, DynamicAnswer::wrong_identifier},
        {"Disconnect-ACK to a CoA-Request", reply_to(coa, 41, {}, Sign::message_authenticator), coa,
         DynamicAnswer::wrong_code},
        {"Disconnect-NAK to a CoA-Request", reply_to(coa, 42, {}, Sign::message_authenticator), coa,
         DynamicAnswer::wrong_code},
        {"CoA-ACK to a Disconnect-Request", reply_to(disconnect, 44, {}, Sign::message_authenticator), disconnect,
         DynamicAnswer::wrong_code},
        {"CoA-NAK to a Disconnect-Request", reply_to(disconnect, 45, {}, Sign::message_authenticator), disconnect,
         DynamicAnswer::wrong_code},
        {"Access-Accept", reply_to(coa, 2, {}, Sign::message_authenticator), coa, DynamicAnswer::wrong_code},
        {"our own request, sent back", coa, coa, DynamicAnswer::wrong_code},
        {"one bit of the authenticator", forged, coa, DynamicAnswer::bad_authenticator},
        {"one bit of an attribute", changed, coa, DynamicAnswer::bad_authenticator},
        {"another secret", reply_to(coa, 44, {}, Sign::message_authenticator, wrong_secret), coa,
         DynamicAnswer::bad_authenticator},
        {"the reply to an earlier request with this identifier", reply_to(earlier, 44, {}, Sign::message_authenticator),
         coa, DynamicAnswer::bad_authenticator},
        {"a Message-Authenticator that is wrong", reply_claiming(coa, 44, Bytes(16, 7)), coa,
         DynamicAnswer::bad_message_authenticator},
        {"a Message-Authenticator that is short", reply_claiming(coa, 44, Bytes(15, 7)), coa,
         DynamicAnswer::bad_message_authenticator},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto reply = checked(row.datagram, row.request);
        CHECK(reply.answer == row.answer);
        if (row.answer != DynamicAnswer::acknowledged && row.answer != DynamicAnswer::refused) {
            CHECK_FALSE(reply.error_cause);
            CHECK_FALSE(reply.event_timestamp);
        }
    }
}

TEST_CASE("(O-03) no prefix and no changed bit of a reply is believed")
{
    const auto request = octets_of("radclient_coa_request_signed_first"), whole = octets_of("coa_nak_503");
    for (std::size_t n = 0; n < whole.size(); ++n) {
        CAPTURE(n);
        CHECK(checked(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)), request).answer ==
              DynamicAnswer::malformed);
        for (unsigned bit = 0; bit < 8; ++bit) {
            auto changed = whole;
            changed[n] = static_cast<std::uint8_t>(changed[n] ^ (1U << bit));
            CHECK(checked(changed, request).answer != DynamicAnswer::refused);
        }
    }
}

TEST_CASE("(O-09) a reply more than 300 s from now is stale, if now is told and it says when it was sent")
{
    struct Row {
        std::string name;
        std::int64_t now;
        DynamicAnswer answer;
    };
    const Row rows[] = {{"at once", then, DynamicAnswer::refused},
                        {"300 s old", then + 300, DynamicAnswer::refused},
                        {"301 s old", then + 301, DynamicAnswer::stale},
                        {"300 s ahead", then - 300, DynamicAnswer::refused},
                        {"301 s ahead", then - 301, DynamicAnswer::stale},
                        {"not looked at", 0, DynamicAnswer::refused},
                        {"long ago", then + (1LL << 33), DynamicAnswer::stale}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto reply = checked(octets_of("coa_nak_503"), octets_of("radclient_coa_request_signed_first"), row.now);
        CHECK(reply.answer == row.answer);
        CHECK(reply.event_timestamp == 1'700'000'003U);
    }
    const auto request = octets_of("radclient_coa_request_signed_first");
    CHECK(checked(reply_to(request, 44, hex("37 05 6553f1"), Sign::authenticator_only), request, then).answer ==
          DynamicAnswer::acknowledged);  // one of the wrong length is none
}

TEST_CASE("(O-04) an Error-Cause is kept by its number, named or not; it may be missing")
{
    const auto request = octets_of("radclient_coa_request_signed_first");
    struct Row {
        std::string name;
        Bytes attributes;
        std::optional<std::uint32_t> cause;
    };
    const Row rows[] = {
        {"named", hex("65 06 00000191"), 401},
        {"without a name", hex("65 06 0000ffff"), 65535},
        {"none", {}, {}},
        {"of the wrong length", hex("65 04 0191"), {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(checked(reply_to(request, 45, row.attributes, Sign::message_authenticator), request).error_cause ==
              row.cause);
    }
    CHECK(checked(reply_to(request, 44, hex("65 06 000000c9"), Sign::message_authenticator), request).error_cause ==
          201);  // RFC 5176 s3.5: 2xx stand in an ACK
}

TEST_CASE("(O-04, O-05) causes have the names of RFC 5176 s3.5, and five of them are permanent")
{
    struct Row {
        std::uint32_t cause;
        std::string_view name;
        bool permanent;
    };
    const Row rows[] = {
        {201, "Residual-Session-Context-Removed", false},
        {202, "Invalid-EAP-Packet-Ignored", false},
        {401, "Unsupported-Attribute", true},
        {402, "Missing-Attribute", false},
        {403, "NAS-Identification-Mismatch", false},
        {404, "Invalid-Request", true},
        {405, "Unsupported-Service", true},
        {406, "Unsupported-Extension", false},
        {407, "Invalid-Attribute-Value", false},
        {501, "Administratively-Prohibited", true},
        {502, "Request-Not-Routable-Proxy", false},
        {503, "Session-Context-Not-Found", false},
        {504, "Session-Context-Not-Removable", false},
        {505, "Other-Proxy-Processing-Error", false},
        {506, "Resources-Unavailable", true},
        {507, "Request-Initiated", false},
        {508, "Multiple-Session-Selection-Unsupported", false},
    };
    std::size_t named = 0;
    for (std::uint32_t cause = 0; cause < 1000; ++cause) named += !radius::error_cause_name(cause).empty();
    CHECK(named == std::size(rows));
    for (const auto& row : rows) {
        CAPTURE(row.cause);
        CHECK(radius::error_cause_name(row.cause) == row.name);
        CHECK(radius::is_permanent(row.cause) == row.permanent);
    }
    CHECK_FALSE(radius::is_permanent(0));
    CHECK_FALSE(radius::is_permanent(509));
}
