// tests/unit/radius/reply_test.cpp - the builder. Vectors: RFC 2865 s7, RFC 5997 s6.
#include "packets.hpp"

#include "radius/attributes.hpp"
#include "radius/authenticator.hpp"
#include "radius/reply.hpp"

using namespace tests;
using radius::Code;
using radius::ReplyBuilder;
using Sign = radius::ReplyBuilder::Sign;

namespace {

/// A builder with all that it needs, for the request named or given.
struct Desk {
    Bytes request;
    std::array<std::uint8_t, radius::max_packet_octets> buffer{};
    radius::Digester digester;
    ReplyBuilder reply;

    Desk(Bytes octets, Code code, Sign sign) : request(std::move(octets)), reply(buffer, code, view(request), sign) {}
    Desk(const Desk&) = delete;
    std::optional<Bytes> finished()
    {
        const auto packet = reply.finish(digester, secret);
        return packet ? std::optional{copy(*packet)} : std::nullopt;
    }
};

std::vector<std::uint8_t> types_of(const Bytes& packet)
{
    std::vector<std::uint8_t> types;
    for (const auto attribute : view(packet)) types.push_back(attribute.type);
    return types;
}

}  // namespace

TEST_CASE("R-01 the replies of RFC 2865 s7 and RFC 5997 s6 are built to the octet")
{
    const std::pair<std::string, std::string> rows[] = {
        {"rfc2865_7_1_request", "rfc2865_7_1_accept"},    {"rfc2865_7_2_request", "rfc2865_7_2_accept"},
        {"rfc2865_7_3_request", "rfc2865_7_3_challenge"}, {"rfc2865_7_3_response", "rfc2865_7_3_reject"},
        {"rfc5997_6_1_request", "rfc5997_6_1_reply"},     {"rfc5997_6_2_request", "rfc5997_6_2_reply"},
        {"rfc5997_6_3_request", "rfc5997_6_3_reply"},
    };
    for (const auto& [request, expected_name] : rows) {
        CAPTURE(expected_name);
        const auto expected = octets_of(expected_name);
        Desk desk{octets_of(request), static_cast<Code>(expected[0]), Sign::authenticator_only};
        for (const auto attribute : view(expected)) desk.reply.add(attribute.type, attribute.value);
        CHECK(desk.finished() == expected);
    }
}

TEST_CASE("R-01 M-07 a signed reply copies the Identifier and has a right Message-Authenticator as its first attribute")
{
    for (const auto code : {Code::access_accept, Code::access_reject, Code::access_challenge}) {
        for (const std::string name : {"rfc2865_7_1_request", "rfc5997_6_1_request", "radclient_access_request"}) {
            CAPTURE(name);
            Desk desk{octets_of(name), code, Sign::message_authenticator};
            desk.reply.add_text(radius::attribute::reply_message, "hello");
            desk.reply.echo_proxy_state(view(desk.request));
            const auto built = desk.finished();
            REQUIRE(built);
            const auto reply = view(*built);
            const auto asked = view(desk.request).authenticator();
            CHECK(reply.code() == static_cast<std::uint8_t>(code));
            CHECK(reply.identifier() == view(desk.request).identifier());
            CHECK((*reply.begin()).type == radius::attribute::message_authenticator);
            CHECK(radius::check_reply_message_authenticator(desk.digester, reply, asked, secret) ==
                  radius::MessageAuthenticator::verified);
            CHECK(radius::response_authenticator_verifies(desk.digester, reply, asked, secret));
        }
    }
}

TEST_CASE("M-08 a reply with Sign::authenticator_only has no Message-Authenticator")
{
    Desk desk{octets_of("radclient_accounting_request"), Code::accounting_response, Sign::authenticator_only};
    const auto built = desk.finished();
    REQUIRE(built);
    CHECK(built->size() == radius::header_octets);
}

TEST_CASE("R-02 every Proxy-State is echoed unmodified and in order, an empty one too")
{
    const auto states = hex("21 04 0102") + attribute(33, Bytes(253, 7)) + hex("21 02  21 04 0102");
    Desk desk{access_request(hex("01 03 41") + states + hex("05 06 00000001")), Code::access_accept,
              Sign::authenticator_only};
    desk.reply.echo_proxy_state(view(desk.request));
    const auto built = desk.finished();
    REQUIRE(built);
    CHECK(Bytes(built->begin() + 20, built->end()) == states);
}

