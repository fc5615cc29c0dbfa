// tests/unit/provisioning/usage_test.cpp - a Usage survives the journal's form, whichever version reads it.
#include "provisioning/usage.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace provisioning;
using namespace std::chrono_literals;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets encoded(const Usage& usage)
{
    Octets octets;
    encode(usage, octets);
    return octets;
}

/// No two fields alike, so that none can stand in for another.
Usage full()
{
    Usage usage;
    usage.kind = UsageKind::closed;
    usage.closing = Closing::superseded;
    usage.at = Instant{1'790'000'000'123ms};
    usage.arrived = Instant{1'790'000'001'456ms};
    usage.arrived_steady = 86'400'000'000'789ns;
    usage.nas_at = Instant{1'789'999'999'000ms};
    usage.session_key = "s:000102030405060708090a0b0c0d0e0f";
    usage.began = Instant{1'789'999'000'000ms};
    usage.nas_id = 42;
    usage.login_id = 4'242;
    usage.login = "jo\xc3\xa3o@provedor";
    usage.acct_session_id = "8100002f";
    usage.framed_ip = "100.64.0.9";
    usage.ipv6_address = "2001:db8::9";
    usage.ipv6_prefix = "2001:db8:1::/64";
    usage.delegated_ipv6_prefix = "2001:db8:2::/56";
    usage.mac = "AA-BB-CC-DD-EE-FF";
    usage.nas_port_id = "eth0.100:7";
    usage.nas_port = 15'728'640;
    usage.interim_s = 300;
    usage.session_time_s = 3'601;
    usage.download_octets = 5'000'000'000;
    usage.upload_octets = std::numeric_limits<std::uint64_t>::max();
    usage.download_packets = 70'000;
    usage.upload_packets = 255;
    usage.wrapped = true;
    usage.terminate_cause = 2;
    usage.nat = {{"203.0.113.1", 1024, 2047}, {"203.0.113.2", 0, 65535}};
    usage.attributes = {1, 5, 'j', 'o', 0};
    usage.complaint = "no Acct-Session-Id";
    usage.nas_ip = "10.0.0.1";
    usage.nas_identifier = "bras1";
    usage.fingerprint = {1, 0, 0x80000000, 0xffffffff};
    return usage;
}

void check_same(const Usage& a, const Usage& b)
{
    CHECK(a.kind == b.kind);
    CHECK(a.closing == b.closing);
    CHECK(a.at == b.at);
    CHECK(a.arrived == b.arrived);
    CHECK(a.arrived_steady == b.arrived_steady);
    CHECK(a.nas_at == b.nas_at);
    CHECK(a.session_key == b.session_key);
    CHECK(a.began == b.began);
    CHECK(a.nas_id == b.nas_id);
    CHECK(a.login_id == b.login_id);
    CHECK(a.login == b.login);
    CHECK(a.acct_session_id == b.acct_session_id);
    CHECK(a.framed_ip == b.framed_ip);
    CHECK(a.ipv6_address == b.ipv6_address);
    CHECK(a.ipv6_prefix == b.ipv6_prefix);
    CHECK(a.delegated_ipv6_prefix == b.delegated_ipv6_prefix);
    CHECK(a.mac == b.mac);
    CHECK(a.nas_port_id == b.nas_port_id);
    CHECK(a.nas_port == b.nas_port);
    CHECK(a.interim_s == b.interim_s);
    CHECK(a.session_time_s == b.session_time_s);
    CHECK(a.download_octets == b.download_octets);
    CHECK(a.upload_octets == b.upload_octets);
    CHECK(a.download_packets == b.download_packets);
    CHECK(a.upload_packets == b.upload_packets);
    CHECK(a.wrapped == b.wrapped);
    CHECK(a.terminate_cause == b.terminate_cause);
    CHECK(a.nat == b.nat);
    CHECK(a.attributes == b.attributes);
    CHECK(a.complaint == b.complaint);
    CHECK(a.nas_ip == b.nas_ip);
    CHECK(a.nas_identifier == b.nas_identifier);
    CHECK(a.fingerprint == b.fingerprint);
}

} // namespace

