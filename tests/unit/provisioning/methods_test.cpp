// tests/unit/provisioning/methods_test.cpp - which stored password serves which method. tests/unit/core walks the same
// table with the verifier itself.
#include "provisioning/methods.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

TEST_CASE("every storage serves the methods that its octets suffice for, and no other")
{
    struct Row {
        std::string name;
        Storage storage;
        bool pap, chap, mschap, mschapv2, eap_md5;
    };
    const Row rows[] = {
        {"the password itself serves all", Storage::encrypted, true, true, true, true, true},
        {"MS-CHAP proves by the NT hash (RFC 2433 A.3, RFC 2759 s8.3)", Storage::nt, true, false, true, true, false},
        {"an MD5 hash is compared with PAP's password alone", Storage::md5, true, false, false, false, false},
        {"a crypt hash is compared with PAP's password alone", Storage::crypt, true, false, false, false, false},
    };
    CHECK(std::size(rows) == all_storages.size());
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto methods = methods_of(row.storage);
        CHECK(methods.has(Method::pap) == row.pap);
        CHECK(methods.has(Method::chap) == row.chap);
        CHECK(methods.has(Method::mschap) == row.mschap);
        CHECK(methods.has(Method::mschapv2) == row.mschapv2);
        CHECK(methods.has(Method::eap_md5) == row.eap_md5);
        CHECK_FALSE(methods.has(Method::none));
        CHECK_FALSE(methods.has(Method::mixed));
    }
}

TEST_CASE("methods and storages are known by the names that flags and lists use")
{
    const std::string methods[] = {"pap", "chap", "mschap", "mschapv2", "eap-md5"};
    REQUIRE(all_methods.size() == std::size(methods));
    for (std::size_t i = 0; i < std::size(methods); ++i) {
        CHECK(std::string{name(all_methods[i])} == methods[i]);
        CHECK(method_of(methods[i]) == all_methods[i]);
    }
    const std::string storages[] = {"encrypted", "nt", "md5", "crypt"};
    REQUIRE(all_storages.size() == std::size(storages));
    for (std::size_t i = 0; i < std::size(storages); ++i) {
        CHECK(std::string{name(all_storages[i])} == storages[i]);
        CHECK(storage_of(storages[i]) == all_storages[i]);
    }
    for (const std::string_view none : {"", "mixed", "PAP", "eap", "none"}) CHECK_FALSE(method_of(none));
    for (const std::string_view none : {"", "clear", "MD5", "sha512"}) CHECK_FALSE(storage_of(none));
}

TEST_CASE("a set of methods holds what was added and meets another in what both hold")
{
    MethodSet chap_or_pap;
    CHECK(chap_or_pap.empty());
    chap_or_pap.add(Method::chap);
    chap_or_pap.add(Method::pap);
    CHECK_FALSE(chap_or_pap.empty());
    CHECK((chap_or_pap & MethodSet::all()) == chap_or_pap);
    MethodSet pap;
    pap.add(Method::pap);
    CHECK((chap_or_pap & methods_of(Storage::md5)) == pap);
    CHECK((pap & MethodSet{}).empty());
}
