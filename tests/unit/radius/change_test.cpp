// tests/unit/radius/change_test.cpp - what a session has, what it should have, and what a CoA-Request says of it.
#include "rendered.hpp"

#include "radius/dialect/change.hpp"
#include "radius/dialect/rows.hpp"

#include <algorithm>

using namespace tests;
using radius::Dialect;
using radius::Terms;
using Group = radius::TermGroup;

namespace tests {
std::size_t allocated() noexcept;  // allocation_test.cpp
} // namespace tests

namespace {

constexpr std::uint64_t M = 1'000'000;
constexpr Dialect all[] = {Dialect::generic, Dialect::mikrotik, Dialect::cisco,
                           Dialect::juniper, Dialect::huawei,   Dialect::accel_ppp};

radius::TermGroups groups(std::initializer_list<Group> list)
{
    radius::TermGroups all_of_them;
    for (const auto group : list) all_of_them.add(group);
    return all_of_them;
}

/// The attributes of the CoA-Request.
Bytes change(Dialect dialect, radius::TermGroups groups, const Terms& wanted, std::string_view open_list)
{
    std::array<std::uint8_t, radius::max_packet_octets> buffer{};
    radius::RequestBuilder request{buffer, radius::Code::coa_request, 7,
                                   radius::PacketWriter::Sign::authenticator_only};
    radius::render_change(dialect, groups, wanted, open_list, request);
    radius::Digester digester;
    const auto built = request.finish(digester, secret);
    REQUIRE(built);
    return {built->begin() + radius::header_octets, built->end()};
}

Bytes list(const char* name) { return vendor_specific(14988, 19, octets(name)); }
Bytes filter_id(const char* name) { return attribute(11, octets(name)); }
Bytes pair(const char* text) { return vendor_specific(9, 1, octets(text)); }
Bytes erx(std::uint8_t type, const char* text) { return vendor_specific(4874, type, octets(text)); }
Bytes huawei(std::uint8_t type, const char* value) { return vendor_specific(2011, type, hex(value)); }
Bytes redirect(std::uint32_t vendor, std::uint8_t type) { return vendor_specific(vendor, type, octets("http://n/")); }

struct Row {
    std::string name;
    Dialect dialect;
    Terms had, wanted;
    radius::TermGroups differ;
    bool can;
    Bytes said{};  ///< where it can
    std::string_view open_list = "open";
};

void check(const Row& row)
{
    CAPTURE(row.name);
    const auto had = radius::fingerprint(row.dialect, row.had), wanted = radius::fingerprint(row.dialect, row.wanted);
    const auto differ = radius::differing(had, wanted);
    CHECK(differ == row.differ);
    CHECK(radius::can_change(row.dialect, had, wanted, row.open_list) == row.can);
    if (row.can) CHECK(change(row.dialect, differ, row.wanted, row.open_list) == row.said);
}

} // namespace

