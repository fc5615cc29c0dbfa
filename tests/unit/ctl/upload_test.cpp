// tests/unit/ctl/upload_test.cpp - CSV as RFC 4180 has it and as spreadsheets in Brazil write it.
#include "daemon/ctl/upload.hpp"

#include "provisioning/refusal.hpp"

#include <doctest/doctest.h>

using namespace ctl;

namespace {

std::string shown(const Sheet& sheet)
{
    std::string text;
    for (const auto& column : sheet.columns) text += '<' + column + '>';
    for (const auto& row : sheet.rows) {
        text += '|';
        for (const auto& field : row) text += '[' + field + ']';
    }
    return text;
}

std::string refused(std::string_view octets)
{
    try {
        read_sheet(octets);
    } catch (const provisioning::Refusal& refusal) {
        return refusal.what();
    }
    return "taken";
}

}  // namespace

TEST_CASE("a sheet is read whatever its separator, its encoding and its line ends")
{
    struct Row {
        std::string name, octets, expected;
    };
    const Row rows[] = {
        {"commas", "login,action\na,suspend\nb,release\n", "<login><action>|[a][suspend]|[b][release]"},
        {"semicolons, CR LF, no end of the last line", "Login;Notice On\r\na;2026-11-20",
         "<login><notice_on>|[a][2026-11-20]"},
        {"tabs", "login\tdue-day\na\t10\n", "<login><due_day>|[a][10]"},
        {"a mark", "\xef\xbb\xbflogin,name\na,Jo\xc3\xa3o\n", "<login><name>|[a][João]"},
        {"Latin-1", "login;name\na;Jo\xe3o\n", "<login><name>|[a][João]"},
        {"quoted", "login,reason\n\"a,b\",\"he said \"\"no\"\"\nand left\"\n",
         "<login><reason>|[a,b][he said \"no\"\nand left]"},
        {"commas inside semicolons", "login;reason\na;one, two, three\n", "<login><reason>|[a][one, two, three]"},
        {"empty fields and lines", "login,reason\n\na,\n\n,b\n", "<login><reason>|[a][]|[][b]"},
        {"spaces around", " login , reason \n a , b \n", "<login><reason>|[a][b]"},
        {"one column", "login\na\nb\n", "<login>|[a]|[b]"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(shown(read_sheet(row.octets)) == row.expected);
    }
}

TEST_CASE("what is no sheet says on which line")
{
    CHECK(refused("") == "file: is empty, give a header and rows");
    CHECK(refused("\n\n") == "file: is empty, give a header and rows");
    CHECK(refused("a,b\n1,2\n1,2,3\n") == "file: line 3 has 3 fields, the header has 2");
    CHECK(refused("a,b\n1,\"2\n") == "file: line 2: a quoted field has no end");
    CHECK(refused("a,b\n\"1\"x,2\n") == "file: line 2: a quoted field is followed by text");
    CHECK(refused("a,b\n\"1\n2\",3\n4\n") == "file: line 4 has 1 fields, the header has 2");
}
