// What an Accounting-Request becomes: its fields, what is never kept of it, what is wrong with it.
#include "tests/unit/core/engine_fixture.hpp"

using namespace tests;
using namespace std::chrono_literals;
using core::Service;
using provisioning::UsageKind;
using Kind = core::Event::Kind;

namespace {

constexpr std::uint8_t start = 1, stop = 2, interim = 3;
constexpr std::uint32_t huawei = 2011;

Bytes vendor(std::uint32_t id, const Bytes& parts)
{
    return attribute(attr::vendor_specific,
                     Bytes{0, 0, static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)} + parts);
}

struct UsageFixture : EngineFixture {
    core::Outcome acct(const Bytes& packet) { return send(packet, Service::acct, ++last_port); }
    provisioning::Usage usage_of(const Bytes& more, std::uint8_t status = interim)
    {
        const auto outcome = acct(accounting_of(status, more));
        REQUIRE(outcome.usage);
        return *outcome.usage;
    }
};

} // namespace

TEST_CASE_FIXTURE(UsageFixture, "a record has its instants, its port, its addresses as text and what its plan asks for")
{
    const auto usage = usage_of(
        number(attr::acct_delay_time, 30) + number(attr::event_timestamp, 1'799'999'960) + number(attr::nas_port, 5) +
        attribute(attr::framed_ipv6_address, {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}) +
        attribute(attr::framed_ipv6_prefix, {0, 64, 0x20, 1, 0xd, 0xb8, 0, 1, 0, 0}) +
        attribute(attr::delegated_ipv6_prefix, {0, 52, 0x20, 1, 0xd, 0xb8, 0, 2, 0xff, 0xff}));
    const provisioning::Instant arrived{1'800'000'000s};
    CHECK(usage.arrived == arrived);
    CHECK(usage.arrived_steady == 1000s);
    CHECK(usage.at == arrived - 30s);
    CHECK(usage.nas_at == arrived - 40s);
    CHECK(usage.nas_port == 5U);
    CHECK(usage.interim_s == 300);
    CHECK_FALSE(usage.session_time_s);
    CHECK(usage.ipv6_address == "2001:db8::1");
    CHECK(usage.ipv6_prefix == "2001:db8:1::/64");
    CHECK(usage.delegated_ipv6_prefix == "2001:db8:2:f000::/52"); // host bits cleared
    CHECK_FALSE(usage.began);
    CHECK(usage.session_key == "n:1|81a0|joao@isp.example|5");
    CHECK(usage_of({}).session_key == "n:1|81a0|joao@isp.example|");
    CHECK_FALSE(usage_of(attribute(attr::framed_ipv6_prefix, {0, 129})).ipv6_prefix);
}

TEST_CASE_FIXTURE(UsageFixture, "R-05 the Class of an accept is the session and tells when it was minted")
{
    now.system += 900ms;
    const auto accepted = copy(send(pap(joao, joao_password)).reply);
    const auto class_ = attribute(attr::class_, copy(*view(accepted).find(attr::class_)));
    pass(5s);
    const auto usage = usage_of(class_, start);
    CHECK(usage.session_key.starts_with("s:"));
    CHECK(usage.session_key.ends_with("6b49d200"));
    CHECK(usage.began == provisioning::Instant{1'800'000'000s});
    CHECK(usage.login_id == 7);
}

TEST_CASE_FIXTURE(UsageFixture, "a NAS that reports from its own side has its octets and packets swapped")
{
    const auto counters = number(attr::acct_input_octets, 1) + number(attr::acct_input_gigawords, 1) +
                          number(attr::acct_output_octets, 2) + number(attr::acct_input_packets, 3) +
                          number(attr::acct_output_packets, 4);
    for (const bool swap : {false, true}) {
        CAPTURE(swap);
        auto entry = nas();
        entry.swap_octets = swap;
        apply(entry);
        const auto usage = usage_of(counters + number(attr::nas_port, swap));
        CHECK((swap ? usage.download_octets : usage.upload_octets) == (1ULL << 32) + 1);
        CHECK((swap ? usage.upload_octets : usage.download_octets) == 2);
        CHECK((swap ? usage.download_packets : usage.upload_packets) == 3);
        CHECK((swap ? usage.upload_packets : usage.download_packets) == 4);
    }
}

TEST_CASE_FIXTURE(UsageFixture, "port blocks of a shared address are those that are whole")
{
    const auto address = [](std::uint8_t last) { return attribute(161, {203, 0, 113, last}); };
    const auto first = number(162, 1024), last = number(163, 2047);
    using Blocks = std::vector<provisioning::NatBlock>;
    struct Row {
        const char* name;
        Bytes attributes;
        Blocks blocks;
    };
    const Row rows[] = {
        {"none", {}, {}},
        {"in one attribute", vendor(huawei, address(1) + first + last), {{"203.0.113.1", 1024, 2047}}},
        {"in three",
         vendor(huawei, address(1)) + vendor(huawei, last) + vendor(huawei, first),
         {{"203.0.113.1", 1024, 2047}}},
        {"two",
         vendor(huawei, address(1) + first + last + address(2) + number(162, 5) + number(163, 5)),
         {{"203.0.113.1", 1024, 2047}, {"203.0.113.2", 5, 5}}},
        {"without its address", vendor(huawei, first + last), {}},
        {"without its end", vendor(huawei, address(1) + first), {}},
        {"upside down", vendor(huawei, address(1) + number(162, 9) + number(163, 8)), {}},
        {"beyond the last port", vendor(huawei, address(1) + first + number(163, 65'536)), {}},
        {"of another vendor", vendor(2012, address(1) + first + last), {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(usage_of(row.attributes).nat == row.blocks);
    }
}

TEST_CASE_FIXTURE(UsageFixture, "N-17 X-03 nothing that proves or carries a password is kept of an accounting packet")
{
    const Bytes canary = octets("canarycanary1234");
    constexpr std::uint32_t microsoft = 311;
    struct Row {
        const char* name;
        Bytes attributes;
        bool kept;
    };
    const Row rows[] = {
        {"User-Password", attribute(2, canary), false},
        {"CHAP-Password", attribute(3, canary), false},
        {"Tunnel-Password", attribute(69, canary), false},
        {"ARAP-Password", attribute(70, canary), false},
        {"EAP-Message", attribute(79, canary), false},
        {"MS-CHAP-Response", vendor(microsoft, attribute(1, canary)), false},
        {"MS-CHAP2-Response", vendor(microsoft, attribute(25, canary)), false},
        {"MS-CHAP-CPW-2", vendor(microsoft, attribute(4, canary)), false},
        {"MS-MPPE-Send-Key", vendor(microsoft, attribute(16, canary)), false},
        {"a harmless one and a response", vendor(microsoft, attribute(10, {'a'}) + attribute(25, canary)), false},
        {"a broken one", vendor(microsoft, Bytes{25, 99} + canary), false},
        {"MS-CHAP-Domain", vendor(microsoft, attribute(10, canary)), true},
        {"another vendor's", vendor(14'988, attribute(1, canary)), true},
        {"Connect-Info", attribute(77, canary), true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto kept = usage_of(row.attributes).attributes;
        CHECK((std::ranges::search(kept, canary).begin() != kept.end()) == row.kept);
        CHECK(std::ranges::search(kept, octets("81a0")).begin() != kept.end());
    }
}

TEST_CASE_FIXTURE(UsageFixture, "N-03 what cannot be used is refused in silence, and kept with what is wrong with it")
{
    struct Row {
        const char* name;
        Bytes attributes;
        std::string_view complaint;
    };
    const Bytes status = number(attr::acct_status_type, interim), id = attribute(attr::acct_session_id, octets("81a0"));
    const Row rows[] = {
        {"no status", id + of_bras, "no Acct-Status-Type"},
        {"a status of three octets", attribute(attr::acct_status_type, {0, 0, 3}) + id + of_bras,
         "no Acct-Status-Type"},
        {"no session id", status + of_bras, "no Acct-Session-Id"},
        {"an empty session id", status + attribute(attr::acct_session_id, {}) + of_bras, "no Acct-Session-Id"},
        {"which NAS it is, nobody knows", status + id,
         "neither NAS-IP-Address nor NAS-Identifier, from one of several NAS"},
        {"NAS-IP-Address", status + id + attribute(attr::nas_ip_address, {10, 0, 0, 5}), ""},
        {"NAS-Identifier", status + id + of_bras, ""},
    };
    std::uint64_t refused = 0;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto outcome = acct(accounting(row.attributes + attribute(2, octets("canarycanary1234"))));
        REQUIRE(outcome.usage);
        CHECK(outcome.reply.empty());
        CHECK(outcome.usage->complaint == row.complaint);
        CHECK(count(Counter::acct_malformed) == (refused += !row.complaint.empty()));
        if (row.complaint.empty()) continue;
        CHECK(outcome.ticket == 0);
        CHECK(outcome.event.kind == Kind::acct_malformed);
        CHECK(outcome.event.detail == row.complaint);
        CHECK(outcome.usage->kind == UsageKind::malformed);
        CHECK(outcome.usage->nas_id == 1);
        CHECK(outcome.usage->at == provisioning::Instant{1'800'000'000s});
        CHECK(outcome.usage->attributes == row.attributes);
        CHECK(outcome.usage->session_key.empty());
    }
    auto host = nas();
    host.address = *provisioning::parse_prefix("10.0.0.5/32");
    apply(host);
    CHECK(acct(accounting(status + id)).ticket != 0);
}

TEST_CASE_FIXTURE(UsageFixture, "N-03 of what cannot be used ten a second are kept")
{
    const auto bad = accounting(of_bras);
    const auto kept_of_100 = [&] {
        int kept = 0;
        for (int i = 0; i < 100; ++i) kept += acct(bad).usage != nullptr;
        return kept;
    };
    CHECK(kept_of_100() == 10);
    pass(300ms);
    CHECK(kept_of_100() == 3);
    pass(60s);
    CHECK(kept_of_100() == 10);
    CHECK(count(Counter::acct_malformed) == 300);
}

TEST_CASE_FIXTURE(UsageFixture, "N-04 N-13 what concerns no session is journalled, acknowledged then, and changes none")
{
    acct(accounting_of(start));
    struct Row {
        std::uint32_t status;
        UsageKind kind;
    };
    for (const auto& row : {Row{7, UsageKind::nas_on}, Row{8, UsageKind::nas_off}, Row{9, UsageKind::other},
                            Row{15, UsageKind::other}, Row{4711, UsageKind::other}}) {
        CAPTURE(row.status);
        const auto said = number(attr::acct_status_type, row.status) + of_bras +
                          number(attr::acct_delay_time, 60); // before the session began
        const auto outcome = acct(accounting(said));
        CHECK(outcome.reply.empty());
        REQUIRE(outcome.usage);
        CHECK(outcome.usage->kind == row.kind);
        CHECK(outcome.usage->at == provisioning::Instant{1'800'000'000s - 60s});
        CHECK(outcome.usage->attributes == said);
        CHECK(outcome.usage->session_key.empty());
        CHECK(outcome.lost.empty());
        CHECK(engine.stored(outcome.ticket, now)->reply[0] == 5);
    }
    CHECK(engine.sessions_online() == 1);
}

TEST_CASE_FIXTURE(UsageFixture, "N-16 a clock that is wrong orders nothing, and is told once an hour")
{
    struct Row {
        const char* name;
        Bytes attributes;
        std::string_view detail;
        std::chrono::seconds before_arrival;
    };
    const auto stamp = [](std::int64_t ahead) {
        return number(attr::event_timestamp, static_cast<std::uint32_t>(1'800'000'000 + ahead));
    };
    const Row rows[] = {
        {"an hour", stamp(3600), "", 0s},
        {"more than an hour ahead", stamp(3601), "its clock is 3601 s ahead", 0s},
        {"more than an hour behind", stamp(-7200), "its clock is 7200 s behind", 0s},
        {"two hours late", stamp(-7200) + number(attr::acct_delay_time, 7200), "", 7200s},
        {"7 days late", number(attr::acct_delay_time, 604'800), "", 604'800s},
        {"later than that", number(attr::acct_delay_time, 604'801),
         "its Acct-Delay-Time is more than 7 days, and ignored", 0s},
        {"and by a clock that is right", number(attr::acct_delay_time, 604'801) + stamp(5),
         "its Acct-Delay-Time is more than 7 days, and ignored", 0s},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        EngineFixture fresh;
        const auto outcome = fresh.send(fresh.accounting_of(interim, row.attributes), Service::acct);
        REQUIRE(outcome.usage);
        CHECK(outcome.event.kind == (row.detail.empty() ? Kind::none : Kind::clock_skew));
        CHECK(outcome.event.detail == row.detail);
        CHECK(outcome.usage->at == outcome.usage->arrived - row.before_arrival);
    }
    const auto wrong = accounting_of(interim, stamp(-90'000));
    CHECK(acct(wrong).event.nas->name == "bras1");
    pass(59min);
    CHECK(acct(wrong).event.kind == Kind::none);
    CHECK(engine.nas_counters(1)->clock_skew_s == -90'000 - 59 * 60);
    pass(1min);
    CHECK(acct(wrong).event.kind == Kind::clock_skew);
}

TEST_CASE_FIXTURE(UsageFixture, "N-08 N-09 F-27 a counter that wrapped is made whole, from the table of sessions")
{
    const auto report = [&](std::uint8_t status, std::uint32_t time, std::uint32_t down, std::uint32_t up) {
        return usage_of(number(attr::acct_session_time, time) + number(attr::acct_output_octets, down) +
                            number(attr::acct_input_octets, up),
                        status);
    };
    CHECK_FALSE(report(interim, 300, 4'000'000'000, 10).wrapped);
    const auto wrapped = report(interim, 600, 70, 20);
    CHECK(wrapped.wrapped);
    CHECK(wrapped.download_octets == (1ULL << 32) + 70);
    CHECK(wrapped.upload_octets == 20);
    CHECK(report(interim, 450, 4'100'000'000, 15).download_octets == 4'100'000'000); // late
    const auto zeros = report(stop, 700, 0, 0);
    CHECK(zeros.download_octets <= wrapped.download_octets); // the store keeps the highest
    CHECK(zeros.upload_octets == 0);
}