TEST_CASE("mikrotik: rates, filter and list change by CoA; address, pool and routes do not")
{
    const std::string routes[] = {"192.0.2.0/24"};
    const auto class_value = hex("c1a5");
    const Terms ten{.download_bps = 10 * M, .upload_bps = 5 * M};
    const auto rates = groups({Group::rates}), filter = groups({Group::filter}), lists = groups({Group::lists});
    const auto address = groups({Group::address});
    const Row rows[] = {
        {"nothing differs", Dialect::mikrotik, ten, ten, {}, true},
        {"another rate",
         Dialect::mikrotik,
         ten,
         {.download_bps = 20 * M, .upload_bps = 5 * M},
         rates,
         true,
         rate_limit("5M/20M")},
        {"a rate where there was none", Dialect::mikrotik, {}, ten, rates, true, rate_limit("5M/10M")},
        {"no rate any more", Dialect::mikrotik, ten, {}, rates, false},
        {"another filter", Dialect::mikrotik, {.filter = "a"}, {.filter = "b"}, filter, true, filter_id("b")},
        {"no filter any more", Dialect::mikrotik, {.filter = "a"}, {}, filter, false},
        {"into a list", Dialect::mikrotik, {}, {.address_list = "debt"}, lists, true, list("debt")},
        {"into another list", Dialect::mikrotik, {.address_list = "a"}, {.address_list = "b"}, lists, true, list("b")},
        {"out of the list, by way of the open one",
         Dialect::mikrotik,
         {.address_list = "debt"},
         {},
         lists,
         true,
         list("open")},
        {"out of the list without an open one", Dialect::mikrotik, {.address_list = "debt"}, {}, lists, false, {}, ""},
        {"into a list without an open one",
         Dialect::mikrotik,
         {},
         {.address_list = "debt"},
         lists,
         true,
         list("debt"),
         ""},
        {"into the garden: a rate, a filter and a list",
         Dialect::mikrotik,
         ten,
         {.download_bps = M, .upload_bps = M, .filter = "wall", .address_list = "debt"},
         groups({Group::rates, Group::filter, Group::lists}),
         true,
         rate_limit("1M/1M") + filter_id("wall") + list("debt")},
        {"what does not differ is not said",
         Dialect::mikrotik,
         {.download_bps = M, .address_list = "debt"},
         {.download_bps = M},
         lists,
         true,
         list("open")},
        {"another address",
         Dialect::mikrotik,
         {.framed_ip = {{10, 0, 0, 1}}},
         {.framed_ip = {{10, 0, 0, 2}}},
         address,
         false},
        {"another pool", Dialect::mikrotik, {.framed_pool = "a"}, {.framed_pool = "b"}, address, false},
        {"a pool and a rate",
         Dialect::mikrotik,
         {.framed_pool = "a"},
         {.download_bps = M, .framed_pool = "b"},
         groups({Group::address, Group::rates}),
         false},
        {"a route", Dialect::mikrotik, {}, {.routes = routes}, address, false},
        {"a redirection has no words here", Dialect::mikrotik, {}, {.redirect = "http://n/"}, {}, true},
        {"timeouts and Class hold from the next login on",
         Dialect::mikrotik,
         {},
         {.session_timeout_s = 60, .idle_timeout_s = 60, .interim_s = 60, .class_ = class_value},
         {},
         true},
    };
    for (const auto& row : rows) check(row);
}

TEST_CASE("accel-ppp: its shaper's attribute changes by CoA, and nothing else")
{
    const Terms ten{.download_bps = 10 * M, .upload_bps = 5 * M};
    const Row rows[] = {
        {"another rate",
         Dialect::accel_ppp,
         ten,
         {.download_bps = M, .upload_bps = M},
         groups({Group::rates}),
         true,
         filter_id("1000/1000")},
        {"no rate any more", Dialect::accel_ppp, ten, {}, groups({Group::rates}), false},
        {"another pool",
         Dialect::accel_ppp,
         {.framed_pool = "a"},
         {.framed_pool = "b"},
         groups({Group::address}),
         false},
        {"filter, list and redirection have no words",
         Dialect::accel_ppp,
         {},
         {.filter = "a", .address_list = "b", .redirect = "c"},
         {},
         true},
    };
    for (const auto& row : rows) check(row);
}

TEST_CASE("cisco and juniper: policies change by CoA, on juniper the shaping rate too")
{
    const auto filter = groups({Group::filter}), rates = groups({Group::rates});
    const Row rows[] = {
        {"cisco: another policy map, both ways",
         Dialect::cisco,
         {.filter = "a"},
         {.filter = "b"},
         filter,
         true,
         pair("ip:sub-qos-policy-in=b") + pair("ip:sub-qos-policy-out=b")},
        {"cisco: none any more", Dialect::cisco, {.filter = "a"}, {}, filter, false},
        {"cisco: rates have no words", Dialect::cisco, {}, {.download_bps = M}, {}, true},
        {"cisco: another pool", Dialect::cisco, {.framed_pool = "a"}, {}, groups({Group::address}), false},
        {"juniper: another filter, both ways",
         Dialect::juniper,
         {.filter = "a"},
         {.filter = "b"},
         filter,
         true,
         erx(10, "b") + erx(11, "b")},
        {"juniper: another rate",
         Dialect::juniper,
         {.download_bps = M},
         {.download_bps = 2 * M},
         rates,
         true,
         erx(108, "T02 2000000")},
        {"juniper: an upload alone has no words", Dialect::juniper, {}, {.upload_bps = M}, {}, true},
        {"juniper: no rate any more", Dialect::juniper, {.download_bps = M}, {}, rates, false},
    };
    for (const auto& row : rows) check(row);
}

