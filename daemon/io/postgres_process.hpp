// daemon/io/postgres_process.hpp - processes of the embedded database: started, recognised, told to end. A postmaster
// outlives the daemon that started it, so it is known by what it is and where it works, not by being our child.
#pragma once

#include "daemon/io/postgres_account.hpp"

#include <optional>
#include <string>
#include <vector>

namespace io {

/// A program in a session of its own (Ctrl-C of our terminal is not for it), as `account`, with nothing of ours open.
struct Command {
    std::vector<std::string> words;
    std::string output;  ///< what it says goes into this file, made anew by `account`
};
/// Returns its process id. Throws EmbeddedError when there can be no new process; other failures are in `output`.
pid_t spawn(const Command& command, const PostgresAccount& account);

/// The exit status of a child that has ended, as waitpid() tells it; nothing while it runs.
std::optional<int> take_exit(pid_t child);
std::string told(int status);  ///< "exit 1", "signal 9"

/// What is in `data`/postmaster.pid: the postmaster that wrote it, and what it says of itself.
struct PidFile {
    pid_t pid = 0;
    bool ready = false;
};
std::optional<PidFile> read_pid_file(const std::string& data);

/// True when `pid` is a postgres that works in `data`.
bool is_postgres_of(pid_t pid, const std::string& data);
/// True when any process works in `data`: a backend that a killed postmaster left.
bool is_in_use(const std::string& data);

/// What a failed start had to say: its last FATAL or PANIC, else its last line.
std::string last_words(const std::string& output);

}  // namespace io
