// daemon/admin/render.hpp - the attributes that a decision becomes at one concentrator, as people read them; and
// whether the terms of
// a plan or garden fit into them.
#pragma once

#include "daemon/admin/call.hpp"
#include "provisioning/policy.hpp"

namespace admin {

/// ["Framed-Pool = pool-1", "Mikrotik-Rate-Limit = 150M/300M", ...], without Class, which is another one each time.
boost::json::array rendered(const radius::Dictionary& dictionary, const provisioning::NasEntry& nas,
                            const provisioning::Decision& decision);

/// Refuses (the field of the plan or garden) what a concentrator that is there cannot be told: a rate beyond its
/// attribute's range, say. `record` is as it would be stored. On a database thread.
void check_fits(Call& call, const provisioning::RecordType& type, const provisioning::Record& record);
/// Warnings: terms of the plan or garden, or a login's own, for which a concentrator that is there has no words.
void warn_of_unsaid(Call& call, const provisioning::RecordType& type, const provisioning::Record& record,
                    boost::json::object& result);
/// A warning where a used-up allowance is to lead into a garden and a concentrator has none for it.
void warn_of_no_garden(Call& call, const provisioning::Record& plan, boost::json::object& result);
/// Warnings: plans and gardens that this concentrator cannot be told.
void warn_of_terms_at(Call& call, const provisioning::Record& nas, boost::json::object& result);

}  // namespace admin
