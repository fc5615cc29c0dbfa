// daemon/io/postgres_account.hpp - the account that runs the embedded database. As root never root: a broken-into
// database must not read the key file.
#pragma once

#include <string>
#include <sys/types.h>

namespace io {

struct PostgresAccount {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string name;
    bool drop = false;  ///< we are root, the child becomes this account
};

/// Ourselves when we are not root; else the owner of an existing `data` directory, else "postgres". Throws
/// EmbeddedError.
PostgresAccount postgres_account(const std::string& data);

/// In a child: becomes `account`, for good, without supplementary groups. Only calls that are safe after fork().
bool become(const PostgresAccount& account) noexcept;

/// The first of the directories on the way to `path` (and itself) that the account may not pass through; empty: none.
std::string first_closed(const PostgresAccount& account, const std::string& path);

}  // namespace io
