// provisioning/store/import_rows.hpp - the frame of an import: one transaction, a savepoint for each row.
#pragma once

#include "provisioning/store/imports.hpp"

#include <functional>
#include <set>

namespace provisioning::store {

/// Looks at one row and writes it; throws a Refusal for a bad one, which then has changed nothing.
using ImportOne = std::function<Imported(Transaction&, const Record&)>;
std::vector<Imported> import_rows(Session& session, const Import& import, const Actor& actor, const ImportOne& one);

/// Refuses a row that says the same as an earlier one of its file, where nothing tells the two apart but `column`.
class Seen {
public:
    explicit Seen(std::string_view column) : column_(column) {}
    void check(const std::vector<std::string>& key);

private:
    std::string column_;
    std::set<std::vector<std::string>> rows_;
};

/// The value of a cell, or what it must be: "missing".
std::string required_cell(const Record& row, std::string_view column);
/// The cells that are fields of `type`, less those that only commands change.
Record cells_of(const RecordType& type, const Record& row);

} // namespace provisioning::store
