#include "daemon/ctl/grid.hpp"
#include "daemon/ctl/values.hpp"
#include "daemon/ctl/views.hpp"

#include <doctest/doctest.h>

using admin::Column;
using admin::FieldType;

TEST_CASE("columns are as wide as their widest cell, counted in characters")
{
    const ctl::Grid grid{.headings = {{"ID", ctl::Align::right}, {"NAME"}, {"X"}},
                         .rows = {{"7", "João", "-"}, {"12", "東京", "a"}}};
    CHECK(ctl::render(grid) == "ID  NAME  X\n"
                               " 7  João  -\n"
                               "12  東京  a\n");
    CHECK(ctl::render_sheet({{"name", "Ana"}, {"due day", "10"}}) == "name     Ana\ndue day  10\n");
}

TEST_CASE("width is that of a terminal")
{
    CHECK(ctl::width("") == 0);
    CHECK(ctl::width("ação") == 4);
    CHECK(ctl::width("a\u0301") == 1);
    CHECK(ctl::width("漢字") == 4);
    CHECK(ctl::width("\xff") == 1);
}

TEST_CASE("what was stored cannot move the cursor")
{
    CHECK(ctl::printable("a\x1b[31mb\x7f") == "a?[31mb?");
    CHECK(ctl::printable("ação\u202Ex\u0085") == "ação?x?");
}

TEST_CASE("values as people read them")
{
    const auto shown = [](FieldType type, const boost::json::value& value, Column::Shown how = Column::Shown::plain) {
        return ctl::for_people({.name = "x", .type = type, .shown = how}, value);
    };
    CHECK(shown(FieldType::text, nullptr) == "-");
    CHECK(shown(FieldType::text, "") == "-");
    CHECK(shown(FieldType::boolean, true) == "yes");
    CHECK(shown(FieldType::rate, 300'000'000) == "300M");
    CHECK(shown(FieldType::document, "52998224725") == "529.982.247-25");
    CHECK(shown(FieldType::text_list, boost::json::array{"a", "b"}) == "a, b");
    CHECK(shown(FieldType::text_list, boost::json::array{}) == "-");
    CHECK(shown(FieldType::integer, 1023, Column::Shown::octets) == "1023 B");
    CHECK(shown(FieldType::integer, 1288490188, Column::Shown::octets) == "1.2 GiB");
    CHECK(shown(FieldType::integer, 42) == "42");
}

TEST_CASE("an empty list says so")
{
    const auto said = [](const std::vector<std::string>& words) {
        return ctl::for_people(ctl::parse(words), boost::json::array{});
    };
    CHECK(said({"login", "list"}) == "No logins.\n");
    CHECK(said({"auth", "list"}) == "No decisions.\n");
    CHECK(said({"find", "x"}) == "No match.\n");
    CHECK(said({"nas", "list"}) == "No nas.\n");
    CHECK(said({"nas", "unknown"}) == "No unknown sources.\n");
    CHECK(said({"billing", "run"}) == "0 suspended, 0 released.\n");
}

TEST_CASE("a run that skipped contracts counts them, any other says nothing of it")
{
    const auto said = [](boost::json::array steps) { return ctl::for_people(ctl::parse({"billing", "run"}), steps); };
    const boost::json::object suspended{{"action", "suspend"}, {"contract", 1}};
    const boost::json::object skipped{{"action", "skip"}, {"contract", 2}, {"why", "another transaction holds it"}};
    CHECK(said({suspended, suspended}).ends_with("\n2 suspended, 0 released.\n"));
    CHECK(said({suspended, skipped}).ends_with("\n1 suspended, 0 released, 1 skipped.\n"));
}