TEST_CASE("huawei: rates, filter and redirection change by CoA, and cannot be taken away one by one")
{
    const auto rates = groups({Group::rates}), lists = groups({Group::lists});
    const Row rows[] = {
        {"both rates",
         Dialect::huawei,
         {.download_bps = M, .upload_bps = M},
         {.download_bps = 2 * M, .upload_bps = M},
         rates,
         true,
         huawei(2, "000f4240") + huawei(5, "001e8480")},
        {"a burst where there was none",
         Dialect::huawei,
         {.download_bps = M},
         {.download_bps = M, .burst_download_bps = 2 * M},
         rates,
         true,
         huawei(5, "000f4240") + huawei(6, "001e8480")},
        {"the burst goes, the rate stays",
         Dialect::huawei,
         {.download_bps = M, .burst_download_bps = 2 * M},
         {.download_bps = M},
         rates,
         false},
        {"the upload goes, the download changes",
         Dialect::huawei,
         {.download_bps = M, .upload_bps = M},
         {.download_bps = 2 * M},
         rates,
         false},
        {"a filter", Dialect::huawei, {}, {.filter = "wall"}, groups({Group::filter}), true, filter_id("wall")},
        {"a redirection", Dialect::huawei, {}, {.redirect = "http://n/"}, lists, true, redirect(2011, 140)},
        {"no redirection any more", Dialect::huawei, {.redirect = "http://n/"}, {}, lists, false},
        {"an address list has no words", Dialect::huawei, {.address_list = "debt"}, {}, {}, true},
    };
    for (const auto& row : rows) check(row);
}

TEST_CASE("generic: whatever differs is a disconnect")
{
    const Row rows[] = {
        {"a rate", Dialect::generic, {.download_bps = M}, {.download_bps = 2 * M}, groups({Group::rates}), false},
        {"a rate where there was none", Dialect::generic, {}, {.download_bps = M}, groups({Group::rates}), false},
        {"a filter", Dialect::generic, {}, {.filter = "a"}, groups({Group::filter}), false},
        {"a redirection", Dialect::generic, {}, {.redirect = "http://n/"}, groups({Group::lists}), false},
        {"nothing", Dialect::generic, {.filter = "a"}, {.filter = "a"}, {}, true},
    };
    for (const auto& row : rows) check(row);
}

TEST_CASE("what a plan or login spells out is compared and said as the attribute in whose place it stands")
{
    const auto ten = rate_limit("10M/10M"), one = rate_limit("1M/1M"), debt = list("debt");
    const auto two_filters = filter_id("a") + filter_id("b"), reply_message = attribute(18, octets("hello"));
    const auto address = hex("08 06 0a000001");
    const auto policy = pair("ip:sub-qos-policy-in=x"), other_pair = pair("ip:inacl=x");
    const auto rates = groups({Group::rates}), lists = groups({Group::lists}), filter = groups({Group::filter});
    const Row rows[] = {
        {"the plan's own rate stands for the generated one",
         Dialect::mikrotik,
         {.download_bps = M},
         {.download_bps = M, .reply_attributes = ten},
         rates,
         true,
         ten},
        {"the login's stands for the plan's",
         Dialect::mikrotik,
         {.reply_attributes = ten},
         {.reply_attributes = ten, .login_reply_attributes = one},
         rates,
         true,
         one},
        {"the same rate, spelled out, is the same",
         Dialect::mikrotik,
         {.download_bps = 10 * M, .upload_bps = 10 * M},
         {.reply_attributes = ten},
         {},
         true},
        {"the spelled-out one goes, a generated one comes",
         Dialect::mikrotik,
         {.reply_attributes = ten},
         {.download_bps = M, .upload_bps = M},
         rates,
         true,
         one},
        {"the spelled-out one goes and nothing comes",
         Dialect::mikrotik,
         {.login_reply_attributes = ten},
         {},
         rates,
         false},
        {"a spelled-out list is left for the open one",
         Dialect::mikrotik,
         {.reply_attributes = debt},
         {},
         lists,
         true,
         list("open")},
        {"a spelled-out list is not followed by the open one",
         Dialect::mikrotik,
         {},
         {.reply_attributes = debt},
         lists,
         true,
         debt},
        {"beside a generated filter both are said",
         Dialect::mikrotik,
         {.filter = "gold"},
         {.filter = "gold", .reply_attributes = two_filters},
         filter,
         true,
         filter_id("gold") + two_filters},
        {"an attribute of no row is of no group", Dialect::mikrotik, {}, {.reply_attributes = reply_message}, {}, true},
        {"and is not said",
         Dialect::mikrotik,
         {},
         {.download_bps = M, .upload_bps = M, .reply_attributes = reply_message},
         rates,
         true,
         one},
        {"cisco: the AVPair with the row's word",
         Dialect::cisco,
         {.filter = "a"},
         {.filter = "a", .reply_attributes = policy},
         filter,
         true,
         pair("ip:sub-qos-policy-out=a") + policy},
        {"cisco: an AVPair with another word is of no row",
         Dialect::cisco,
         {},
         {.reply_attributes = other_pair},
         {},
         true},
        {"an address that a login spells out",
         Dialect::mikrotik,
         {.framed_pool = "a"},
         {.framed_pool = "a", .login_reply_attributes = address},
         groups({Group::address}),
         false},
    };
    for (const auto& row : rows) check(row);
}

