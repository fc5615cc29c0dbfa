// tests/unit/provisioning/garden_test.cpp - who is let into a walled garden in place of a reject, and with what.
#include "allocations.hpp"
#include "entries.hpp"
#include "provisioning/policy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace provisioning;
using namespace std::chrono_literals;

namespace {

using Instant = std::chrono::system_clock::time_point;
using std::chrono::sys_seconds;

// Monday 2026-11-23, 12:00 in UTC.
constexpr sys_seconds noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h;
constexpr MacText own_mac = {'A', 'A', ':', 'B', 'B', ':', 'C', 'C', ':', 'D', 'D', ':', 'E', 'E', ':', 'F', 'F'};

/// A provider with a garden for each reason, all with walls of their own.
struct Case {
    Provider provider;
    NasEntry nas{.id = 1, .name = "bng1"};
    std::vector<GardenEntry> gardens{
        {.id = 1, .name = "debtors", .reason = GardenReason::debt, .framed_pool = "debt"},
        {.id = 2, .name = "late", .reason = GardenReason::expired, .framed_pool = "expired"},
        {.id = 3, .name = "strangers", .reason = GardenReason::unknown, .framed_pool = "unknown"},
    };
    AccessQuery query{.login = "joao@isp", .kind = RequestKind::pppoe, .proof = Proof::proved, .now = noon};
    Directory directory;

    Case() { query.nas = &nas; }

    /// Its views hold as long as the case does.
    Decision decided()
    {
        provider.put_into(directory);
        for (const auto& garden : gardens) directory.apply(GardenEntry{garden});
        Decision decision;
        CHECK(allocations_of([&] { decision = authorize(query, directory); }) == 0);
        return decision;
    }
};

void suspend(Case& c, std::string kind = "debt")
{
    c.provider.contract.status = ContractStatus::suspended;
    c.provider.contract.suspension_kind = std::move(kind);
}
void expire(Case& c) { c.provider.bindings().valid_until = noon; }
void without(Case& c, GardenReason reason)
{
    std::erase_if(c.gardens, [&](const auto& garden) { return garden.reason == reason; });
}

std::vector<std::uint8_t> copy_of(std::span<const std::uint8_t> octets) { return {octets.begin(), octets.end()}; }

} // namespace

