// daemon/admin/typing.hpp - canonical text to JSON: ids, rates, octets and counts are numbers; money, dates, instants
// and tri-states are strings; yes/no is a boolean; lists are arrays; a secret is "set" or null.
#pragma once

#include "daemon/admin/table/command.hpp"
#include "provisioning/store/journal.hpp"

#include <boost/json.hpp>

namespace admin {

/// `values` empty: null (a list: []).
boost::json::value to_json(FieldType type, const std::vector<std::string>& values);

/// id, then every field of the type, then what else the record has (removed_at).
boost::json::object to_json(const provisioning::RecordType& type, const provisioning::Record& record);
boost::json::array to_json(const provisioning::RecordType& type, const std::vector<provisioning::Record>& records);

/// The operator's sentence for the "reason" of a decision; null where it has none.
boost::json::value sentence_of(const boost::json::object& decision);

/// A report's rows by the columns of its command; a value without a column is left out.
boost::json::array to_json(std::span<const Column> columns, const std::vector<provisioning::store::Row>& rows);

}  // namespace admin
