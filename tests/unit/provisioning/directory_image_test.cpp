// tests/unit/provisioning/directory_image_test.cpp - every field of every entry comes back, and octets that are no
// image are refused.
#include "provisioning/directory_image.hpp"

#include "entries.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <tuple>

using namespace provisioning;
using namespace std::chrono_literals;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets image_of(const Change& change)
{
    Octets octets;
    encode(change, octets);
    return octets;
}

/// The bindings name all fields, so that a new one does not compile until it is given a value and compared here.
bool same(const Handle&, const Handle&) { return true; } // set by the directory
bool same(const Secret& a, const Secret& b) { return std::ranges::equal(a.octets(), b.octets()); }
bool same(const Bindings& a, const Bindings& b);
bool same(const Allowance& a, const Allowance& b);
bool same(const std::shared_ptr<const LoginTerms>& a, const std::shared_ptr<const LoginTerms>& b);
template <class Value>
bool same(const Value& a, const Value& b)
{
    return a == b;
}
template <class... Fields>
bool all_same(const std::tuple<Fields&...>& a, const std::tuple<Fields&...>& b)
{
    return [&]<std::size_t... at>(std::index_sequence<at...>) {
        return (same(std::get<at>(a), std::get<at>(b)) && ...);
    }(std::index_sequence_for<Fields...>{});
}

auto fields(const Bindings& entry)
{
    const auto& [a, b, c, d, e, f, g, h, i, j] = entry;
    return std::tie(a, b, c, d, e, f, g, h, i, j);
}
bool same(const Bindings& a, const Bindings& b) { return all_same(fields(a), fields(b)); }
auto fields(const LoginTerms& entry)
{
    const auto& [a, b, c, d, e, f] = entry;
    return std::tie(a, b, c, d, e, f);
}
bool same(const std::shared_ptr<const LoginTerms>& a, const std::shared_ptr<const LoginTerms>& b)
{
    return a && b ? all_same(fields(*a), fields(*b)) : !a && !b;
}
auto fields(const NasEntry& entry)
{
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s] = entry;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s);
}
auto fields(const GardenEntry& entry)
{
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = entry;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}
auto fields(const Allowance& entry)
{
    const auto& [a, b, c, d, e, f, g] = entry;
    return std::tie(a, b, c, d, e, f, g);
}
bool same(const Allowance& a, const Allowance& b) { return all_same(fields(a), fields(b)); }
auto fields(const PlanEntry& entry)
{
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w] = entry;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w);
}
auto fields(const ClientEntry& entry)
{
    const auto& [a, b, c] = entry;
    return std::tie(a, b, c);
}
auto fields(const ContractEntry& entry)
{
    const auto& [a, b, c, d, e, f, g, h] = entry;
    return std::tie(a, b, c, d, e, f, g, h);
}
auto fields(const LoginEntry& entry)
{
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = entry;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
}
auto fields(const Removed& entry)
{
    const auto& [a, b] = entry;
    return std::tie(a, b);
}

