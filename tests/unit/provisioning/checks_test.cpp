// tests/unit/provisioning/checks_test.cpp - add and set against a table of fields, on a record type made for this test.
#include "provisioning/records/field.hpp"
#include "refusals.hpp"

#include <doctest/doctest.h>

using namespace provisioning;

namespace {

constexpr Field fields[] = {
    {.name = "name", .given = Given::required, .help = "name"},
    {.name = "size", .type = FieldType::integer, .given = Given::required, .help = "size", .minimum = 1, .maximum = 9},
    {.name = "secret", .type = FieldType::secret, .help = "secret"},
    {.name = "interim", .type = FieldType::seconds, .help = "interim", .default_value = "300", .maximum = 900},
    {.name = "note", .help = "note"},
    {.name = "reply", .type = FieldType::text_list, .help = "reply"},
    {.name = "open",
     .type = FieldType::boolean,
     .given = Given::managed,
     .help = "open",
     .default_value = "yes",
     .changed_by = "`box close`"},
    {.name = "seen", .type = FieldType::instant, .given = Given::managed, .help = "seen"},
};

// Upper case is this type's canonical form, and "NONE" what it refuses.
void check(Record& record)
{
    auto& name = record["name"].front();
    for (auto& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (name == "NONE") throw Refusal(ErrorCode::invalid, "name", "NONE is taken, give another");
}

void check_change(const Record& typed, const Record& current)
{
    if (current.contains("size") && typed.contains("size") && typed.at("size") < current.at("size"))
        throw Refusal(ErrorCode::invalid, "size", "a box does not shrink");
}

constexpr RecordType box{.name = "box",
                         .table = "box",
                         .key = "name",
                         .help = "boxes",
                         .fields = fields,
                         .check = check,
                         .check_change = check_change};

const Record current{{"id", {"7"}},        {"name", {"A"}},       {"size", {"3"}},    {"secret", {"set"}},
                     {"interim", {"600"}}, {"note", {"fragile"}}, {"open", {"true"}}, {"reply", {"x=1", "y=2"}}};

struct Row {
    std::string name;
    Record typed;
    Record result;
    std::string refusal;
};

} // namespace

TEST_CASE("add: names are known, nothing is missing, defaults are filled in, values canonical")
{
    const Row rows[] = {
        {"the least",
         {{"name", {"a"}}, {"size", {"3"}}},
         {{"name", {"A"}}, {"size", {"3"}}, {"interim", {"300"}}, {"open", {"true"}}},
         ""},
        {"everything",
         {{"name", {" a "}}, {"size", {"03"}}, {"interim", {"60"}}, {"note", {"x "}}, {"reply", {"a=1", "a=1"}}},
         {{"name", {"A"}},
          {"size", {"3"}},
          {"interim", {"60"}},
          {"note", {"x"}},
          {"reply", {"a=1", "a=1"}},
          {"open", {"true"}}},
         ""},
        {"an empty value is not given",
         {{"name", {"a"}}, {"size", {"3"}}, {"note", {" "}}, {"interim", {""}}},
         {{"name", {"A"}}, {"size", {"3"}}, {"interim", {"300"}}, {"open", {"true"}}},
         ""},
        {"two missing", {}, {}, "name: missing: name, size; there is no box without"},
        {"one missing, one empty", {{"name", {"  "}}}, {}, "name: missing: name, size; there is no box without"},
        {"the second missing", {{"name", {"a"}}}, {}, "size: missing: size; there is no box without"},
        {"a mistyped name", {{"nmae", {"a"}}}, {}, "nmae: there is no such field in a box, did you mean name?"},
        {"a foreign name",
         {{"colour", {"red"}}},
         {},
         "colour: there is no such field in a box, it has: name size secret interim note reply"},
        {"the id", {{"id", {"7"}}}, {}, "id: is given by the system, leave it out"},
        {"a managed field with commands", {{"open", {"no"}}}, {}, "open: is not typed here, use `box close`"},
        {"a managed field without", {{"seen", {"x"}}}, {}, "seen: is kept by the system, leave it out"},
        {"a field given twice", {{"name", {"a", "b"}}, {"size", {"3"}}}, {}, "name: is given 2 times, give it once"},
        {"a bad value", {{"name", {"a"}}, {"size", {"10"}}}, {}, "size: 10 is out of range, give a number from 1 to 9"},
        {"what the type's own check refuses",
         {{"name", {"none"}}, {"size", {"3"}}},
         {},
         "name: NONE is taken, give another"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Record result;
        CHECK(refusal_of([&] { result = checked_for_add(box, row.typed); }) == row.refusal);
        CHECK(result == row.result);
    }
}

TEST_CASE("set: only what changes comes back")
{
    const Row rows[] = {
        {"nothing typed", {}, {}, ""},
        {"the same again", {{"size", {"3"}}, {"note", {" fragile "}}}, {}, ""},
        {"another value", {{"size", {"4"}}}, {{"size", {"4"}}}, ""},
        {"the check canonicalises", {{"name", {"b"}}}, {{"name", {"B"}}}, ""},
        {"the check finds the same", {{"name", {"a"}}}, {}, ""},
        {"a secret always changes, whatever it is", {{"secret", {"set"}}}, {{"secret", {"set"}}}, ""},
        {"cleared", {{"note", {}}}, {{"note", {}}}, ""},
        {"cleared, with a default", {{"interim", {}}}, {{"interim", {"300"}}}, ""},
        {"a list replaced", {{"reply", {"y=2"}}}, {{"reply", {"y=2"}}}, ""},
        {"a list cleared", {{"reply", {}}}, {{"reply", {}}}, ""},
        {"a required field cleared", {{"name", {}}}, {}, "name: cannot be cleared, give another value"},
        {"an empty value", {{"note", {" "}}}, {}, "note: is empty, give a value, or empty the field with --clear note"},
        {"an unknown field", {{"notes", {"x"}}}, {}, "notes: there is no such field in a box, did you mean note?"},
        {"a managed field", {{"open", {"no"}}}, {}, "open: is not typed here, use `box close`"},
        {"what the check refuses", {{"name", {"none"}}}, {}, "name: NONE is taken, give another"},
        {"what the check of the change refuses", {{"size", {"2"}}}, {}, "size: a box does not shrink"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        Record result;
        CHECK(refusal_of([&] { result = checked_for_set(box, current, row.typed); }) == row.refusal);
        CHECK(result == row.result);
    }
}

TEST_CASE("a field that was null and is cleared does not change")
{
    CHECK(checked_for_set(box, {{"name", {"A"}}, {"size", {"3"}}}, {{"note", {}}}).empty());
    CHECK(checked_for_set(box, {{"name", {"A"}}, {"size", {"3"}}, {"note", {}}}, {{"note", {}}}).empty());
}

TEST_CASE("slips in the form are usage, slips in the content are invalid")
{
    const auto code_of = [](const Record& typed) {
        try {
            (void)checked_for_add(box, typed);
        } catch (const Refusal& refusal) {
            return refusal.code();
        }
        return ErrorCode::guard;
    };
    CHECK(code_of({{"colour", {"red"}}}) == ErrorCode::usage);
    CHECK(code_of({{"name", {"a", "b"}}}) == ErrorCode::usage);
    CHECK(code_of({}) == ErrorCode::invalid);
    CHECK(code_of({{"open", {"no"}}}) == ErrorCode::invalid);
    CHECK(code_of({{"name", {"a"}}, {"size", {"x"}}}) == ErrorCode::invalid);
}
