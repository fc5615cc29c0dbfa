// daemon/ctl/import_page.cpp - what became of a file's rows, for people.
#include "daemon/ctl/values.hpp"
#include "daemon/ctl/views.hpp"

#include <fmt/format.h>

namespace ctl {
namespace {

namespace json = boost::json;

struct Counts {
    std::size_t added = 0, held = 0, unchanged = 0, bad = 0;
};

Counts count(const json::array& rows)
{
    Counts counts;
    for (const auto& row : rows) {
        if (!row.is_object()) continue;
        const auto result = text_of(row.get_object(), "result");
        ++(result == "added"  ? counts.added
           : result == "held" ? counts.held
           : result == "bad"  ? counts.bad
                              : counts.unchanged);
    }
    return counts;
}

std::string summary(const Counts& counts, bool dry_run)
{
    const auto all = counts.added + counts.held + counts.unchanged + counts.bad;
    const bool nothing = dry_run || counts.held != 0 || counts.added == 0;
    auto text = fmt::format("{} {}: {} {}, {} there already", all, all == 1 ? "row" : "rows",
                            counts.added + counts.held, nothing ? "to add" : "added", counts.unchanged);
    if (counts.bad != 0) text += fmt::format(", {} bad", counts.bad);
    text += nothing ? ". Nothing was changed" : "";
    if (counts.held != 0 || (counts.bad != 0 && counts.added == 0))
        text += ": mend the bad rows, or leave them out with --skip-bad";
    return text + ".\n";
}

}  // namespace

std::string import_page(const Invocation& invocation, const json::array& rows)
{
    constexpr std::size_t few = 30;
    const auto counts = count(rows);
    json::array shown;
    for (const auto& row : rows) {
        const bool bad = row.is_object() && text_of(row.get_object(), "result") == "bad";
        if (bad || rows.size() <= few) shown.push_back(row);
    }
    const auto last = summary(counts, invocation.values.contains("dry_run"));
    return shown.empty() ? last : table(invocation.command->columns, shown) + '\n' + last;
}

bool has_bad_rows(const json::value& result) { return result.is_array() && count(result.get_array()).bad != 0; }

}  // namespace ctl
