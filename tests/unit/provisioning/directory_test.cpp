// tests/unit/provisioning/directory_test.cpp - upsert, rename, removal, order of arrival; the NAS of an address.
#include "provisioning/directory.hpp"

#include "allocations.hpp"
#include "entries.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

namespace {

LoginEntry login(std::int64_t id, std::string name)
{
    LoginEntry entry;
    entry.id = id;
    entry.name = std::move(name);
    return entry;
}

NasEntry nas(std::int64_t id, std::string name, std::string_view prefix)
{
    NasEntry entry;
    entry.id = id;
    entry.name = std::move(name);
    entry.address = *parse_prefix(prefix);
    return entry;
}

std::int64_t id_of(const LoginEntry* entry) { return entry == nullptr ? 0 : entry->id; }

std::string nas_at(const Directory& directory, std::string_view address)
{
    const auto* found = directory.find_nas(*parse_address(address));
    return found == nullptr ? "" : found->name;
}

}  // namespace

TEST_CASE("a login is put, renamed and removed")
{
    Directory directory;
    directory.apply(login(1, "joao"));
    CHECK(id_of(directory.find_login("joao")) == 1);
    CHECK(id_of(directory.find_login(1)) == 1);
    CHECK(directory.find_login("Joao") == nullptr);

    directory.apply(login(1, "a name that is longer than a short string"));
    CHECK(directory.find_login("joao") == nullptr);
    CHECK(id_of(directory.find_login("a name that is longer than a short string")) == 1);
    CHECK(directory.sizes().logins == 1);

    directory.apply(Removed{EntryKind::login, 1});
    CHECK(directory.find_login("a name that is longer than a short string") == nullptr);
    CHECK(directory.find_login(1) == nullptr);
    CHECK(directory.sizes().logins == 0);
    directory.apply(Removed{EntryKind::login, 1});
    directory.apply(Removed{EntryKind::login, 99});

    directory.apply(login(1, "joao"));
    CHECK(id_of(directory.find_login("joao")) == 1);
}

TEST_CASE("names are octets: a NUL is one of them")
{
    Directory directory;
    const std::string with_nul("joao\0x", 6);
    directory.apply(login(1, with_nul));
    CHECK(id_of(directory.find_login(with_nul)) == 1);
    CHECK(directory.find_login("joao") == nullptr);
}

TEST_CASE("two logins swap their names, in either order of arrival")
{
    for (const bool first_first : {true, false}) {
        CAPTURE(first_first);
        Directory directory;
        directory.apply(login(1, "joao"));
        directory.apply(login(2, "maria"));
        directory.apply(first_first ? login(1, "maria") : login(2, "joao"));
        directory.apply(first_first ? login(2, "joao") : login(1, "maria"));
        CHECK(id_of(directory.find_login("maria")) == 1);
        CHECK(id_of(directory.find_login("joao")) == 2);
        CHECK(directory.sizes().logins == 2);
    }
}

TEST_CASE("a name freed by one login and taken by another stays with the other when the first goes")
{
    Directory directory;
    directory.apply(login(1, "joao"));
    directory.apply(login(2, "joao"));
    CHECK(id_of(directory.find_login("joao")) == 2);
    directory.apply(Removed{EntryKind::login, 1});
    CHECK(id_of(directory.find_login("joao")) == 2);
}

TEST_CASE("records may come in any order: a login before its contract, a contract before its client")
{
    const Provider provider;
    Directory directory;
    directory.apply(LoginEntry{provider.login});
    const auto* entry = directory.find_login("joao@isp");
    REQUIRE(entry != nullptr);
    CHECK(directory.contract(*entry) == nullptr);
    CHECK(directory.plan(*entry) == nullptr);
    CHECK(directory.sizes().contracts == 0);

    directory.apply(ContractEntry{provider.contract});
    REQUIRE(directory.contract(*entry) != nullptr);
    CHECK(directory.contract(*entry)->id == 42);
    CHECK(directory.client(*directory.contract(*entry)) == nullptr);

    directory.apply(ClientEntry{provider.client});
    directory.apply(PlanEntry{provider.plan});
    CHECK(directory.client(*directory.contract(*entry))->id == 7);
    CHECK(directory.plan(*entry)->id == 3);
    const auto sizes = directory.sizes();
    CHECK(sizes.clients + sizes.plans + sizes.contracts + sizes.logins == 4);
}

