// daemon/io/postgres_settings.hpp - the configuration of the embedded database, written anew at every start.
#pragma once

#include "daemon/io/postgres_cluster.hpp"

namespace io {

/// postgresql.conf, pg_hba.conf and pg_ident.conf in paths.conf. What an operator wants otherwise stands in local.conf
/// beside them, which is read last and never written. Throws EmbeddedError.
void write_settings(const ClusterPaths& paths, const PostgresAccount& account);

}  // namespace io
