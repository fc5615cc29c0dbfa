// tests/unit/provisioning/canonical_test.cpp - every field type with values it keeps and values it refuses, by the
// sentence that the operator reads.
#include "provisioning/records/field.hpp"
#include "refusals.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

namespace {

struct Good {
    std::string name;
    Field field;
    std::string typed;
    std::string result;
};
struct Bad {
    std::string name;
    Field field;
    std::string typed;
    std::string sentence;
};

Field numbers(FieldType type, std::int64_t minimum, std::int64_t maximum, std::string_view unit = {})
{
    return Field{.name = "f", .type = type, .help = "test", .minimum = minimum, .maximum = maximum, .unit = unit};
}

std::string repeated(std::string_view text, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

Field choosing(std::string_view choices)
{
    return Field{.name = "f", .type = FieldType::choice, .help = "test", .choices = choices};
}

}  // namespace

TEST_CASE("values are kept in canonical text, whatever their type")
{
    using enum FieldType;
    const Good rows[] = {
        {"text is trimmed", field_of(text), "  São João ", "São João"},
        {"200 characters of two octets each", field_of(text), repeated("ã", 200), repeated("ã", 200)},
        {"a login with a realm", field_of(login_name), "joao@isp.example", "joao@isp.example"},
        {"a login of 253 octets", numbers(login_name, 1, 253), std::string(253, 'x'), std::string(253, 'x')},
        {"an integer without its zeros", numbers(integer, 1, 31), "007", "7"},
        {"an unbounded integer", field_of(integer), "-5", "-5"},
        {"seconds", numbers(seconds, 60, 86400), "300", "300"},
        {"money", field_of(money), "1.234,5", "1234.50"},
        {"a rate", numbers(rate, 1, 1'000'000'000'000), "300M", "300000000"},
        {"a rate without bounds", field_of(rate), "0", "0"},
        {"octets", numbers(octets, 1, 1'000'000'000'000'000'000), "1.5T", "1500000000000"},
        {"octets without bounds", field_of(octets), "0", "0"},
        {"yes", field_of(boolean), "yes", "true"},
        {"No", field_of(boolean), "No", "false"},
        {"true", field_of(boolean), "true", "true"},
        {"false", field_of(boolean), "false", "false"},
        {"tristate yes", field_of(tristate), "yes", "yes"},
        {"tristate true", field_of(tristate), "true", "yes"},
        {"tristate false", field_of(tristate), "false", "no"},
        {"tristate default", field_of(tristate), "default", "default"},
        {"a choice in other case", choosing("natural legal foreign"), "Legal", "legal"},
        {"a date", field_of(date), "10/12/2026", "2026-12-10"},
        {"an instant", field_of(instant), "2026-11-20T21:14:05-03:00", "2026-11-21T00:14:05Z"},
        {"a secret keeps its spaces", field_of(secret), "  p w  ", "  p w  "},
        {"a prefix", field_of(prefix), " 10.0.0.1 ", "10.0.0.1/32"},
        {"an IPv6 prefix", field_of(prefix), "2001:DB8::/32", "2001:db8::/32"},
        {"an IPv4 address", field_of(ipv4), "100.64.0.7", "100.64.0.7"},
        {"a CPF", field_of(document), "529.982.247-25", "52998224725"},
        {"a CNPJ", field_of(document), "12.abc.345/01de-35", "12ABC34501DE35"},
        {"another document", field_of(document), "AR 1234567", "AR 1234567"},
        {"an e-mail", field_of(email), "ana@example.com", "ana@example.com"},
        {"a phone", field_of(phone), "(11) 91234-5678", "+5511912345678"},
        {"a reference", field_of(reference), " 42 ", "42"},
        {"one of several references", field_of(reference_list), "fibra-300", "fibra-300"},
        {"one of several texts", field_of(text_list), "Session-Timeout=60", "Session-Timeout=60"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        std::string result;
        CHECK(refusal_of([&] { result = canonical(row.field, row.typed); }) == "");
        CHECK(result == row.result);
        if (row.field.type != secret) CHECK(canonical(row.field, result) == result);  // canonical text stays as it is
    }
}

TEST_CASE("a refused value is told with what is wrong and what would be right")
{
    using enum FieldType;
    const Bad rows[] = {
        {"empty text", field_of(text), "  ", "f: is empty, give a value, or empty the field with --clear f"},
        {"text too long", field_of(text), std::string(201, 'x'), "f: is 201 characters long, give 1 to 200"},
        {"a line break in text", field_of(text), "a\nb",
         "f: has control characters or is not UTF-8, give plain text on one line"},
        {"Latin-1 in text", field_of(text), "S\xe3o",
         "f: has control characters or is not UTF-8, give plain text on one line"},
        {"a space in a login", field_of(login_name), "joao silva",
         "f: \"joao silva\" has a space in it, give a name without, like joao@isp"},
        {"a space that does not show", field_of(login_name), "joao\u200bsilva",
         "f: joao\u200bsilva has a space in it, give a name without, like joao@isp"},
        {"a login of 254 octets", numbers(login_name, 1, 253), std::string(254, 'x'),
         "f: is 254 octets long, give 1 to 253"},
        {"an integer out of range", numbers(integer, 1, 31, "a day"), "42",
         "f: 42 is out of range, give a day from 1 to 31"},
        {"an integer below", numbers(integer, 1, 31, "a day"), "0", "f: 0 is out of range, give a day from 1 to 31"},
        {"an integer beyond 64 bits", numbers(integer, 1, 31), "99999999999999999999",
         "f: 99999999999999999999 is out of range, give a number from 1 to 31"},
        {"a decimal integer", numbers(integer, 1, 31), "1.5",
         "f: 1.5 is not a whole number, give a number from 1 to 31"},
        {"seconds with a unit", numbers(seconds, 60, 86400), "5m",
         "f: 5m is not a whole number, give seconds from 60 to 86400"},
        {"money", field_of(money), "12.345", "f: 12.345 is not an amount, give it like 99.90 or 99,90"},
        {"a rate", field_of(rate), "fast", "f: fast is not a rate, give bits a second like 300M, 512k or 9600"},
        {"a rate out of range", numbers(rate, 1, 1'000'000'000'000), "0",
         "f: 0 is out of range, give a rate from 1 to 1000G"},
        {"octets", field_of(octets), "500 GB",
         "f: \"500 GB\" is not an amount of traffic, give octets like 500G, 1.5T or 750M"},
        {"octets out of range", numbers(octets, 1, 1'000'000'000'000'000'000), "0",
         "f: 0 is out of range, give octets from 1 to 1000000T"},
        {"a boolean", field_of(boolean), "maybe", "f: maybe is neither yes nor no"},
        {"a tristate", field_of(tristate), "maybe", "f: maybe is not known, give yes, no or default"},
        {"a mistyped choice", choosing("natural legal foreign"), "legl",
         "f: legl is not known, did you mean legal? give natural, legal or foreign"},
        {"a choice far from all", choosing("natural legal foreign"), "xyz",
         "f: xyz is not known, give natural, legal or foreign"},
        {"a date", field_of(date), "31/02/2026", "f: 31/02/2026 is not a day, give it like 2026-12-10 or 10/12/2026"},
        {"an instant", field_of(instant), "yesterday",
         "f: yesterday is not an instant, give it like 2026-11-20T21:14:05-03:00"},
        {"a prefix", field_of(prefix), "router",
         "f: router is not an address or prefix, give it like 10.0.0.1, 10.0.0.0/24 or 2001:db8::/32"},
        {"a prefix with host bits", field_of(prefix), "10.0.0.7/24",
         "f: 10.0.0.7/24 has bits set after its prefix, give 10.0.0.0/24"},
        {"IPv6 for IPv4", field_of(ipv4), "2001:db8::1",
         "f: 2001:db8::1 is not an IPv4 address, give it like 100.64.0.7"},
        {"an e-mail", field_of(email), "ana",
         "f: ana is not an e-mail address, give it like ana@example.com, several separated by ; without spaces"},
        {"a phone", field_of(phone), "91234-5678",
         "f: 91234-5678 is not a phone number, give it with its area code like (11) 91234-5678, or +351912345678"},
        {"a reference", field_of(reference), "", "f: is empty, give a value, or empty the field with --clear f"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(refusal_of([&] { (void)canonical(row.field, row.typed); }) == row.sentence);
    }
}

TEST_CASE("a required value that is empty is not offered to be cleared")
{
    const Field required{.name = "name", .given = Given::required, .help = "test"};
    CHECK(refusal_of([&] { (void)canonical(required, " "); }) == "name: is empty, give a value");
}

TEST_CASE("C-03: a secret holds any octet, NUL and UTF-8 among them; an empty or overlong one is refused unseen")
{
    const auto& secret = *find_field(nas_type, "secret");
    std::string every_octet;
    for (int octet = 0; octet < 255; ++octet) every_octet += static_cast<char>(octet);
    CHECK(canonical(secret, every_octet) == every_octet);
    CHECK(canonical(secret, std::string("\0", 1)) == std::string("\0", 1));
    CHECK(canonical(secret, "sägr€do") == "sägr€do");
    CHECK(refusal_of([&] { (void)canonical(secret, ""); }) == "secret: is 0 octets long, give 1 to 255");
    CHECK(refusal_of([&] { (void)canonical(secret, std::string(256, 'x')); }) ==
          "secret: is 256 octets long, give 1 to 255");
}
