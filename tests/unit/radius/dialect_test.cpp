// tests/unit/radius/dialect_test.cpp - sources: RouterOS manual (RADIUS client), accel-ppp.conf(5), WISPr 1.0.
#include "packets.hpp"

#include "radius/dialect/dialect.hpp"

using namespace tests;
using radius::Dialect;

namespace {

/// The attributes that `dialect` makes of `terms`.
Bytes rendered(Dialect dialect, const radius::Terms& terms)
{
    const auto request = octets_of("rfc2865_7_1_request");
    std::array<std::uint8_t, radius::max_packet_octets> buffer{};
    radius::ReplyBuilder reply{buffer, radius::Code::access_accept, view(request),
                               radius::ReplyBuilder::Sign::authenticator_only};
    radius::render(dialect, terms, reply);
    radius::Digester digester;
    const auto built = reply.finish(digester, secret);
    REQUIRE(built);
    return copy(built->subspan(radius::header_octets));
}

Bytes vendor(std::uint32_t id, std::uint8_t type, const Bytes& value)
{
    const Bytes head{0,
                     static_cast<std::uint8_t>(id >> 16),
                     static_cast<std::uint8_t>(id >> 8),
                     static_cast<std::uint8_t>(id),
                     type,
                     static_cast<std::uint8_t>(2 + value.size())};
    return attribute(26, head + value);
}

Bytes rate_limit(const char* text) { return vendor(14988, 8, octets(text)); }
Bytes filter_id(const char* text) { return attribute(11, octets(text)); }
Bytes wispr_up(const char* value) { return vendor(14122, 7, hex(value)); }
Bytes wispr_down(const char* value) { return vendor(14122, 8, hex(value)); }

}  // namespace

TEST_CASE("each dialect writes the rates in its own words")
{
    constexpr std::uint64_t M = 1'000'000;
    struct Row {
        std::string name;
        Dialect dialect;
        std::uint64_t download, upload;
        Bytes attributes;
    };
    const Row rows[] = {
        {"mikrotik: the router's receive side, the upload, comes first", Dialect::mikrotik, 300 * M, 150 * M,
         rate_limit("150M/300M")},
        {"mikrotik: k where M does not divide", Dialect::mikrotik, 1'500'000, 512'000, rate_limit("512k/1500k")},
        {"mikrotik: plain digits where k does not divide", Dialect::mikrotik, 1'000'001, 999,
         rate_limit("999/1000001")},
        {"mikrotik: an unset upload is 0, unlimited", Dialect::mikrotik, 10 * M, 0, rate_limit("0/10M")},
        {"mikrotik: an unset download is 0, unlimited", Dialect::mikrotik, 0, 10 * M, rate_limit("10M/0")},
        {"mikrotik: no rate, nothing", Dialect::mikrotik, 0, 0, {}},
        {"accel-ppp: down/up in kbit/s", Dialect::accel_ppp, 300 * M, 150 * M, filter_id("300000/150000")},
        {"accel-ppp: an unset side is 0", Dialect::accel_ppp, 300 * M, 0, filter_id("300000/0")},
        {"accel-ppp: below 1 kbit/s is not no limit", Dialect::accel_ppp, 1, 1001, filter_id("1/2")},
        {"accel-ppp: no rate, nothing", Dialect::accel_ppp, 0, 0, {}},
        {"generic: WISPr in bit/s", Dialect::generic, 300 * M, 150 * M, wispr_up("08f0d180") + wispr_down("11e1a300")},
        {"generic: only the side that is set", Dialect::generic, 300 * M, 0, wispr_down("11e1a300")},
        {"generic: only the other side", Dialect::generic, 0, 150 * M, wispr_up("08f0d180")},
        {"generic: the highest rate of 32 bits", Dialect::generic, 0xffffffff, 0, wispr_down("ffffffff")},
        {"generic: 10 Gbit/s is sent as the highest rate", Dialect::generic, 10'000 * M, 4'294'967'296,
         wispr_up("ffffffff") + wispr_down("ffffffff")},
        {"cisco: as generic", Dialect::cisco, 300 * M, 0, wispr_down("11e1a300")},
        {"juniper: as generic", Dialect::juniper, 300 * M, 0, wispr_down("11e1a300")},
        {"huawei: as generic", Dialect::huawei, 300 * M, 0, wispr_down("11e1a300")},
        {"generic: no rate, nothing", Dialect::generic, 0, 0, {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        radius::Terms terms;
        terms.download_bps = row.download;
        terms.upload_bps = row.upload;
        CHECK(rendered(row.dialect, terms) == row.attributes);
    }
}

TEST_CASE("terms are written in a fixed order, and an address leaves the pool out")
{
    const auto class_value = hex("c1a55c1a55");
    const auto plan = hex("12 04 4869"), login = hex("0b 03 41");
    radius::Terms terms{.download_bps = 2'000'000,
                        .upload_bps = 1'000'000,
                        .framed_pool = "clients",
                        .framed_ip = {},
                        .session_timeout_s = 3600,
                        .interim_s = 300,
                        .class_ = class_value,
                        .reply_attributes = plan,
                        .login_reply_attributes = login};
    const auto rest =
        hex("1b 06 00000e10  55 06 0000012c") + rate_limit("1M/2M") + attribute(25, class_value) + plan + login;
    CHECK(rendered(Dialect::mikrotik, terms) == attribute(88, octets("clients")) + rest);
    terms.framed_ip = {{100, 64, 0, 7}};
    CHECK(rendered(Dialect::mikrotik, terms) == hex("08 06 64400007") + rest);
    CHECK(rendered(Dialect::generic, {}) == Bytes{});
}

TEST_CASE("the longest rate limit fits its buffer")
{
    std::array<char, 48> out;
    CHECK(radius::mikrotik_rate_limit(UINT64_MAX, UINT64_MAX, out) == "18446744073709551615/18446744073709551615");
    CHECK(radius::mikrotik_rate_limit(1'000'000'000, 999'999'000, out) == "1000M/999999k");
    CHECK(radius::mikrotik_rate_limit(0, 0, out) == "0/0");
}

TEST_CASE("mikrotik: a rate that is spelled out by a reply attribute is sent alone")
{
    const auto spelled_out = rate_limit("10M/10M 20M/20M");
    const auto other = vendor(14988, 19, octets("clientes"));
    radius::Terms terms;
    terms.download_bps = terms.upload_bps = 10'000'000;
    terms.reply_attributes = other;
    CHECK(rendered(Dialect::mikrotik, terms) == rate_limit("10M/10M") + other);
    terms.login_reply_attributes = spelled_out;
    CHECK(rendered(Dialect::mikrotik, terms) == other + spelled_out);
    terms.reply_attributes = spelled_out;
    terms.login_reply_attributes = {};
    CHECK(rendered(Dialect::mikrotik, terms) == spelled_out);
}
