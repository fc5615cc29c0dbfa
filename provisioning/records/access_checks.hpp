// provisioning/records/access_checks.hpp - what plans and logins have in common: realm, schedule, methods. Each takes
// the record as it would be stored, makes the value canonical, and throws Refusal (the field) where it cannot be.
#pragma once

#include "provisioning/records/field.hpp"

namespace provisioning {

void check_methods(Record& record);   ///< method: known ones, each once
void check_schedule(Record& record);  ///< schedule: see rules/schedule.hpp
void check_realm(Record& record);     ///< realm: lower case, without its @
void check_macs(Record& record);      ///< mac: AA:BB:CC:DD:EE:FF, each once
void check_routes(Record& record); ///< route: Framed-Route of RFC 2865 s5.22 or, with an IPv6 prefix, RFC 3162 s2.5
void check_ipv6(const Record& record, std::string_view field);
/// "2026-12-31" -> "2027-01-01": the last day of access ends where the next begins.
void turn_last_day_into_end(Record& record, std::string_view field);

} // namespace provisioning