const std::chrono::sys_seconds noon{std::chrono::seconds{1'800'000'000}};

Bindings bindings()
{
    constexpr MacText mac = {'0', '2', ':', '0', '0', ':', '5', 'E', ':', '0', '0', ':', '0', '0', ':', '0', '1'};
    return {.macs = {mac, MacText{}},
            .nas_id = 4,
            .nas_port = "ether*",
            .circuit_id = "olt1/*",
            .remote_id = "onu",
            .realm = "isp",
            .realm_rule = RealmRule::strip,
            .schedule = {{{60, 120}, {600, 10'080}}},
            .valid_from = noon,
            .valid_until = noon + 1h};
}

NasEntry nas()
{
    MethodSet pap;
    pap.add(Method::pap);
    return {.id = -7,
            .name = "bras1",
            .address = *parse_prefix("10.0.0.0/24"),
            .secret = Secret{std::string_view{"canary"}},
            .vendor = Vendor::accel_ppp,
            .message_authenticator = MessageAuthenticatorMode::ignore,
            .limit_proxy_state = false,
            .message_authenticator_learned = true,
            .previous_secret = Secret{std::string_view{"before"}},
            .previous_secret_until = noon + 5ms,
            .methods = pap,
            .mppe = Mppe::require,
            .reject_delay = 250ms,
            .swap_octets = true,
            .coa = false,
            .coa_port = 1700,
            .coa_message_authenticator = false,
            .open_list = "open",
            .gardens = false};
}

GardenEntry garden()
{
    return {.id = 8,
            .name = "debtors",
            .reason = GardenReason::quota,
            .nas_id = -7,
            .framed_pool = "garden",
            .address_list = "debt",
            .filter = "notice",
            .redirect = "https://notice.example/",
            .keep_address = true,
            .download_bps = 1'000'000'000'000,
            .upload_bps = 2,
            .interim_s = 60,
            .session_timeout_s = 3'600,
            .reply_octets = {7, 8}};
}

Allowance allowance()
{
    return {.octets = 500'000'000'000,
            .period = AllowancePeriod::week,
            .reset_day = 7,
            .warning_percent = 90,
            .garden = true,
            .download_bps = 5'000'000,
            .upload_bps = 1'000'000};
}

PlanEntry plan()
{
    MethodSet methods;
    methods.add(Method::eap_md5);
    return {.id = 3,
            .name = "fibra-300",
            .download_bps = 300'000'000'000,
            .upload_bps = 2,
            .framed_pool = "clientes",
            .session_timeout_s = 3,
            .interim_s = 4,
            .reply_octets = {5, 6},
            .burst_download_bps = 7,
            .burst_upload_bps = 8,
            .burst_time_s = 9,
            .idle_timeout_s = 10,
            .simultaneous = 11,
            .filter = "f",
            .address_list = "l",
            .ipv6_pool = "p",
            .delegated_ipv6_pool = "d",
            .methods = methods,
            .learn_mac = true,
            .bindings = bindings(),
            .allowance = allowance(),
            .reduced_download_bps = 12,
            .reduced_upload_bps = 13};
}

LoginEntry login()
{
    const auto terms = std::make_shared<LoginTerms>(LoginTerms{.bindings = bindings(),
                                                               .ipv6_prefix = parse_prefix("2001:db8::/64"),
                                                               .delegated_ipv6_prefix = parse_prefix("2001:db8:1::/56"),
                                                               .routes = {"10.1.0.0/24", ""},
                                                               .filter = "f",
                                                               .address_list = "l"});
    return {.id = INT64_MAX,
            .name = "joão@isp",
            .contract_id = 42,
            .plan_id = 3,
            .kind = LoginKind::ip,
            .enabled = false,
            .sealed_password = {1, 2, 255},
            .ip = std::array<std::uint8_t, 4>{10, 0, 0, 9},
            .framed_pool = "pool",
            .reply_octets = {9},
            .storage = Storage::crypt,
            .simultaneous = 0,
            .learn_mac = false,
            .terms = terms};
}

ContractEntry contract()
{
    return {.id = 42,
            .client_id = 7,
            .status = ContractStatus::cancelled,
            .suspension_kind = "debt",
            .suspension_reason = "two months",
            .reduced = true,
            .trust_until = std::chrono::sys_seconds{std::chrono::seconds{1'800'000'000}}};
}

/// With everything in it, and with nothing.
std::vector<Change> all_changes()
{
    std::vector<Change> changes;
    changes.emplace_back(nas());
    changes.emplace_back(NasEntry{});
    changes.emplace_back(plan());
    changes.emplace_back(PlanEntry{});
    changes.emplace_back(ClientEntry{7, "Ana", false});
    changes.emplace_back(ClientEntry{});
    changes.emplace_back(contract());
    changes.emplace_back(ContractEntry{});
    changes.emplace_back(login());
    changes.emplace_back(LoginEntry{});
    changes.emplace_back(garden());
    changes.emplace_back(GardenEntry{});
    changes.emplace_back(Removed{EntryKind::login, 5});
    changes.emplace_back(Removed{EntryKind::nas, -1});
    return changes;
}

bool same_change(const Change& a, const Change& b)
{
    return std::visit(
        [&]<class Entry>(const Entry& entry) {
            const auto* other = std::get_if<Entry>(&b);
            return other != nullptr && all_same(fields(entry), fields(*other));
        },
        a);
}

/// Whether any field of `full` has the value that it has in an entry of nothing: then the round trip proves nothing.
template <class Entry>
bool differs_everywhere(const Entry& full)
{
    const Entry nothing{};
    const auto of_full = fields(full), of_nothing = fields(nothing);
    return [&]<std::size_t... at>(std::index_sequence<at...>) {
        return ((std::same_as<std::tuple_element_t<at, std::remove_const_t<decltype(of_full)>>, const Handle&> ||
                 !same(std::get<at>(of_full), std::get<at>(of_nothing))) &&
                ...);
    }(std::make_index_sequence<std::tuple_size_v<std::remove_const_t<decltype(of_full)>>>{});
}

} // namespace

TEST_CASE("every field of every entry comes back from its image")
{
    Octets all;
    const auto changes = all_changes();
    for (const auto& change : changes) encode(change, all);
    std::span<const std::uint8_t> rest{all};
    for (std::size_t n = 0; n < changes.size(); ++n) {
        CAPTURE(n);
        const auto again = decode_change(rest);
        REQUIRE(again);
        CHECK(same_change(changes[n], *again));
    }
    CHECK(rest.empty());
    CHECK_FALSE(decode_change(rest));
}

TEST_CASE("the entries of that test have no field left as it is by itself")
{
    CHECK(differs_everywhere(nas()));
    CHECK(differs_everywhere(plan()));
    CHECK(differs_everywhere(allowance()));
    CHECK(differs_everywhere(garden()));
    CHECK(differs_everywhere(ClientEntry{7, "Ana", false}));
    CHECK(differs_everywhere(contract()));
    CHECK(differs_everywhere(login()));
    CHECK(differs_everywhere(bindings()));
    CHECK(differs_everywhere(*login().terms));
}

TEST_CASE("every enumerator comes back")
{
    const auto comes_back = [](const Change& change) {
        const auto octets = image_of(change);
        std::span<const std::uint8_t> rest{octets};
        const auto again = decode_change(rest);
        return again && same_change(change, *again);
    };
    for (const auto* text : {"generic", "mikrotik", "cisco", "juniper", "huawei", "accel-ppp"})
        CHECK(comes_back(NasEntry{.vendor = *vendor_of(text)}));
    for (const auto* text : {"auto", "require", "ignore"})
        CHECK(comes_back(NasEntry{.message_authenticator = *message_authenticator_mode_of(text)}));
    for (const auto* text : {"none", "allow", "require"}) CHECK(comes_back(NasEntry{.mppe = *mppe_of(text)}));
    for (const auto* text : {"pppoe", "hotspot", "mac", "ip"})
        CHECK(comes_back(LoginEntry{.kind = *login_kind_of(text)}));
    for (const auto* text : {"pre-activation", "active", "suspended", "cancelled"})
        CHECK(comes_back(ContractEntry{.status = *contract_status_of(text)}));
    for (const auto* text : {"none", "strip", "require"})
        CHECK(comes_back(PlanEntry{.bindings = {.realm_rule = *realm_rule_of(text)}}));
    for (const auto storage : all_storages) CHECK(comes_back(LoginEntry{.storage = storage}));
    for (const auto* text : {"debt", "expired", "unknown", "quota"})
        CHECK(comes_back(GardenEntry{.reason = *garden_reason_of(text)}));
    for (const auto period : {AllowancePeriod::day, AllowancePeriod::week, AllowancePeriod::month})
        CHECK(comes_back(PlanEntry{.allowance = {.period = period}}));
    for (const auto kind :
         {EntryKind::nas, EntryKind::plan, EntryKind::client, EntryKind::contract, EntryKind::login, EntryKind::garden})
        CHECK(comes_back(Removed{kind, 1}));
}

TEST_CASE("every strict prefix of an image is refused")
{
    for (const auto& change : all_changes()) {
        CAPTURE(change.index());
        const auto octets = image_of(change);
        for (std::size_t n = 0; n < octets.size(); ++n) {
            CAPTURE(n);
            auto rest = std::span<const std::uint8_t>{octets}.first(n);
            CHECK_FALSE(decode_change(rest));
        }
    }
}

TEST_CASE("what no entry can be is refused")
{
    const auto refused = [](const Octets& octets) {
        std::span<const std::uint8_t> rest{octets};
        return !decode_change(rest);
    };
    const auto with = [](const Change& change, std::size_t at, std::uint8_t octet) {
        auto octets = image_of(change);
        octets.at(at) = octet;
        return octets;
    };
    // columns: kind (1), id (8), then the fields; a text's length is 4 octets
    CHECK(refused(with(Removed{EntryKind::nas, 1}, 0, 7)));           // a kind of change that is none
    CHECK(refused(with(Removed{EntryKind::nas, 1}, 1, 6)));           // a kind of entry that is none
    CHECK(refused(with(ClientEntry{}, 13, 2)));                       // neither true nor false
    CHECK(refused(with(ClientEntry{}, 9, 0xff)));                     // a name of 4 GiB
    CHECK(refused(with(NasEntry{}, 29, 129)));                        // a prefix of 129 bits
    CHECK(refused(with(NasEntry{}, 34, 6)));                          // a vendor that is none
    CHECK(refused(image_of(PlanEntry{.bindings = {.schedule = {{{5, 10'081}}}}}))); // past the end of the week
    CHECK(refused(image_of(PlanEntry{.bindings = {.schedule = {{{6, 5}}}}})));      // ends before it begins
}

TEST_CASE("a directory is made again from its entries, and what is referred to comes first")
{
    Provider provider;
    Directory directory, again;
    directory.apply(nas());
    directory.apply(garden());
    provider.put_into(directory);
    directory.apply(Removed{EntryKind::plan, 99});
    std::vector<std::size_t> order;
    each_entry(directory, [&](const Change& change) {
        order.push_back(change.index());
        again.apply(Change{change});
    });
    CHECK(order == std::vector<std::size_t>{0, 6, 1, 2, 3, 4});
    const auto* login = again.find_login("joao@isp");
    REQUIRE(login != nullptr);
    CHECK(again.plan(*login)->name == "fibra-300");
    CHECK(again.client(*again.contract(*login))->name == "Ana");
    CHECK(again.find_nas("bras1") != nullptr);
    std::string gardens;
    again.each_garden([&](const GardenEntry& entry) { gardens += entry.name; });
    CHECK(gardens == "debtors");
}
