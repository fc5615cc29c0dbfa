// daemon/admin/reply_check.hpp - whether the reply attributes that an operator typed can be sent with an Accept.
#pragma once

#include "provisioning/records/field.hpp"
#include "radius/dictionary.hpp"

namespace admin {

/// The most octets of reply attributes that a record may have: a plan's, a login's and what the daemon adds must fit
/// into 4096 (RFC 2865 s3).
inline constexpr std::size_t max_plan_reply_octets = 3000, max_login_reply_octets = 600;

/// Refuses values of the field `reply` that do not encode, that Porteiro itself writes, that have a field of their own,
/// or that an Access-Accept must not have (RFC 2865 s5.44); and too many of them.
void check_replies(const radius::Dictionary& dictionary, const provisioning::RecordType& type,
                   const provisioning::Record& typed);

} // namespace admin
