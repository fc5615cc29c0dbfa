// provisioning/store/cluster.hpp - which database a transaction is in.
#pragma once

#include "provisioning/store/session.hpp"

namespace provisioning::store {

/// As cluster_of(Session&) in usage.hpp.
std::string cluster_of(Transaction& transaction);

} // namespace provisioning::store
