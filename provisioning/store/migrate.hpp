// provisioning/store/migrate.hpp - brings the schema up to what this program knows; see schema/README.md.
#pragma once

#include "provisioning/store/session.hpp"

#include <span>

namespace provisioning::store {

struct Migration {
    int number;
    std::string_view name;  ///< "0001_initial"
    std::string_view sql;
};
extern const std::span<const Migration> compiled_migrations;  ///< schema/*.sql in order

/// Applies what is missing, each in its own transaction, under an advisory lock (several daemons may start at once).
/// Makes the role porteiro_app when it is missing and grants it to the owner. Returns how many were applied.
/// Throws MigrationError when an applied migration's checksum differs, when the database holds a newer one than the
/// program knows, or when the role may not be made (the message says the SQL to run).
class MigrationError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};
int migrate(Session& owner, std::span<const Migration> migrations = compiled_migrations);

}  // namespace provisioning::store