TEST_CASE("a CoA-Request says exactly what the Accept says of those groups")
{
    const std::string routes[] = {"198.51.100.0/24", "203.0.113.8/29"};
    const auto own = attribute(88, octets("own")) + attribute(18, octets("hello"));
    const Terms terms{.download_bps = 20 * M,
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
                      .redirect = "http://n/",
                      .login_reply_attributes = own};
    for (const auto dialect : all) {
        CAPTURE(static_cast<int>(dialect));
        const auto whole = groups({Group::address, Group::rates, Group::filter, Group::lists});
        auto expected = rendered(dialect, terms);
        const auto hello = attribute(18, octets("hello"));
        const auto at = std::ranges::search(expected, hello);
        expected.erase(at.begin(), at.end());
        CHECK(change(dialect, whole, terms, "open") == expected);
        CHECK(change(dialect, {}, terms, "open") == Bytes{});
    }
}

TEST_CASE("a fingerprint is the same on every machine, and of a group of which nothing is said it is 0")
{
    // FNV-1a of 64 bits over the attributes' octets, its halves xored; the low 4 bits say which rows there are. By
    // Python:
    //   h = 0xcbf29ce484222325; for o in octets: h = (h ^ o) * 0x100000001b3 % 2**64; ((h ^ h >> 32) & 0xfffffff0) |
    //   rows
    const Terms terms{.download_bps = 300 * M,
                      .upload_bps = 150 * M,
                      .framed_pool = "clients",
                      .filter = "gold",
                      .address_list = "debt"};
    using Groups = std::array<std::uint32_t, radius::term_group_count>;
    CHECK(radius::fingerprint(Dialect::mikrotik, terms).groups ==
          Groups{0x0aa3b142, 0x035c53d1, 0xc6b74d21, 0x27d0de71});
    CHECK(radius::fingerprint(Dialect::accel_ppp, terms).groups == Groups{0x0aa3b142, 0x04527ac1, 0, 0});
    for (const auto dialect : all) CHECK(radius::fingerprint(dialect, {}) == radius::Fingerprint{});
    for (const auto dialect : all)
        CHECK(radius::fingerprint(dialect, {.session_timeout_s = 1, .idle_timeout_s = 1, .interim_s = 1}) ==
              radius::Fingerprint{});
}

TEST_CASE("a group that is changed by CoA has a bit for each of its rows")
{
    for (const auto dialect : all) {
        const auto rows = radius::dialect::vocabulary(dialect).rows;
        for (const auto& row : rows) {
            CAPTURE(row.attribute);
            const auto group = radius::dialect::group_of(row.term);
            if (row.coa == radius::dialect::Coa::no) continue;
            REQUIRE(group);
            CHECK(*group != Group::address);
            CHECK(std::ranges::count_if(
                      rows, [&](const auto& other) { return radius::dialect::group_of(other.term) == group; }) <= 4);
        }
    }
}

TEST_CASE("comparing and changing allocate nothing")
{
    const auto spelled_out = rate_limit("1M/1M");
    const Terms had{.download_bps = 10 * M, .framed_pool = "clients", .filter = "gold", .address_list = "debt"};
    const Terms wanted{.filter = "wall", .reply_attributes = spelled_out};
    std::array<std::uint8_t, radius::max_packet_octets> buffer{};
    const auto before = allocated();
    bool overflow = false;
    for (const auto dialect : all) {
        const auto from = radius::fingerprint(dialect, had), to = radius::fingerprint(dialect, wanted);
        radius::RequestBuilder request{buffer, radius::Code::coa_request, 7,
                                       radius::PacketWriter::Sign::message_authenticator};
        if (radius::can_change(dialect, from, to, "open"))
            radius::render_change(dialect, radius::differing(from, to), wanted, "open", request);
        overflow = overflow || request.overflow();
    }
    const auto after = allocated();
    CHECK_FALSE(overflow);
    CHECK(after - before == 0);
}
