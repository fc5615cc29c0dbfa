// tests/unit/provisioning/contacts_test.cpp - phones (the 67 area codes of Brazil; E.164), e-mail (RFC 5321 lengths),
// MAC addresses in the notations that concentrators send.
#include "allocations.hpp"
#include "provisioning/rules/values.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

namespace {

struct Row {
    std::string name;
    std::string typed;
    std::optional<std::string> result;
};

}  // namespace

TEST_CASE("phones are kept as E.164")
{
    const Row rows[] = {
        {"a mobile as people write it", "(11) 91234-5678", "+5511912345678"},
        {"a mobile bare", "11912345678", "+5511912345678"},
        {"a fixed line", "(51) 3232-4567", "+555132324567"},
        {"with the country", "+55 11 91234-5678", "+5511912345678"},
        {"with the country and no plus", "5511912345678", "+5511912345678"},
        {"area code 55 is not the country", "55912345678", "+5555912345678"},
        {"another country", "+351 912 345 678", "+351912345678"},
        {"the longest of another country", "+123456789012345", "+123456789012345"},
        {"too long", "+1234567890123456", {}},
        {"too short", "+123456", {}},
        {"a country that begins with 0", "+0123456789", {}},
        {"no area code", "91234-5678", {}},
        {"an area code that is not", "(20) 91234-5678", {}},
        {"nine digits that do not begin with 9", "(11) 81234-5678", {}},
        {"eight digits of an old mobile", "(11) 9234-5678", {}},
        {"the country with a wrong area code", "+5520912345678", {}},
        {"letters", "11 91234-ABCD", {}},
        {"a plus inside", "11+912345678", {}},
        {"empty", "", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(phone(row.typed) == row.result);
    }
}

TEST_CASE("exactly 67 area codes are in use")
{
    int used = 0;
    for (int area = 10; area <= 99; ++area) used += phone(std::to_string(area) + "912345678").has_value() ? 1 : 0;
    CHECK(used == 67);
}

TEST_CASE("e-mail: one address, or several separated by ; without spaces")
{
    const Row rows[] = {
        {"one", "ana@example.com", "ana@example.com"},
        {"several", "ana@example.com;joao@mail.example.com.br", "ana@example.com;joao@mail.example.com.br"},
        {"with a plus and dots", "ana.maria+isp@example.com", "ana.maria+isp@example.com"},
        {"with an accent in the domain", "ana@exâmple.com", "ana@exâmple.com"},
        {"a space after the ;", "ana@example.com; joao@example.com", {}},
        {"a comma between", "ana@example.com,joao@example.com", {}},
        {"a ; at the end", "ana@example.com;", {}},
        {"no @", "ana.example.com", {}},
        {"two @", "ana@home@example.com", {}},
        {"no dot in the domain", "ana@localhost", {}},
        {"an empty label", "ana@example..com", {}},
        {"a dash at a label's edge", "ana@-example.com", {}},
        {"no name", "@example.com", {}},
        {"a name and angle brackets", "Ana <ana@example.com>", {}},
        {"a line break", "ana@example.com\nBcc: all@example.com", {}},
        {"a local part of 65 octets", std::string(65, 'a') + "@example.com", {}},
        {"empty", "", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(email(row.typed) == row.result);
    }
}

TEST_CASE("a MAC address in any notation is one")
{
    const std::optional<std::string> canonical = "AA:BB:CC:0D:EE:F1";
    const Row rows[] = {
        {"colons", "AA:BB:CC:0D:EE:F1", canonical},
        {"colons in lower case", "aa:bb:cc:0d:ee:f1", canonical},
        {"dashes", "aa-bb-cc-0d-ee-f1", canonical},
        {"Cisco's three groups", "aabb.cc0d.eef1", canonical},
        {"Huawei's three groups", "aabb-cc0d-eef1", canonical},
        {"bare", "AABBCC0DEEF1", canonical},
        {"mixed separators", "aa:bb-cc:0d:ee:f1", {}},
        {"a separator missing", "aa:bbcc:0d:ee:f1", {}},
        {"five pairs", "aa:bb:cc:0d:ee", {}},
        {"seven pairs", "aa:bb:cc:0d:ee:f1:22", {}},
        {"single digits", "a:bb:cc:d:ee:f1", {}},
        {"no hexadecimal digit", "gg:bb:cc:0d:ee:f1", {}},
        {"a separator at the end", "aa:bb:cc:0d:ee:f1:", {}},
        {"groups of three", "aab.bcc.0de.ef1", {}},
        {"a NUL", std::string("AABBCC0DEEF\0", 12), {}},
        {"a name", "joao@isp", {}},
        {"empty", "", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(mac(row.typed) == row.result);
        CHECK(allocations_of([&] { (void)mac_form(row.typed); }) == 0);
    }
}
