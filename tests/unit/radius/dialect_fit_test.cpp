// tests/unit/radius/dialect_fit_test.cpp - what an operator is told of terms that a vendor cannot be told.
#include "rendered.hpp"

#include "radius/dialect/rows.hpp"
#include "radius/dictionary.hpp"

using namespace tests;
using radius::Dialect;

namespace {

constexpr std::uint64_t M = 1'000'000;
constexpr Dialect all[] = {Dialect::generic, Dialect::mikrotik, Dialect::cisco,
                           Dialect::juniper, Dialect::huawei,   Dialect::accel_ppp};

using Lines = std::vector<std::string>;

Lines lines(const std::vector<radius::Misfit>& found)
{
    Lines text;
    for (const auto& [field, message] : found) text.push_back(std::string{field} + ": " + message);
    return text;
}

}  // namespace

TEST_CASE("a value that does not fit its attribute is a misfit of its field")
{
    const std::string a247(247, 'a'), a248(248, 'a'), a253(253, 'a'), a254(254, 'a');
    const std::string routes[] = {"192.0.2.0/24", a254};
    struct Row {
        std::string name;
        Dialect dialect;
        radius::Terms terms;
        Lines misfits;
    };
    const Row rows[] = {
        {"generic: 32 bits of bit/s", Dialect::generic, {.download_bps = 4'294'967'295, .upload_bps = 1}, {}},
        {"generic: one more",
         Dialect::generic,
         {.download_bps = 4'294'967'296, .upload_bps = 10'000 * M},
         {"upload: the highest that WISPr-Bandwidth-Max-Up carries is 4294967295, not 10000000000",
          "download: the highest that WISPr-Bandwidth-Max-Down carries is 4294967295, not 4294967296"}},
        {"huawei: each of the four rates",
         Dialect::huawei,
         {.download_bps = 4'294'967'296, .upload_bps = M, .burst_download_bps = 5'000 * M, .burst_upload_bps = M},
         {"download: the highest that Huawei-Output-Average-Rate carries is 4294967295, not 4294967296",
          "burst_download: the highest that Huawei-Output-Peak-Rate carries is 4294967295, not 5000000000"}},
        {"mikrotik, juniper, accel-ppp write digits", Dialect::mikrotik, {.download_bps = 1'000'000 * M}, {}},
        {"juniper", Dialect::juniper, {.download_bps = 1'000'000 * M}, {}},
        {"accel-ppp", Dialect::accel_ppp, {.download_bps = 1'000'000 * M}, {}},
        {"a standard text of 253 octets", Dialect::generic, {.framed_pool = a253}, {}},
        {"of 254",
         Dialect::generic,
         {.framed_pool = a254},
         {"framed_pool: Framed-Pool takes at most 253 octets here; this value has 254"}},
        {"a vendor's text of 247 octets", Dialect::mikrotik, {.address_list = a247}, {}},
        {"of 248",
         Dialect::mikrotik,
         {.address_list = a248},
         {"address_list: Mikrotik-Address-List takes at most 247 octets here; this value has 248"}},
        {"cisco: what stands before the name counts",
         Dialect::cisco,
         {.filter = std::string_view{a248}.substr(0, 226)},
         {"filter: Cisco-AVPair takes at most 225 octets here; this value has 226"}},
        {"one route of two",
         Dialect::generic,
         {.routes = routes},
         {"route: Framed-Route takes at most 253 octets here; this value has 254"}},
        {"a pool that is not sent does not matter",
         Dialect::generic,
         {.framed_pool = a254, .framed_ip = {{1, 2, 3, 4}}},
         {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(lines(radius::misfits(row.dialect, row.terms)) == row.misfits);
    }
}

TEST_CASE("a misfit breaks no login: a name that is too long is not sent, the rest is")
{
    const std::string too_long(254, 'a');
    const std::string routes[] = {too_long, "192.0.2.0/24"};
    CHECK(rendered(Dialect::mikrotik, {.framed_pool = too_long,
                                       .delegated_ipv6_pool = too_long,
                                       .routes = routes,
                                       .address_list = too_long,
                                       .interim_s = 300}) ==
          attribute(22, octets("192.0.2.0/24")) + hex("55 06 0000012c"));
}

TEST_CASE("a term for which a vendor has no words is unsaid")
{
    const radius::Terms terms{.download_bps = 10 * M,
                              .upload_bps = 5 * M,
                              .burst_download_bps = 20 * M,
                              .burst_upload_bps = 10 * M,
                              .burst_time_s = 8,
                              .framed_pool = "clients",
                              .framed_ipv6_pool = "wan6",
                              .delegated_ipv6_pool = "pd56",
                              .filter = "gold",
                              .address_list = "paid",
                              .redirect = "http://n/",
                              .session_timeout_s = 86400,
                              .idle_timeout_s = 600,
                              .interim_s = 300};
    const std::string why = ": no attribute of this vendor says it, so it is not sent";
    const Lines burst{"burst_download" + why, "burst_upload" + why, "burst_time" + why};
    const auto with_list = [&](Lines fields) {
        fields.push_back("address_list" + why);
        return fields;
    };
    CHECK(lines(radius::unsaid(Dialect::generic, terms)) == with_list(burst));
    CHECK(lines(radius::unsaid(Dialect::mikrotik, terms)) ==
          Lines{"ipv6_pool" + why + "; name it in the PPP profile (remote-ipv6-prefix-pool)",
                "redirect" + why + "; name an address list; its dst-nat rule sends web requests to the notice page"});
    CHECK(lines(radius::unsaid(Dialect::huawei, terms)) == with_list({"burst_time" + why}));

    const auto policy = why + "; name the policy map that has the rate as filter";
    const auto with_redirect = [&](Lines fields, const char* remedy) {
        fields.push_back("address_list" + why);
        fields.push_back("redirect" + why + remedy);
        return fields;
    };
    CHECK(lines(radius::unsaid(Dialect::cisco, terms)) ==
          with_redirect({"download" + policy, "upload" + policy, burst[0], burst[1], burst[2]},
                        "; name a pool or filter whose traffic the router redirects to the notice page"));
    CHECK(lines(radius::unsaid(Dialect::juniper, terms)) ==
          with_redirect({"upload" + why + "; name a filter that polices it as filter", burst[0], burst[1], burst[2]},
                        "; name a filter whose traffic the router redirects to the notice page"));
    CHECK(lines(radius::unsaid(Dialect::accel_ppp, terms)) ==
          with_redirect({burst[0], burst[1], burst[2], "filter" + why + "; its Filter-Id is the rate"},
                        "; name a pool; the host's firewall sends its web requests to the notice page"));
    for (const auto dialect : all) CHECK(radius::unsaid(dialect, {}).empty());
}

TEST_CASE("every row names its attribute as the dictionary does, and a vendor is told a term by rows of one kind")
{
    radius::Dictionary dictionary;
    REQUIRE_FALSE(dictionary.load(radius::standard_dictionary));
    for (const auto dialect : all) {
        const auto& words = radius::dialect::vocabulary(dialect);
        for (const auto& row : words.rows) {
            CAPTURE(row.attribute);
            const auto* definition = dictionary.find(row.attribute);
            REQUIRE(definition);
            CHECK(definition->vendor == row.vendor);
            CHECK(definition->type == row.type);
            using radius::AttributeType;
            using radius::dialect::Form;
            const bool integer = definition->kind == AttributeType::integer;
            CHECK(integer == (row.form == Form::integer));
            CHECK((definition->kind == AttributeType::ipv6prefix) == (row.form == Form::ipv6_prefix));
        }
        for (const auto& silence : words.silences)
            for (const auto& row : words.rows) CHECK_FALSE(radius::dialect::says(row, silence.term));
    }
}
