// daemon/io/postgres_cluster.hpp - the embedded database on disk: its directories, its configuration, initdb's errand.
#pragma once

#include "daemon/io/postgres_account.hpp"
#include "daemon/io/postgres_process.hpp"

#include <string>

namespace io {

/// STATE/postgres: ours, so that the database's account cannot put links in our way; below it, data, log and run are
/// that account's with mode 0700, and conf (what we write) is readable for it.
struct ClusterPaths {
    std::string root, data, conf, log, run;
    std::string start_output;   ///< what a postmaster says before it writes its own log
    std::string initdb_output;
};

/// Longest first that fits: STATE/postgres/run, else a private directory in /tmp named after the state directory and
/// `owner`, since the path of a Unix socket has at most 107 octets.
ClusterPaths cluster_paths(const std::string& state_directory, uid_t owner);

/// Makes the directories that are missing and writes the configuration anew. Throws EmbeddedError: a directory is not
/// passable for the account, or belongs to somebody else.
void prepare_cluster(const ClusterPaths& paths, const PostgresAccount& account);

/// A fresh directory for initdb; what broken attempts left is removed.
std::string begin_data(const ClusterPaths& paths, const PostgresAccount& account);
/// The finished one becomes `paths.data`.
void finish_data(const ClusterPaths& paths, const std::string& made);
/// False: there is no database yet. Throws EmbeddedError when something else is in its place.
bool has_data(const ClusterPaths& paths, const PostgresAccount& account);

Command initdb_command(const std::string& binaries, const std::string& made, const ClusterPaths& paths);
Command postgres_command(const std::string& binaries, const ClusterPaths& paths);

/// libpq connection string: `role` on `database`, over the private socket.
std::string cluster_connection(const ClusterPaths& paths, const std::string& role, const std::string& database);

}  // namespace io