TEST_CASE("every field of a usage comes back from its record as it was")
{
    const auto read = decode_usage(encoded(full()));
    REQUIRE(read);
    check_same(*read, full());
}

TEST_CASE("a usage with nothing but its kind comes back, and present values of zero stay present")
{
    Usage least;
    least.nas_port = 0;
    least.session_time_s = 0;
    least.login_id = 0;
    least.framed_ip = "";
    least.nas_at = Instant{};
    least.at = Instant{-1ms};
    least.nas_id = -1;
    const auto read = decode_usage(encoded(least));
    REQUIRE(read);
    check_same(*read, least);
}

TEST_CASE("the octets of a record are what earlier versions wrote (F-30)")
{
    Usage usage;
    usage.kind = UsageKind::stop;
    usage.at = Instant{256ms};
    usage.nas_id = 7;
    usage.nat = {{"::1", 1, 2}};
    const Octets written{1, 0, 1, 3, 3, 0, 2, 1, 0, 9, 0, 1, 7, 28, 0, 7, 0, 1, 0, 2, ':', ':', '1'};
    CHECK(encoded(usage) == written);
    Octets all = encoded(full()), numbers;
    for (std::size_t at = 0; at < all.size(); at += 3U + static_cast<std::size_t>(all[at + 1] << 8 | all[at + 2]))
        numbers.push_back(all[at]);
    CHECK(numbers == Octets{1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17,
                            18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 28, 29, 30, 31, 32, 33});
}

TEST_CASE("fields of a later version are passed over (F-30)")
{
    auto octets = encoded(full());
    octets.insert(octets.begin() + 4, {31, 0, 3, 9, 9, 9, 0, 0, 0});
    octets.insert(octets.end(), {255, 0, 1, 1});
    const auto read = decode_usage(octets);
    REQUIRE(read);
    check_same(*read, full());
}

TEST_CASE("octets that are no record give nothing")
{
    struct Row {
        const char* name;
        Octets octets;
    };
    const Row rows[] = {
        {"no octets", {}},
        {"another field before the kind", {9, 0, 1, 7, 1, 0, 1, 3}},
        {"kind 0", {1, 0, 0}},
        {"a kind of a later version", {1, 0, 1, 9}},
        {"a kind of two octets that ends like one", {1, 0, 2, 1, 1}},
        {"a closing of a later version", {1, 0, 1, 4, 2, 0, 1, 4}},
        {"half a header", {1, 0, 1, 1, 9, 0}},
        {"a value longer than the record", {1, 0, 1, 1, 9, 0, 2, 7}},
        {"a number of nine octets", {1, 0, 1, 1, 9, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
        {"a port above 32 bits", {1, 0, 1, 1, 19, 0, 5, 1, 0, 0, 0, 0}},
        {"neither true nor false", {1, 0, 1, 1, 26, 0, 1, 2}},
        {"a NAT block without its ports", {1, 0, 1, 1, 28, 0, 3, 0, 1, 0}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK_FALSE(decode_usage(row.octets));
    }
}

TEST_CASE("a record cut anywhere is read safely, and gives nothing unless it is cut between fields")
{
    const auto whole = encoded(full());
    std::size_t border = 4; // after the kind
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        const bool between = length == border;
        if (between) border += 3U + static_cast<std::size_t>(whole[length + 1] << 8 | whole[length + 2]);
        CHECK(decode_usage(std::span{whole}.first(length)).has_value() == between);
    }
}

TEST_CASE("names of kinds and closings")
{
    CHECK(name(UsageKind::start) == "start");
    CHECK(name(UsageKind::interim) == "interim");
    CHECK(name(UsageKind::stop) == "stop");
    CHECK(name(UsageKind::closed) == "closed");
    CHECK(name(UsageKind::nas_on) == "on");
    CHECK(name(UsageKind::nas_off) == "off");
    CHECK(name(UsageKind::other) == "other");
    CHECK(name(UsageKind::malformed) == "malformed");
    CHECK(name(Closing::none) == "");
    CHECK(name(Closing::lost_carrier) == "Lost-Carrier");
    CHECK(name(Closing::superseded) == "superseded");
    CHECK(name(Closing::lost) == "lost");
}