TEST_CASE("a contract that is removed and comes back is the login's again")
{
    const Provider provider;
    Directory directory;
    provider.put_into(directory);
    const auto* entry = directory.find_login("joao@isp");
    directory.apply(Removed{EntryKind::contract, 42});
    CHECK(directory.contract(*entry) == nullptr);
    directory.apply(ContractEntry{provider.contract});
    CHECK(directory.contract(*entry)->id == 42);
}

TEST_CASE("a login moved to another contract and plan refers to those")
{
    Provider provider;
    Directory directory;
    provider.put_into(directory);
    provider.login.contract_id = 43;
    provider.login.plan_id = 4;
    provider.contract.id = 43;
    provider.plan.id = 4;
    provider.put_into(directory);
    const auto* entry = directory.find_login("joao@isp");
    CHECK(directory.contract(*entry)->id == 43);
    CHECK(directory.plan(*entry)->id == 4);
}

TEST_CASE("an entry that never came through apply refers to nothing")
{
    Directory directory;
    CHECK(directory.contract(LoginEntry{}) == nullptr);
    CHECK(directory.plan(LoginEntry{}) == nullptr);
    CHECK(directory.client(ContractEntry{}) == nullptr);
}

TEST_CASE("C-02: the NAS with the longest prefix that holds the address is found")
{
    Directory directory;
    directory.apply(nas(1, "region", "10.0.0.0/8"));
    directory.apply(nas(2, "city", "10.1.0.0/16"));
    directory.apply(nas(3, "bng", "10.1.2.3"));
    directory.apply(nas(4, "all of IPv6", "::/0"));
    directory.apply(nas(5, "v6", "2001:db8::/32"));
    struct Row {
        std::string name;
        std::string address;
        std::string nas;
    };
    const Row rows[] = {
        {"the host", "10.1.2.3", "bng"},
        {"IPv4-mapped, as a dual-stack socket gives it", "::ffff:10.1.2.3", "bng"},
        {"beside the host", "10.1.2.4", "city"},
        {"beside the city", "10.2.0.1", "region"},
        {"outside; ::/0 is not for IPv4", "192.0.2.1", ""},
        {"IPv6", "2001:db8::1", "v6"},
        {"other IPv6", "2001:db9::1", "all of IPv6"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(nas_at(directory, row.address) == row.nas);
        const auto address = *parse_address(row.address);
        CHECK(allocations_of([&] { (void)directory.find_nas(address); }) == 0);
    }
}

TEST_CASE("a NAS that changes its address or goes is no longer found at the old one")
{
    Directory directory;
    directory.apply(nas(1, "region", "10.0.0.0/8"));
    directory.apply(nas(2, "bng", "10.1.2.3"));
    directory.apply(nas(2, "bng", "10.1.2.4"));
    CHECK(nas_at(directory, "10.1.2.3") == "region");
    CHECK(nas_at(directory, "10.1.2.4") == "bng");
    CHECK(directory.sizes().nas == 2);

    directory.apply(Removed{EntryKind::nas, 2});
    CHECK(nas_at(directory, "10.1.2.4") == "region");
    directory.apply(Removed{EntryKind::nas, 1});
    CHECK(nas_at(directory, "10.1.2.4") == "");
    CHECK(directory.sizes().nas == 0);
}

TEST_CASE("of two NAS with one prefix the last one wins, and keeps it when the first goes")
{
    Directory directory;
    directory.apply(nas(1, "old", "10.1.2.3"));
    directory.apply(nas(2, "new", "10.1.2.3"));
    CHECK(nas_at(directory, "10.1.2.3") == "new");
    directory.apply(Removed{EntryKind::nas, 1});
    CHECK(nas_at(directory, "10.1.2.3") == "new");
}

TEST_CASE("C-03: a NAS keeps its secret octet by octet")
{
    Directory directory;
    auto entry = nas(1, "bng", "10.0.0.1");
    const std::string octets("a\0b\xc3\xa3", 5);
    entry.secret = Secret{std::string_view{octets}};
    directory.apply(std::move(entry));
    const auto kept = directory.find_nas("bng")->secret.octets();
    CHECK(std::string(kept.begin(), kept.end()) == octets);
    CHECK(directory.find_nas("other") == nullptr);
}

TEST_CASE("each_nas visits those that are there")
{
    Directory directory;
    directory.apply(nas(1, "a", "10.0.0.1"));
    directory.apply(nas(2, "b", "10.0.0.2"));
    directory.apply(Removed{EntryKind::nas, 1});
    std::string names;
    directory.each_nas([&](const NasEntry& entry) { names += entry.name; });
    CHECK(names == "b");
}

TEST_CASE(
    "a garden is the NAS's own for that reason, else the one for all, and none where the NAS takes nobody into one")
{
    Directory directory;
    auto closed = nas(3, "closed", "10.0.0.3");
    closed.gardens = false;
    for (auto entry : {nas(1, "bng1", "10.0.0.1"), nas(2, "bng2", "10.0.0.2"), closed})
        directory.apply(std::move(entry));
    directory.apply(GardenEntry{.id = 9, .name = "all", .reason = GardenReason::debt});
    directory.apply(GardenEntry{.id = 10, .name = "own", .reason = GardenReason::debt, .nas_id = 1});
    directory.apply(GardenEntry{.id = 11, .name = "strangers", .reason = GardenReason::unknown, .nas_id = 2});
    const auto at = [&](std::string_view nas, GardenReason reason) -> std::string {
        const auto* found = directory.garden(reason, *directory.find_nas(nas));
        return found == nullptr ? "" : found->name;
    };
    using enum GardenReason;
    CHECK(at("bng1", debt) == "own");
    CHECK(at("bng2", debt) == "all");
    CHECK(at("closed", debt) == "");
    CHECK(at("bng1", unknown) == "");
    CHECK(at("bng2", unknown) == "strangers");
    CHECK(at("bng2", expired) == "");

    directory.apply(GardenEntry{.id = 11, .name = "strangers", .reason = expired, .nas_id = 2});
    CHECK(at("bng2", unknown) == "");
    CHECK(at("bng2", expired) == "strangers");
    directory.apply(GardenEntry{.id = 12, .name = "late", .reason = expired}); // its number decides nothing
    CHECK(at("bng1", expired) == "late");
    CHECK(at("bng2", expired) == "strangers");
    directory.apply(Removed{EntryKind::garden, 10});
    CHECK(at("bng1", debt) == "all");
    directory.apply(Removed{EntryKind::garden, 9});
    directory.apply(Removed{EntryKind::garden, 9});
    CHECK(at("bng1", debt) == "");
}

TEST_CASE("thirty thousand logins come, are renamed and go")
{
    Directory directory;
    constexpr std::int64_t count = 30'000;
    for (std::int64_t id = 1; id <= count; ++id) directory.apply(login(id, "login-" + std::to_string(id)));
    for (std::int64_t id = 1; id <= count; id += 2) directory.apply(login(id, "renamed-login-" + std::to_string(id)));
    for (std::int64_t id = 1; id <= count; id += 3) directory.apply(Removed{EntryKind::login, id});
    std::size_t wrong = 0;
    for (std::int64_t id = 1; id <= count; ++id) {
        const auto number = std::to_string(id);
        const auto* old_name = directory.find_login("login-" + number);
        const auto* new_name = directory.find_login("renamed-login-" + number);
        const bool renamed = id % 2 == 1;
        const bool there = id % 3 != 1;
        if (id_of(renamed ? new_name : old_name) != (there ? id : 0)) ++wrong;
        if ((renamed ? old_name : new_name) != nullptr) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK(directory.sizes().logins == 20'000);
}
