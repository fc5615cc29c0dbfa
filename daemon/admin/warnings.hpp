// daemon/admin/warnings.hpp - what is accepted but probably not meant; said once, with the result.
#pragma once

#include "provisioning/records/field.hpp"

#include <boost/json.hpp>

namespace admin {

/// Adds "warnings": ["..."] to `result` when there are any. `typed` is what was typed, `record` what stands now.
void add_warnings(const provisioning::RecordType& type, const provisioning::Record& typed,
                  const provisioning::Record& record, std::string_view verb, boost::json::object& result);

void add_warning(boost::json::object& result, std::string_view text);
/// A typed password that was taken for a hash, as `taken_as` calls it; empty: it was not.
void warn_of_hash(const std::string& taken_as, boost::json::object& result);

/// The (first) value of a field; empty where it has none.
std::string text_in(const provisioning::Record& record, std::string_view name);

}  // namespace admin
