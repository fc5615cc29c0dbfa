// tests/unit/provisioning/text_test.cpp - RFC 3629 s3-4 (UTF-8) and what is done with text as typed.
#include "provisioning/rules/text.hpp"

#include "provisioning/rules/values.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

TEST_CASE("text is valid UTF-8 without control characters")
{
    struct Row {
        std::string name;
        std::string text;
        bool clean;
    };
    const Row rows[] = {
        {"ASCII", "Joao da Silva", true},
        {"accents", "São João d'Água", true},
        {"three octets", "\u20ac", true},
        {"four octets", "\U0001F600", true},
        {"the highest character", "\xf4\x8f\xbf\xbf", true},
        {"empty", "", true},
        {"a NUL", std::string("a\0b", 3), false},
        {"a line break", "a\nb", false},
        {"a tab", "a\tb", false},
        {"ESC", "\x1b[31m", false},
        {"DEL", "\x7f", false},
        {"C1 (U+0085)", "\xc2\x85", false},
        {"the first after C1 (U+00A0)", "\xc2\xa0", true},
        {"Latin-1", "S\xe3o", false},
        {"an octet that only continues", "\x80", false},
        {"cut short", "\xe2\x82", false},
        {"overlong slash", "\xc0\xaf", false},
        {"overlong in three octets", "\xe0\x80\xaf", false},
        {"overlong NUL", "\xc0\x80", false},
        {"a surrogate", "\xed\xa0\x80", false},
        {"above U+10FFFF", "\xf4\x90\x80\x80", false},
        {"a lead of five octets", "\xf8\x88\x80\x80\x80", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(clean_text(row.text) == row.clean);
    }
}

TEST_CASE("white space at the edges goes, inside it stays")
{
    CHECK(trimmed("  Ana  Maria \t\r\n") == "Ana  Maria");
    CHECK(trimmed("\xc2\xa0 Ana \xc2\xa0") == "Ana");
    CHECK(trimmed(" \t ") == "");
    CHECK(trimmed("São") == "São");
}

TEST_CASE("characters are counted, not octets")
{
    CHECK(character_count("São") == 3);
    CHECK(character_count("\U0001F600") == 1);
    CHECK(character_count("") == 0);
}

TEST_CASE("a mistyped word finds the one that was meant")
{
    constexpr std::string_view vendors = "generic mikrotik cisco juniper huawei accel-ppp";
    CHECK(nearest_word("mikrotk", vendors) == "mikrotik");
    CHECK(nearest_word("MikroTic", vendors) == "mikrotik");
    CHECK(nearest_word("sisco", vendors) == "cisco");
    CHECK(nearest_word("accel", vendors) == "accel-ppp");
    CHECK(nearest_word("nokia", vendors) == "");
    CHECK(nearest_word("", vendors) == "");
    CHECK(nearest_word(std::string(5000, 'x'), vendors) == "");
}

TEST_CASE("what was typed is shown short and on its own")
{
    CHECK(shown("42") == "42");
    CHECK(shown("two words") == "\"two words\"");
    CHECK(shown(std::string(60, 'x')) == std::string(60, 'x'));
    CHECK(shown(std::string(61, 'x')) == std::string(60, 'x') + "...");
}
