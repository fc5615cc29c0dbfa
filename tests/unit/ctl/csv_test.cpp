// tests/unit/ctl/csv_test.cpp - RFC 4180 s2: what is quoted, and how.
#include "daemon/ctl/csv.hpp"

#include <doctest/doctest.h>

TEST_CASE("a row is a line of fields, quoted where it must be")
{
    const admin::Column columns[] = {{.name = "a"}, {.name = "b"}};
    CHECK(ctl::csv_header(columns) == "a,b\r\n");
    struct Row {
        const char* name;
        boost::json::object row;
        const char* line;
    };
    const Row rows[] = {
        {"plain text and a number", {{"a", "x"}, {"b", 18'446'744'073'709'551'615U}}, "x,18446744073709551615\r\n"},
        {"nothing", {{"a", nullptr}}, ",\r\n"},
        {"a comma", {{"a", "x,y"}, {"b", "z"}}, "\"x,y\",z\r\n"},
        {"quotes", {{"a", "say \"hi\""}, {"b", "z"}}, "\"say \"\"hi\"\"\",z\r\n"},
        {"a line break", {{"a", "x\ny"}, {"b", ""}}, "\"x\ny\",\r\n"},
        {"yes and no", {{"a", true}, {"b", false}}, "yes,no\r\n"},
        {"a list", {{"a", {"x", "y"}}, {"b", boost::json::array{}}}, "x;y,\r\n"},
        {"a formula stays what it is", {{"a", "=1+1"}, {"b", "+55"}}, "=1+1,+55\r\n"},
        {"what has no column is left out", {{"a", "x"}, {"c", "y"}}, "x,\r\n"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(ctl::csv_line(columns, row.row) == row.line);
    }
}