TEST_CASE("R-03 what does not fit makes an overflow and never a truncated packet")
{
    struct Row {
        std::string name;
        void (*add)(ReplyBuilder&);
        bool overflow;
    };
    static const Bytes longest(253, 'x'), vendor_longest(247, 'x');
    static const Bytes too_long(254, 'x'), vendor_too_long(248, 'x'), huge(5000, 'x');
    const auto fill = [](ReplyBuilder& reply) {  // 4096 - 20 - 18 = 15 * 255 + 233
        for (int i = 0; i < 15; ++i) reply.add(18, longest);
    };
    static const auto fill_up = +fill;
    const Row rows[] = {
        {"a value of 253 octets fits", [](ReplyBuilder& r) { r.add(18, longest); }, false},
        {"a value of 254 octets does not", [](ReplyBuilder& r) { r.add(18, too_long); }, true},
        {"a value of 5000 octets does not", [](ReplyBuilder& r) { r.add(18, huge); }, true},
        {"a vendor's value of 247 octets fits", [](ReplyBuilder& r) { r.add_vendor(9, 1, vendor_longest); }, false},
        {"a vendor's value of 248 octets does not", [](ReplyBuilder& r) { r.add_vendor(9, 1, vendor_too_long); }, true},
        {"a vendor's value of 5000 octets does not", [](ReplyBuilder& r) { r.add_vendor(9, 1, huge); }, true},
        {"4096 octets fit",
         [](ReplyBuilder& r) {
             fill_up(r);
             r.add(18, radius::Octets{longest}.first(231));
         },
         false},
        {"4097 octets do not",
         [](ReplyBuilder& r) {
             fill_up(r);
             r.add(18, radius::Octets{longest}.first(232));
         },
         true},
        {"an overflow stays",
         [](ReplyBuilder& r) {
             r.add(18, too_long);
             r.add_text(18, "small");
         },
         true},
        {"encoded octets that are no attribute", [](ReplyBuilder& r) { r.add_encoded(hex("12 05 41")); }, true},
        {"encoded octets of length 0", [](ReplyBuilder& r) { r.add_encoded(hex("12 00")); }, true},
        {"one encoded octet", [](ReplyBuilder& r) { r.add_encoded(hex("12")); }, true},
        {"encoded octets of type 0", [](ReplyBuilder& r) { r.add_encoded(hex("00 03 41")); }, true},
        {"no encoded octets", [](ReplyBuilder& r) { r.add_encoded({}); }, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Desk desk{octets_of("rfc2865_7_1_request"), Code::access_accept, Sign::message_authenticator};
        row.add(desk.reply);
        CHECK(desk.reply.overflow() == row.overflow);
        const auto built = desk.finished();
        CHECK(built.has_value() == !row.overflow);
        if (built) CHECK(radius::parse_packet(*built).has_value());
    }
}

TEST_CASE("R-03 a buffer below 4096 octets is an overflow from the start and is not written")
{
    const auto request = octets_of("rfc2865_7_1_request");
    Bytes small(100, 0);
    ReplyBuilder reply{small, Code::access_accept, view(request), Sign::message_authenticator};
    reply.add_integer(27, 1);
    radius::Digester digester;
    CHECK_FALSE(reply.finish(digester, secret));
    CHECK(small == Bytes(100, 0));
}

TEST_CASE("R-04 an Access-Reject takes nothing that grants")
{
    Desk desk{octets_of("radclient_access_request"), Code::access_reject, Sign::message_authenticator};
    desk.reply.add_integer(radius::attribute::session_timeout, 60);
    desk.reply.add_text(radius::attribute::framed_pool, "pool");
    desk.reply.add_vendor_text(radius::vendor::mikrotik, 8, "1M/1M");
    desk.reply.add_vendor_text(radius::vendor::microsoft, 16, "a key");
    desk.reply.add(radius::attribute::class_, Bytes(16, 1));
    desk.reply.add_text(radius::attribute::reply_message, "no");
    desk.reply.add_encoded(hex("1b 06 0000003c  12 04 4142"));
    desk.reply.add_integer(radius::attribute::error_cause, 401);
    desk.reply.add_vendor_text(radius::vendor::microsoft, 2, "E=691 R=0");
    desk.reply.echo_proxy_state(view(desk.request));
    const auto built = desk.finished();
    REQUIRE(built);
    CHECK(types_of(*built) == Bytes{80, 18, 18, 101, 26, 33, 33});
}

TEST_CASE("each add_ writes its attribute as RFC 2865 s5 draws it; an empty text is left out")
{
    Desk desk{octets_of("rfc2865_7_1_request"), Code::access_accept, Sign::authenticator_only};
    desk.reply.add(25, hex("0102"));
    desk.reply.add_text(18, "Hi");
    desk.reply.add_text(18, "");
    desk.reply.add_integer(27, 0x01020304);
    desk.reply.add_vendor(311, 11, hex("aa"));
    desk.reply.add_vendor_text(14988, 8, "1M");
    desk.reply.add_vendor_text(14988, 8, "");
    desk.reply.add_vendor_integer(14122, 7, 5);
    desk.reply.add_encoded(hex("58 04 4142  1a 09 00003a8c 1303 43"));
    const auto built = desk.finished();
    REQUIRE(built);
    CHECK(Bytes(built->begin() + 20, built->end()) ==
          hex("19 04 0102  12 04 4869  1b 06 01020304  1a 09 00000137 0b03 aa  1a 0a 00003a8c 0804 314d"
              "1a 0c 0000372a 0706 00000005  58 04 4142  1a 09 00003a8c 1303 43"));
}
