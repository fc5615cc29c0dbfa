// daemon/io/postgres_binaries.hpp - which PostgreSQL of this host runs the embedded database.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace io {

struct PostgresBinaries {
    std::string directory;  ///< holds postgres and initdb
    int major = 0;
};

inline constexpr int oldest_postgres = 15;  // what the schema needs

/// Those of the distribution's layout (`root`/15/bin), newest first; where there is none, the one in PATH.
std::vector<PostgresBinaries> installed_postgres(const std::string& root = "/usr/lib/postgresql");

/// The newest for a database that does not exist yet; for one that does, those of its version (`data`/PG_VERSION).
/// Throws EmbeddedError that says what to install.
PostgresBinaries choose_postgres(std::span<const PostgresBinaries> installed, const std::string& data);

}  // namespace io
