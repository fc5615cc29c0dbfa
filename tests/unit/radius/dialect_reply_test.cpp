// tests/unit/radius/dialect_reply_test.cpp - what the plan or the login spells out, beside and instead of what is
// generated. Which attributes may stand twice in an Accept: RFC 2865 s5.44, RFC 2869 s5.19; RouterOS manual.
#include "rendered.hpp"

using namespace tests;
using radius::Dialect;

namespace {

Bytes session_timeout(const char* seconds) { return attribute(27, hex(seconds)); }
Bytes avpair(const char* text) { return vendor_specific(9, 1, octets(text)); }

}  // namespace

TEST_CASE("what is spelled out stands in the place of what is generated where a vendor takes only one")
{
    struct Row {
        std::string name;
        Dialect dialect;
        Bytes plan, login;
        Bytes attributes;
    };
    const auto generated = session_timeout("00000e10");
    const auto list = vendor_specific(14988, 19, octets("clientes"));
    const auto in = avpair("ip:sub-qos-policy-in=gold"), out = avpair("ip:sub-qos-policy-out=gold");
    const auto filter = attribute(11, octets("gold"));
    const Row rows[] = {
        {"mikrotik: another attribute of the vendor changes nothing",
         Dialect::mikrotik,
         list,
         {},
         generated + rate_limit("5M/10M") + filter + list},
        {"mikrotik: the plan's rate",
         Dialect::mikrotik,
         rate_limit("1M/1M 2M/2M"),
         {},
         generated + filter + rate_limit("1M/1M 2M/2M")},
        {"mikrotik: the login's rate", Dialect::mikrotik, list, rate_limit("1M/1M"),
         generated + filter + list + rate_limit("1M/1M")},
        {"mikrotik: the login's rate in the place of the plan's", Dialect::mikrotik, rate_limit("1M/1M") + list,
         rate_limit("2M/2M"), generated + filter + list + rate_limit("2M/2M")},
        {"mikrotik: several filters are taken",
         Dialect::mikrotik,
         attribute(11, octets("b.out")),
         {},
         generated + rate_limit("5M/10M") + filter + attribute(11, octets("b.out"))},
        {"accel-ppp: its rate is a Filter-Id, and it takes one",
         Dialect::accel_ppp,
         attribute(11, octets("1/2")),
         {},
         generated + attribute(11, octets("1/2"))},
        {"cisco: one direction's policy does not touch the other's",
         Dialect::cisco,
         avpair("ip:sub-qos-policy-in=silver"),
         {},
         generated + out + avpair("ip:sub-qos-policy-in=silver")},
        {"cisco: other pairs change nothing",
         Dialect::cisco,
         avpair("ip:addr-pool=a"),
         {},
         generated + in + out + avpair("ip:addr-pool=a")},
        {"what is left of a validity is always sent",
         Dialect::cisco,
         session_timeout("00015180"),
         {},
         generated + in + out + session_timeout("00015180")},
        {"an attribute that the vendor's table does not have is sent from both", Dialect::cisco, hex("12 03 41"),
         hex("12 03 42"), generated + in + out + hex("12 03 41  12 03 42")},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(rendered(row.dialect, {.download_bps = 10'000'000,
                                     .upload_bps = 5'000'000,
                                     .filter = row.dialect == Dialect::accel_ppp ? "" : "gold",
                                     .session_timeout_s = 3600,
                                     .reply_attributes = row.plan,
                                     .login_reply_attributes = row.login}) == row.attributes);
    }
}

TEST_CASE("reply attributes that are not whole make an overflow, not a packet")
{
    const auto request = octets_of("rfc2865_7_1_request");
    for (const auto* const broken : {"12", "12 01", "12 05 41", "12 03 41 12"}) {
        CAPTURE(broken);
        const auto attributes = hex(broken);
        std::array<std::uint8_t, radius::max_packet_octets> buffer{};
        radius::ReplyBuilder reply{buffer, radius::Code::access_accept, view(request),
                                   radius::ReplyBuilder::Sign::authenticator_only};
        radius::render(Dialect::mikrotik, {.reply_attributes = attributes}, reply);
        CHECK(reply.overflow());
    }
}
