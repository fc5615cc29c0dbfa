// daemon/io/embedded_postgres.hpp - a private PostgreSQL in the state directory: found, made, started, adopted,
// restarted, stopped. Unix socket only. As root it runs under an unprivileged account, which cannot read the key file.
#pragma once

#include "daemon/io/log.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

namespace io {

/// Anything that makes an embedded database impossible here, in one sentence with the remedy.
class EmbeddedError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

class EmbeddedPostgres {
public:
    /// Data in STATE/postgres/data, socket in STATE/postgres/run (elsewhere, private, when that path exceeds what a
    /// Unix socket may have). Nothing is started yet. Throws EmbeddedError when there is no account that could run it.
    EmbeddedPostgres(std::string state_directory, Log& log);
    ~EmbeddedPostgres(); ///< leaves the database running: the next one adopts it
    EmbeddedPostgres(const EmbeddedPostgres&) = delete;
    EmbeddedPostgres& operator=(const EmbeddedPostgres&) = delete;

    /// libpq connection string for the owner role; constant.
    std::string connection() const;

    /// Makes the cluster when it is missing, adopts a live postmaster of it or starts one, makes the owner role and the
    /// database when missing. Called again whenever the database does not answer: starts it again when it has died.
    /// Blocks (on a database thread) at most about `longest`. Throws EmbeddedError for what no retry can mend.
    /// Returns false when it is not ready yet, or when stop() was called.
    bool ensure_running(std::chrono::seconds longest);

    /// Fast shutdown (SIGINT), waits up to 30 s, then immediate (SIGQUIT). Also for an adopted one.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace io