TEST_CASE("who can mend the reason is let into its garden, unless a later rule refuses")
{
    struct Row {
        std::string name;
        std::function<void(Case&)> change;
        std::string words;
        Reason refused = Reason::none;
    };
    using enum Reason;
    const Row rows[] = {
        {"nothing wrong", [](Case&) {}, "300M/150M"},
        {"suspended for debt", [](Case& c) { suspend(c); }, "garden debt", contract_suspended},
        {"suspended at request", [](Case& c) { suspend(c, "request"); }, "reject: contract_suspended"},
        {"suspended for fraud", [](Case& c) { suspend(c, "fraud"); }, "reject: contract_suspended"},
        {"suspended by a court", [](Case& c) { suspend(c, "court"); }, "reject: contract_suspended"},
        {"expired", expire, "garden expired", expired},
        {"not valid yet", [](Case& c) { c.provider.bindings().valid_from = noon + 1s; }, "reject: not_yet_valid"},
        {"unknown", [](Case& c) { c.query.login = "maria", c.query.proof = Proof::wrong; }, "garden unknown",
         unknown_login},
        {"unknown, without credentials", [](Case& c) { c.query.login = "maria", c.query.proof = Proof::absent; },
         "reject: no_credentials"},
        {"suspended for debt, and no garden for it", [](Case& c) { suspend(c), without(c, GardenReason::debt); },
         "reject: contract_suspended"},
        {"expired, and no garden for it", [](Case& c) { expire(c), without(c, GardenReason::expired); },
         "reject: expired"},
        {"unknown, and no garden for it", [](Case& c) { c.query.login = "maria", without(c, GardenReason::unknown); },
         "reject: unknown_login"},
        {"suspended for debt, at a NAS that takes nobody into gardens",
         [](Case& c) { suspend(c), c.nas.gardens = false; }, "reject: contract_suspended"},
        {"unknown, at a NAS that takes nobody into gardens",
         [](Case& c) { c.query.login = "maria", c.nas.gardens = false; }, "reject: unknown_login"},
        {"suspended for debt, and no NAS is asked about", [](Case& c) { suspend(c), c.query.nas = nullptr; },
         "reject: contract_suspended"},
        {"the garden of another NAS", [](Case& c) { suspend(c), c.gardens[0].nas_id = 2; },
         "reject: contract_suspended"},
        {"the garden of its NAS", [](Case& c) { suspend(c), c.gardens[0].nas_id = 1; }, "garden debt",
         contract_suspended},
        {"suspended, with a wrong password", [](Case& c) { suspend(c), c.query.proof = Proof::wrong; },
         "reject: bad_password"},
        {"suspended and disabled", [](Case& c) { suspend(c), c.provider.login.enabled = false; },
         "reject: login_disabled"},
        {"suspended, of an inactive client", [](Case& c) { suspend(c), c.provider.client.active = false; },
         "reject: client_inactive"},
        {"expired, of an inactive client", [](Case& c) { expire(c), c.provider.client.active = false; },
         "reject: client_inactive"},
        {"suspended, from another MAC",
         [](Case& c) { suspend(c), c.provider.bindings().macs = {own_mac}, c.query.mac = "aabb.ccdd.ee00"; },
         "reject: wrong_mac"},
        {"suspended, from its own MAC",
         [](Case& c) { suspend(c), c.provider.bindings().macs = {own_mac}, c.query.mac = "aabb.ccdd.eeff"; },
         "garden debt", contract_suspended},
        {"suspended, at another NAS than its own", [](Case& c) { suspend(c), c.provider.bindings().nas_id = 2; },
         "reject: wrong_nas"},
        {"suspended, outside its hours",
         [](Case& c) { suspend(c), c.provider.bindings().schedule = parse_schedule("tue 8-18").schedule; },
         "reject: outside_schedule"},
        {"suspended, with too many wrong passwords before", [](Case& c) { suspend(c), c.query.throttled = true; },
         "reject: throttled"},
        {"suspended, and another session is there", [](Case& c) { suspend(c), c.query.sessions = 1; },
         "reject: session_limit"},
        {"suspended, of a plan that is not there", [](Case& c) { suspend(c), c.provider.login.plan_id = 9; },
         "reject: contract_cancelled"},
        {"expired and cancelled", [](Case& c) { expire(c), c.provider.contract.status = ContractStatus::cancelled; },
         "reject: contract_cancelled"},
        {"expired and suspended for debt: the garden of the first", [](Case& c) { expire(c), suspend(c); },
         "garden expired", expired},
        {"expired and suspended for fraud", [](Case& c) { expire(c), suspend(c, "fraud"); },
         "reject: contract_suspended"},
        {"expired and suspended for debt, and no garden for debt",
         [](Case& c) { expire(c), suspend(c), without(c, GardenReason::debt); }, "reject: contract_suspended"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Case c;
        row.change(c);
        const auto decision = c.decided();
        CHECK(in_words(decision) == row.words);
        CHECK(std::string{name(decision.refused)} == std::string{name(row.refused)});
        CHECK((decision.garden != nullptr) == row.words.starts_with("garden"));
        CHECK((decision.reason != Reason::none) == row.words.starts_with("reject"));
    }
}

TEST_CASE("a garden gives what it has, and nothing of the plan or the login")
{
    Case c;
    suspend(c);
    c.provider.login.ip = std::array<std::uint8_t, 4>{100, 64, 0, 7};
    c.provider.plan.burst_download_bps = c.provider.plan.burst_upload_bps = 400'000'000;
    c.provider.plan.burst_time_s = 8, c.provider.plan.idle_timeout_s = 60;
    c.provider.plan.ipv6_pool = c.provider.plan.delegated_ipv6_pool = "v6";
    c.provider.plan.learn_mac = true, c.query.mac = "aabb.ccdd.eeff";
    auto& terms = c.provider.terms();
    terms.ipv6_prefix = parse_prefix("2001:db8::/64"), terms.delegated_ipv6_prefix = parse_prefix("2001:db8:1::/56");
    terms.routes = {"10.1.0.0/24"}, terms.filter = "own", terms.address_list = "own";
    c.gardens[0] = {.id = 1,
                    .name = "debtors",
                    .reason = GardenReason::debt,
                    .framed_pool = "garden",
                    .address_list = "debt",
                    .filter = "notice",
                    .redirect = "https://notice.example/",
                    .download_bps = 1'000'000,
                    .upload_bps = 512'000,
                    .interim_s = 60,
                    .session_timeout_s = 900,
                    .reply_octets = {7, 8}};
    const auto decision = c.decided();
    CHECK(decision.login->id == 5);
    CHECK(decision.plan->id == 3);
    CHECK(decision.garden->name == "debtors");
    CHECK(decision.download_bps == 1'000'000);
    CHECK(decision.upload_bps == 512'000);
    CHECK(decision.burst_download_bps + decision.burst_upload_bps + decision.burst_time_s == 0);
    CHECK(decision.framed_pool == "garden");
    CHECK_FALSE(decision.framed_ip);
    CHECK_FALSE(decision.ipv6_prefix);
    CHECK_FALSE(decision.delegated_ipv6_prefix);
    CHECK(decision.ipv6_pool.empty());
    CHECK(decision.delegated_ipv6_pool.empty());
    CHECK(decision.routes.empty());
    CHECK(decision.filter == "notice");
    CHECK(decision.address_list == "debt");
    CHECK(decision.redirect == "https://notice.example/");
    CHECK(decision.interim_s == 60);
    CHECK(decision.session_timeout_s == 900);
    CHECK(decision.idle_timeout_s == 0);
    CHECK(decision.plan_reply.empty());
    CHECK(copy_of(decision.login_reply) == std::vector<std::uint8_t>{7, 8});
    CHECK(decision.simultaneous == 1);
    CHECK_FALSE(decision.learn_mac);
}

TEST_CASE("a garden without walls of a kind leaves none of the login's in their place")
{
    Case c;
    suspend(c);
    c.provider.plan.filter = c.provider.plan.address_list = "plan";
    const auto decision = c.decided();
    CHECK(decision.filter.empty());
    CHECK(decision.address_list.empty());
    CHECK(decision.redirect.empty());
    CHECK(decision.download_bps + decision.upload_bps == 0);
}

TEST_CASE("a garden that keeps addresses changes nothing of them")
{
    struct Row {
        std::string name;
        std::function<void(Case&)> change;
    };
    const Row rows[] = {
        {"the plan's pool", [](Case&) {}},
        {"the login's pool", [](Case& c) { c.provider.login.framed_pool = "vip"; }},
        {"an address", [](Case& c) { c.provider.login.ip = std::array<std::uint8_t, 4>{100, 64, 0, 7}; }},
        {"the plan's pools of IPv6",
         [](Case& c) { c.provider.plan.ipv6_pool = "v6", c.provider.plan.delegated_ipv6_pool = "pd"; }},
        {"prefixes and routes",
         [](Case& c) {
             auto& terms = c.provider.terms();
             terms.ipv6_prefix = parse_prefix("2001:db8::/64");
             terms.delegated_ipv6_prefix = parse_prefix("2001:db8:1::/56");
             terms.routes = {"10.1.0.0/24", "10.2.0.0/24"};
         }},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Case open, shut;
        row.change(open), row.change(shut);
        suspend(shut);
        shut.gardens[0] = {
            .id = 1, .name = "debtors", .reason = GardenReason::debt, .address_list = "debt", .keep_address = true};
        const auto before = open.decided(), inside = shut.decided();
        REQUIRE(inside.garden != nullptr);
        CHECK(inside.framed_pool == before.framed_pool);
        CHECK(inside.framed_ip == before.framed_ip);
        CHECK(inside.ipv6_prefix == before.ipv6_prefix);
        CHECK(inside.delegated_ipv6_prefix == before.delegated_ipv6_prefix);
        CHECK(inside.ipv6_pool == before.ipv6_pool);
        CHECK(inside.delegated_ipv6_pool == before.delegated_ipv6_pool);
        CHECK(std::ranges::equal(inside.routes, before.routes));
        CHECK(inside.address_list == "debt");
        CHECK(inside.plan_reply.empty());
    }
}

TEST_CASE("a stranger gets the garden's terms, whatever it says of addresses")
{
    Case c;
    c.query.login = "maria";
    c.gardens[2].keep_address = true;
    const auto decision = c.decided();
    CHECK(decision.login == nullptr);
    CHECK(decision.contract == nullptr);
    CHECK(decision.framed_pool == "unknown");
    CHECK(decision.simultaneous == 0);
}

TEST_CASE("a garden ends with the schedule and with a validity that is not over")
{
    struct Row {
        std::string name;
        std::function<void(Case&)> change;
        std::uint32_t timeout_s;
        Instant until;
    };
    constexpr auto never = Instant::max();
    const auto garden_hour = [](Case& c) { c.gardens[0].session_timeout_s = c.gardens[1].session_timeout_s = 3'600; };
    const Row rows[] = {
        {"expired: what is over cuts nothing", expire, 0, never},
        {"expired long ago", [](Case& c) { c.provider.bindings().valid_until = noon - 24h; }, 0, never},
        {"expired, with a longest session", [&](Case& c) { expire(c), garden_hour(c); }, 3'600, never},
        {"suspended", [](Case& c) { suspend(c); }, 0, never},
        {"suspended, and valid for half an hour",
         [&](Case& c) { suspend(c), garden_hour(c), c.provider.bindings().valid_until = noon + 30min; }, 1'800,
         noon + 30min},
        {"suspended, and valid for two hours",
         [&](Case& c) { suspend(c), garden_hour(c), c.provider.bindings().valid_until = noon + 2h; }, 3'600, noon + 2h},
        {"expired, and its hours end",
         [](Case& c) { expire(c), c.provider.bindings().schedule = parse_schedule("mon 8-18").schedule; }, 6 * 3'600,
         noon + 6h},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Case c;
        row.change(c);
        const auto decision = c.decided();
        CHECK(decision.garden != nullptr);
        CHECK(decision.session_timeout_s == row.timeout_s);
        CHECK(decision.valid_until == row.until);
    }
}

TEST_CASE("release restores exactly the terms of before")
{
    Case never_suspended, c;
    const auto before = never_suspended.decided(); // of a directory of its own, where its views hold
    suspend(c);
    REQUIRE(c.decided().garden != nullptr);
    c.provider.contract.status = ContractStatus::active;
    c.provider.contract.suspension_kind.clear();
    const auto after = c.decided();
    CHECK(after.garden == nullptr);
    CHECK(after.refused == Reason::none);
    CHECK(after.framed_pool == before.framed_pool);
    CHECK(after.download_bps == before.download_bps);
    CHECK(after.session_timeout_s == before.session_timeout_s);
    CHECK(after.interim_s == before.interim_s);
    CHECK(copy_of(after.plan_reply) == copy_of(before.plan_reply));
    CHECK(copy_of(after.login_reply) == copy_of(before.login_reply));
}
