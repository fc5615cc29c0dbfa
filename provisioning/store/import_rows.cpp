// provisioning/store/import_rows.cpp
#include "provisioning/store/import_rows.hpp"

#include <algorithm>

namespace provisioning::store {
namespace {

/// The database's own refusals (a taken name, say) are the row's; that it is away or held is everybody's.
Imported attempt(Session& session, Transaction& t, const Record& row, const ImportOne& one)
{
    t.work().exec0("savepoint import_row");
    try {
        try {
            auto done = one(t, row);
            t.work().exec0("release savepoint import_row");
            return done;
        } catch (const Refusal&) {
            throw;
        } catch (...) {
            throw_refusal(session);
        }
    } catch (const Unavailable&) {
        throw;
    } catch (const Refusal& refusal) {
        t.work().exec0("rollback to savepoint import_row");
        return {.result = "bad",
                .why = refusal.field().empty() ? refusal.message()
                                               : std::string{refusal.field()} + ": " + refusal.message()};
    }
}

}  // namespace

std::vector<Imported> import_rows(Session& session, const Import& import, const Actor& actor, const ImportOne& one)
{
    try {
        Transaction t(session, actor);
        std::vector<Imported> done;
        done.reserve(import.rows.size());
        for (const auto& row : import.rows) {
            t.extend();
            done.push_back(attempt(session, t, row, one));
        }
        const bool bad = std::ranges::any_of(done, [](const Imported& row) { return row.result == "bad"; });
        const bool held = bad && !import.skip_bad;
        t.extend();
        if (!held && !import.dry_run) t.commit();
        for (auto& row : done) {
            if (row.result != "added") continue;
            if (held) row.result = "held";
            if (held || import.dry_run) row.id = 0;
        }
        return done;
    } catch (const Refusal&) {
        throw;
    } catch (...) {
        throw_refusal(session);
    }
}

void Seen::check(const std::vector<std::string>& key)
{
    if (!rows_.insert(key).second)
        throw Refusal(ErrorCode::conflict, column_,
                      "another row of the file says the same; give it to tell them apart, or leave one of them out");
}

std::string required_cell(const Record& row, std::string_view column)
{
    const auto value = first_value(row, column);
    if (value.empty()) throw Refusal(ErrorCode::invalid, std::string{column}, "missing");
    return std::string{value};
}

Record cells_of(const RecordType& type, const Record& row)
{
    Record record;
    for (const auto& field : type.fields) {
        if (field.given == Given::managed) continue;
        if (const auto at = row.find(field.name); at != row.end()) record.insert(*at);
    }
    return record;
}

}  // namespace provisioning::store
