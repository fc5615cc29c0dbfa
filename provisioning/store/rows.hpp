// provisioning/store/rows.hpp - what the queries for people share: rows by column name, instants, limits.
#pragma once

#include "provisioning/store/journal.hpp"
#include "provisioning/store/statement.hpp"

namespace provisioning::store {

std::vector<Row> rows_of(const pqxx::result& result);
/// Instants are shown in it, and dates read in it, until the transaction ends. Refuses an unknown one.
void use_timezone(Transaction& transaction, std::string_view timezone);
/// "2026-11-20", "20/11/2026" or an instant -> what ::timestamptz takes; null when empty. Refuses anything else.
Value since_value(std::string_view typed);
Value text_or_null(std::string_view typed);
Value limit_value(std::int64_t limit);  ///< 0: all

}  // namespace provisioning::store
