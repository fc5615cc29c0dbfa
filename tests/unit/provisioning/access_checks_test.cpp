// tests/unit/provisioning/access_checks_test.cpp - what plans and logins say of methods, times, places and addresses.
#include "provisioning/records/access_checks.hpp"

#include "refusals.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

namespace {

using Values = std::vector<std::string>;

const Record plan{{"name", {"fibra-300"}}, {"download", {"300M"}}, {"upload", {"150M"}}};
const Record login{{"login", {"joao@isp"}}, {"contract", {"1"}}, {"password", {"s3gredo"}}};

struct Row {
    std::string name;
    const RecordType& type;
    std::string field;
    Values typed, kept;
    std::string refusal;
};

} // namespace

TEST_CASE("what is said of access is kept in one form, or refused with what would be right")
{
    const std::string no_method =
        " is no method, give pap, chap, mschap, mschapv2 or eap-md5, each by a flag of its own";
    const std::string no_realm = " is no realm, give what stands after the @, like isp.example";
    const std::string no_mac = " is no MAC address, give it like AA:BB:CC:DD:EE:FF, each by a flag of its own";
    const std::string no_route = " is no route, give prefix, gateway and metric like '203.0.113.0/29 0.0.0.0 1'";
    const Row rows[] = {
        {"methods in any case, each once", plan_type, "method", {"PAP", "eap-md5", "pap"}, {"pap", "eap-md5"}, ""},
        {"a method that is none", plan_type, "method", {"pap", "peap"}, {}, "method: peap" + no_method},
        {"two methods in one", plan_type, "method", {"pap,chap"}, {}, "method: pap,chap" + no_method},
        {"a NAS's methods", nas_type, "method", {"CHAP"}, {"chap"}, ""},
        {"a schedule", plan_type, "schedule", {"seg-sex 8-18"}, {"mon-fri 08:00-18:00"}, ""},
        {"a login's schedule", login_type, "schedule", {"sab 8-12"}, {"sat 08:00-12:00"}, ""},
        {"a schedule that is none",
         plan_type,
         "schedule",
         {"mon 08:00-25:00"},
         {},
         "schedule: 25:00 is no time of day, which goes from 00:00 to 24:00"},
        {"a schedule of no hours",
         login_type,
         "schedule",
         {";"},
         {},
         "schedule: ; holds no hours, give it like 'mon-fri 08:00-18:00; sat 08:00-12:00'"},
        {"a realm with its @ and in capitals", login_type, "realm", {"@ISP.Example"}, {"isp.example"}, ""},
        {"a realm that is a login",
         login_type,
         "realm",
         {"joao@isp.example"},
         {},
         "realm: joao@isp.example" + no_realm},
        {"a realm of nothing", login_type, "realm", {"@"}, {}, "realm: @" + no_realm},
        {"a realm with its backslash", plan_type, "realm", {"ISP\\"}, {}, "realm: ISP\\" + no_realm},
        {"MACs in any notation, each once",
         login_type,
         "mac",
         {"aabb.ccdd.eeff", "AA-BB-CC-DD-EE-FF", "001122334455"},
         {"AA:BB:CC:DD:EE:FF", "00:11:22:33:44:55"},
         ""},
        {"a MAC that is none", login_type, "mac", {"001122334455", "AA:BB:CC"}, {}, "mac: AA:BB:CC" + no_mac},
        {"routes, each once (RFC 2865 s5.22, RFC 3162 s2.5)",
         login_type,
         "route",
         {"203.0.113.0/29 0.0.0.0 1", "203.0.113.8/29", "2001:db8:1::/48 ::", "203.0.113.8/29"},
         {"203.0.113.0/29 0.0.0.0 1", "203.0.113.8/29", "2001:db8:1::/48 ::"},
         ""},
        {"a route with several metrics",
         login_type,
         "route",
         {"203.0.113.0/29 100.64.0.7 1 2 -1"},
         {},
         "route: \"203.0.113.0/29 100.64.0.7 1 2 -1\"" + no_route},
        {"a route with bits after its prefix",
         login_type,
         "route",
         {"203.0.113.1/29"},
         {},
         "route: 203.0.113.1/29" + no_route},
        {"a route by way of a name",
         login_type,
         "route",
         {"203.0.113.0/29 joao"},
         {},
         "route: \"203.0.113.0/29 joao\"" + no_route},
        {"an IPv4 route by way of IPv6",
         login_type,
         "route",
         {"203.0.113.0/29 ::1"},
         {},
         "route: \"203.0.113.0/29 ::1\"" + no_route},
        {"a route with two blanks",
         login_type,
         "route",
         {"203.0.113.0/29  1"},
         {},
         "route: \"203.0.113.0/29  1\"" + no_route},
        {"a prefix of the link", login_type, "ipv6_prefix", {"2001:DB8:1::/64"}, {"2001:db8:1::/64"}, ""},
        {"an IPv4 prefix of the link",
         login_type,
         "ipv6_prefix",
         {"203.0.113.0/29"},
         {},
         "ipv6_prefix: 203.0.113.0/29 is no IPv6 prefix, give it like 2001:db8:100::/56"},
        {"an IPv4 prefix that is delegated",
         login_type,
         "delegated_ipv6_prefix",
         {"203.0.113.0/29"},
         {},
         "delegated_ipv6_prefix: 203.0.113.0/29 is no IPv6 prefix, give it like 2001:db8:100::/56"},
        {"valid until the end of a day", login_type, "valid_until", {"31/12/2026"}, {"2027-01-01"}, ""},
        {"valid until the end of a leap day", login_type, "valid_until", {"2028-02-29"}, {"2028-03-01"}, ""},
        {"valid until an instant",
         login_type,
         "valid_until",
         {"2026-12-31T12:00:00-03:00"},
         {"2026-12-31T15:00:00Z"},
         ""},
        {"valid from a day", login_type, "valid_from", {"31/12/2026"}, {"2026-12-31"}, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Record typed = &row.type == &plan_type ? plan
                       : &row.type == &login_type
                           ? login
                           : Record{{"name", {"bng1"}}, {"address", {"10.0.0.1"}}, {"secret", {"s"}}};
        typed[row.field] = row.typed;
        Record kept;
        CHECK(refusal_of([&] { kept = checked_for_add(row.type, typed); }) == row.refusal);
        if (row.refusal.empty()) CHECK(kept[row.field] == row.kept);
    }
}

TEST_CASE("a validity begins before it ends")
{
    struct ValidityRow {
        std::string name, from, until, refusal;
    };
    const ValidityRow rows[] = {
        {"one day", "2026-12-31", "2026-12-31", ""},
        {"the day before", "2026-12-31", "2026-12-30",
         "valid_until: ends before valid_from (2026-12-31) or with it, give a later one"},
        {"one second", "2026-12-31T12:00:00Z", "2026-12-31T09:00:01-03:00", ""},
        {"no time at all", "2026-12-31T12:00:00Z", "2026-12-31T09:00:00-03:00",
         "valid_until: ends before valid_from (2026-12-31T12:00:00Z) or with it, give a later one"},
        {"a day and an instant, which only the store compares", "2026-12-31", "2026-12-30T12:00:00Z", ""},
        {"without end", "2026-12-31", "", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        auto typed = login;
        typed["valid_from"] = {row.from};
        if (!row.until.empty()) typed["valid_until"] = {row.until};
        CHECK(refusal_of([&] { (void)checked_for_add(login_type, typed); }) == row.refusal);
    }
}

TEST_CASE("what goes together is given together: realm and its rule, bursts in both directions")
{
    struct PlanRow {
        std::string name;
        Record more;
        std::string refusal;
    };
    const PlanRow rows[] = {
        {"a realm that is required", {{"realm_rule", {"require"}}, {"realm", {"isp.example"}}}, ""},
        {"a realm that is required, but which",
         {{"realm_rule", {"require"}}},
         "realm: missing: realm_rule require needs the realm that it requires"},
        {"any realm is taken off", {{"realm_rule", {"strip"}}}, ""},
        {"a burst", {{"burst_download", {"600M"}}, {"burst_upload", {"150M"}}, {"burst_time", {"16"}}}, ""},
        {"a burst of one direction",
         {{"burst_download", {"600M"}}},
         "burst_upload: missing: a burst needs both directions"},
        {"a burst of the other direction",
         {{"burst_upload", {"600M"}}},
         "burst_download: missing: a burst needs both directions"},
        {"the time of no burst",
         {{"burst_time", {"16"}}},
         "burst_time: goes with burst_download and burst_upload, give them or clear it"},
        {"a burst that is slower",
         {{"burst_download", {"600M"}}, {"burst_upload", {"149M"}}},
         "burst_upload: is below upload, give a rate that is not"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        auto typed = plan;
        for (const auto& [field, values] : row.more) typed[field] = values;
        CHECK(refusal_of([&] { (void)checked_for_add(plan_type, typed); }) == row.refusal);
    }
}
