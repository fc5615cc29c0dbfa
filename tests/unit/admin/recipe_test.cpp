#include "daemon/admin/recipe.hpp"
#include "daemon/admin/recipes.hpp"
#include "daemon/admin/table/command.hpp"
#include "provisioning/rules/fill.hpp"

#include <doctest/doctest.h>

#include <vector>

using provisioning::fill;
using RecipeValues = provisioning::FillValues;

namespace {

const RecipeValues nas{{"nas", "pop-north"},
                       {"nas_address", "192.0.2.7"},
                       {"daemon_address", "192.0.2.1"},
                       {"auth_port", "1812"},
                       {"acct_port", "1813"},
                       {"coa_port", "3799"},
                       {"secret", "TYPE-THE-SECRET"},
                       {"notice_address", "192.0.2.80"},
                       {"interim", "300"},
                       {"open_list", "porteiro-open"}};

RecipeValues garden(RecipeValues given)
{
    for (const char* name :
         {"garden", "reason", "pool", "pool_range", "address_list", "filter", "redirect", "download", "upload"})
        given.try_emplace(name);
    return given;
}

} // namespace

TEST_CASE("a template is filled in")
{
    const std::vector<RecipeValues> two{{{"garden", "debt"}, {"pool", "p"}, {"range", "r"}},
                                        {{"garden", "late"}, {"pool", ""}, {"range", "q"}}};
    struct Row {
        const char *name, *text, *filled;
    };
    const Row rows[] = {
        {"values stand for their names", "at {{nas}}:{{port}}\n", "at bras1:1812\n"},
        {"a text without any stays", "no braces } or { here", "no braces } or { here"},
        {"a value with braces is no marker", "{{braces}}!", "{{nas}}!"},
        {"a name that is not known stays, to be seen", "{{what}} {{nas}}", "{{what}} bras1"},
        {"what is not closed stays", "{{nas", "{{nas"},
        {"a section of a value that is set", "a{{#nas}} {{nas}} {{/nas}}b", "a bras1 b"},
        {"a section of a value that is empty", "a{{#none}} {{nas}} {{/none}}b", "ab"},
        {"a section of a name that is not known", "a{{#what}}x{{/what}}b", "ab"},
        {"markers alone on their lines take them along", "a\n  {{#nas}}\nb\n{{/nas}}\t\nc\n", "a\nb\nc\n"},
        {"two markers on a line do not", "{{#nas}}x{{/nas}}\n", "x\n"},
        {"the gardens, each", "{{#gardens}}\n{{garden}} at {{nas}}\n{{/gardens}}\n", "debt at bras1\nlate at bras1\n"},
        {"sections nest", "{{#gardens}}{{#pool}}{{pool}}{{#range}}={{range}}{{/range}};{{/pool}}{{/gardens}}", "p=r;"},
        {"outside of them a garden's values are not known", "{{#gardens}}{{/gardens}}{{garden}}", "{{garden}}"}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(fill(row.text, {{"nas", "bras1"}, {"port", "1812"}, {"braces", "{{nas}}"}, {"none", ""}},
                   {"gardens", two}) == row.filled);
    }
}

TEST_CASE("every recipe can be filled in for any gardens")
{
    const auto pool = garden({{"garden", "debt"}, {"reason", "debt"}, {"pool", "debtors"}});
    auto ranged = pool;
    ranged["pool_range"] = "100.127.0.0/22";
    const auto list = garden({{"garden", "late"}, {"reason", "expired"}, {"address_list", "late"}});
    auto whole = ranged;
    for (auto& [name, value] : whole)
        if (value.empty()) value = "x";
    const std::vector<std::vector<RecipeValues>> all{{}, {pool}, {ranged}, {list}, {whole}, {pool, list, whole}};
    CHECK(admin::recipes.size() >= 4);
    for (const auto& recipe : admin::recipes) {
        CAPTURE(recipe.name);
        for (const auto& gardens : all) {
            const auto text = fill(recipe.text, nas, {"gardens", gardens});
            CHECK(text.find("{{") == std::string::npos);
            CHECK(text.find("}}") == std::string::npos);
            CHECK(text.find("192.0.2.1") != std::string::npos);
        }
    }
}

TEST_CASE("every recipe can be asked for by its name")
{
    const auto* argument = admin::find_argument(*admin::find_command("nas recipe"), "recipe");
    REQUIRE(argument != nullptr);
    std::string names;
    for (const auto& recipe : admin::recipes) names.append(names.empty() ? "" : " ").append(recipe.name);
    CHECK(argument->choices == names);
}

TEST_CASE("names that a router would compute or cut do not fit a recipe")
{
    for (const char* name : {"debtors", "pool-1", "a.b_c", "0"}) {
        CAPTURE(name);
        CHECK(admin::fits_recipes(name));
    }
    for (const char* name : {"a b", "a\"b", "$x", "[find]", "a;b", "a{b", "a\\b", "caf\xc3\xa9"}) {
        CAPTURE(name);
        CHECK_FALSE(admin::fits_recipes(name));
    }
}
