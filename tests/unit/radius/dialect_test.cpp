// tests/unit/radius/dialect_test.cpp - sources: RouterOS manual (RADIUS client), accel-ppp.conf(5), WISPr 1.0, Huawei
// NetEngine (RADIUS attributes), Junos (predefined CoS variables).
#include "rendered.hpp"

using namespace tests;
using radius::Dialect;

namespace {

constexpr std::uint64_t M = 1'000'000;

Bytes filter_id(const char* text) { return attribute(11, octets(text)); }
Bytes wispr_up(const char* value) { return vendor_specific(14122, 7, hex(value)); }
Bytes wispr_down(const char* value) { return vendor_specific(14122, 8, hex(value)); }
Bytes huawei(std::uint8_t type, const char* value) { return vendor_specific(2011, type, hex(value)); }
Bytes shaping(const char* text) { return vendor_specific(4874, 108, octets(text)); }

}  // namespace

TEST_CASE("each dialect writes the rates in its own words")
{
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
        {"mikrotik: 10 Gbit/s as any other", Dialect::mikrotik, 10'000 * M, 999'999'000, rate_limit("999999k/10000M")},
        {"mikrotik: the longest fits", Dialect::mikrotik, UINT64_MAX, UINT64_MAX,
         rate_limit("18446744073709551615/18446744073709551615")},
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
        {"generic: no rate, nothing", Dialect::generic, 0, 0, {}},
        {"huawei: input is the subscriber's upload", Dialect::huawei, 300 * M, 150 * M,
         huawei(2, "08f0d180") + huawei(5, "11e1a300")},
        {"huawei: only the side that is set", Dialect::huawei, 300 * M, 0, huawei(5, "11e1a300")},
        {"huawei: 10 Gbit/s is sent as the highest rate", Dialect::huawei, 10'000 * M, 0, huawei(5, "ffffffff")},
        {"juniper: the download is shaped", Dialect::juniper, 300 * M, 150 * M, shaping("T02 300000000")},
        {"juniper: 10 Gbit/s as any other", Dialect::juniper, 10'000 * M, 0, shaping("T02 10000000000")},
        {"juniper: an upload alone has no words", Dialect::juniper, 0, 150 * M, {}},
        {"cisco: rates have no words", Dialect::cisco, 300 * M, 150 * M, {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(rendered(row.dialect, {.download_bps = row.download, .upload_bps = row.upload}) == row.attributes);
    }
}

TEST_CASE("each dialect writes a burst if it has words for one")
{
    struct Row {
        std::string name;
        Dialect dialect;
        std::uint32_t burst_time_s;
        Bytes attributes;
    };
    const Row rows[] = {
        {"mikrotik: without a burst time the router's thresholds and second do", Dialect::mikrotik, 0,
         rate_limit("5M/10M 10M/20M")},
        {"mikrotik: a burst time stands after the thresholds, which are the rates", Dialect::mikrotik, 16,
         rate_limit("5M/10M 10M/20M 5M/10M 16/16")},
        {"huawei: peak rates", Dialect::huawei, 16,
         huawei(2, "004c4b40") + huawei(3, "00989680") + huawei(5, "00989680") + huawei(6, "01312d00")},
        {"generic: rates alone", Dialect::generic, 16, wispr_up("004c4b40") + wispr_down("00989680")},
        {"accel-ppp: rates alone", Dialect::accel_ppp, 16, filter_id("10000/5000")},
        {"juniper: the rate alone", Dialect::juniper, 16, shaping("T02 10000000")},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(rendered(row.dialect, {.download_bps = 10 * M,
                                     .upload_bps = 5 * M,
                                     .burst_download_bps = 20 * M,
                                     .burst_upload_bps = 10 * M,
                                     .burst_time_s = row.burst_time_s}) == row.attributes);
    }
}

TEST_CASE("a fixed address or prefix is said by every dialect and leaves its pool out")
{
    constexpr Dialect all[] = {Dialect::generic, Dialect::mikrotik, Dialect::cisco,
                               Dialect::juniper, Dialect::huawei,   Dialect::accel_ppp};
    // RFC 2865 s5.8; RFC 3162 s2.3 and RFC 4818 s3: reserved, prefix length, prefix.
    const auto fixed = hex("08 06 64400007  61 14 0040 20010db8000000070000000000000000"
                           "7b 14 0038 20010db8ff0000000000000000000000");
    const radius::Terms terms{
        .framed_pool = "clients",
        .framed_ip = {{100, 64, 0, 7}},
        .framed_ipv6_prefix = radius::Ipv6Prefix{64, {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 7}},
        .delegated_ipv6_prefix = radius::Ipv6Prefix{56, {0x20, 0x01, 0x0d, 0xb8, 0xff}},
        .framed_ipv6_pool = "wan6",
        .delegated_ipv6_pool = "pd56",
    };
    for (const auto dialect : all) {
        CAPTURE(static_cast<int>(dialect));
        CHECK(rendered(dialect, terms) == fixed);
        CHECK(rendered(dialect, {}) == Bytes{});
    }
}

TEST_CASE("a redirection is said by those that have words for it")
{
    // Wi-Fi Alliance, WISPr 1.0 (2003), annex C; Huawei NetEngine, RADIUS attributes, HW-HTTP-Redirect-URL (140).
    const std::string url = "http://notice.example/debt";
    struct Row {
        std::string name;
        Dialect dialect;
        Bytes attributes;
    };
    const Row rows[] = {
        {"generic", Dialect::generic, vendor_specific(14122, 4, octets(url))},
        {"huawei", Dialect::huawei, vendor_specific(2011, 140, octets(url))},
        {"mikrotik", Dialect::mikrotik, {}},
        {"cisco", Dialect::cisco, {}},
        {"juniper", Dialect::juniper, {}},
        {"accel-ppp", Dialect::accel_ppp, {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(rendered(row.dialect, {.redirect = url}) == row.attributes);
    }
}

TEST_CASE("a whole Accept of each vendor is octet for octet the golden one")
{
    struct Row {
        const char* vector;
        Dialect dialect;
    };
    const Row rows[] = {{"accept_generic", Dialect::generic}, {"accept_mikrotik", Dialect::mikrotik},
                        {"accept_cisco", Dialect::cisco},     {"accept_juniper", Dialect::juniper},
                        {"accept_huawei", Dialect::huawei},   {"accept_accel_ppp", Dialect::accel_ppp}};
    const std::string routes[] = {"198.51.100.0/24 0.0.0.0 1", "203.0.113.8/29"};
    const auto class_value = hex("c1a55c1a55");
    for (const auto& row : rows) {
        CAPTURE(row.vector);
        CHECK(accept_of(row.dialect, {.download_bps = 20 * M,
                                      .upload_bps = 10 * M,
                                      .burst_download_bps = 40 * M,
                                      .burst_upload_bps = 20 * M,
                                      .burst_time_s = 8,
                                      .framed_pool = "clients",
                                      .framed_ipv6_pool = "wan6",
                                      .delegated_ipv6_pool = "pd56",
                                      .routes = routes,
                                      .filter = "gold",
                                      .address_list = "paid",
                                      .session_timeout_s = 86400,
                                      .idle_timeout_s = 600,
                                      .interim_s = 300,
                                      .class_ = class_value}) == octets_of(row.vector));
    }
}
