// tests/unit/store/usage_refused_test.cpp - N-14, N-15, F-07: what the database will not have is put aside, and nothing
// waits behind it.
#include "usage_records.hpp"

#include <random>

using namespace store_tests;
using namespace std::string_literals;

namespace {

/// Octets that no compression makes small.
std::string noise(std::size_t octets)
{
    std::mt19937 random{3}; // NOLINT(cert-msc32-c,cert-msc51-cpp): the same at every run
    std::string text;
    while (text.size() < octets) text += static_cast<char>('!' + random() % 90);
    return text;
}

} // namespace

TEST_CASE("N-14, F-07: poisoned records are put aside, once each, and the others of their batch are stored")
{
    Store store;
    std::vector<Usage> batch;
    for (int i = 0; i < 12; ++i) {
        batch.push_back(usage(UsageKind::start, i, 0, (i % 2 == 0 ? "s:" : "n:") + std::to_string(i)));
        if (i % 2 == 0) batch.back().began = after(i);
    }
    batch[4].login = "bad \xff\xfe utf-8";
    batch[5].login = "a\0b"s;
    batch[6].login = noise(3000); // an index does not take it
    batch[8].at = Instant::max(); // nor a timestamptz
    batch[9].session_key = "n:\xff";
    batch[4].attributes = {1, 3, 0xff};
    for (int times = 0; times < 2; ++times) { // and again, as from a journal that is drained twice
        CHECK(store_usage(store.session, batch) == 5);
        CHECK(store.value("select count(*) from session") == "7");
        CHECK(store.value("select count(*) from usage_refused") == "5");
    }
    const auto refused = [&](const std::string& what, const std::string& key) {
        return store.value("select " + what + " from usage_refused where session_key = '" + key + "'");
    };
    CHECK(refused("record->>'login'", "s:4") == "bad \\xff\\xfe utf-8");
    CHECK(refused("concat_ws(' ', kind, nas_id, attributes, at)", "s:4") == "start 3 \\x0103ff 2026-09-21 11:13:24-03");
    CHECK(refused("reason like '%UTF8%'", "s:4") == "t");
    CHECK(refused("reason like '%index row size%'", "s:6") == "t");
    CHECK(refused("extract(year from at)", "s:8") == "9999");
    CHECK(refused("count(*)", "n:\\xff") == "1");
}

TEST_CASE("N-15: what is no address is left out, the record is stored; any text is")
{
    Store store;
    auto record = usage(UsageKind::start, 0, 0, "n:1");
    record.framed_ip = "not an address";
    record.ipv6_address = "2001:db8::1/64";
    record.ipv6_prefix = "2001:db8:1::1/64"; // its host bits are not clear
    record.delegated_ipv6_prefix = "2001:db8::/129";
    record.mac = "no MAC \\ at all";
    record.login = R"(quoted "x" \ {a,b} 'null' NULL \N	tab)"
                   "\n\x01";
    record.nat = {{"nonsense", 1, 2}};
    CHECK(store_one(store, record) == 0);
    CHECK(store.value("select ip is null and ipv6 is null and delegated_ipv6_prefix is null from session") == "t");
    CHECK(store.value("select ipv6_prefix from session") == "2001:db8:1::/64");
    CHECK(store.value("select mac from session") == record.mac);
    CHECK(store.value("select login from session") == record.login);
}

TEST_CASE("N-03: a record that is malformed goes to the refused ones and is no session; the newest 10,000 stay")
{
    Store store;
    std::vector<Usage> batch;
    for (int i = 0; i < 10'010; ++i) {
        Usage u;
        u.kind = UsageKind::malformed;
        u.at = after(i / 100); // many at the same instant
        u.nas_id = 3;
        u.complaint = "it has no Acct-Session-Id";
        u.attributes = {44, 4, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
        batch.push_back(std::move(u));
    }
    CHECK(store_usage(store.session, batch) == 0);
    CHECK(store.value("select concat_ws(' ', count(*), min(encode(attributes, 'hex')), max(reason), max(kind)) from "
                      "usage_refused") == "10000 2c04000a it has no Acct-Session-Id malformed");
    CHECK(store_usage(store.session, std::span{batch}.last(5)) == 0); // they are there already
    CHECK(store.value("select count(*) || ' ' || min(encode(attributes, 'hex')) from usage_refused") ==
          "10000 2c04000a");
    CHECK(store.value("select count(*) from session") == "0");
}
