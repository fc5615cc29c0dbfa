// provisioning/store/cluster.cpp - which database this is. Another cluster, a timeline after a failover or a restore,
// another database: transaction ids and what was committed mean nothing there.
#include "provisioning/store/cluster.hpp"

#include "provisioning/store/usage.hpp"

namespace provisioning::store {

std::string cluster_of(Transaction& transaction)
{
    return transaction.work()
        .exec1("select (select system_identifier::text from pg_control_system()) || '/' ||"
               " substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' ||"
               " (select oid::text from pg_database where datname = current_database())")[0]
        .as<std::string>();
}

std::string cluster_of(Session& session)
{
    return in_transaction(session, {}, Transaction::Mode::read_snapshot, default_deadline,
                          [](Transaction& t) { return cluster_of(t); });
}

} // namespace provisioning::store
