// daemon/admin/render.hpp - the attributes that a decision becomes at one concentrator, as people read them; and
// whether a plan's terms fit into them.
#pragma once

#include "daemon/admin/call.hpp"
#include "provisioning/policy.hpp"

namespace admin {

/// ["Framed-Pool = pool-1", "Mikrotik-Rate-Limit = 150M/300M", ...], without Class, which is another one each time.
boost::json::array rendered(const radius::Dictionary& dictionary, const provisioning::NasEntry& nas,
                            const provisioning::Decision& decision);

/// Refuses (the field of the plan) what a concentrator that is there cannot be told: a rate beyond its attribute's
/// range, say. `plan` is the record as it would be stored. On a database thread.
void check_plan_fits(Call& call, const provisioning::Record& plan);
/// Warnings: terms of the plan, or a login's own, for which a concentrator that is there has no words.
void warn_of_unsaid(Call& call, const provisioning::Record& plan, boost::json::object& result);
/// Warnings: plans that this concentrator cannot be told.
void warn_of_plans(Call& call, const provisioning::Record& nas, boost::json::object& result);

}  // namespace admin
