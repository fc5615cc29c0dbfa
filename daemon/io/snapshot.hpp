// daemon/io/snapshot.hpp - the directory on local disk, encrypted, so that a daemon whose database is away at the start
// serves all the same. A file of sealed pieces: all entries first, then each change as it comes; written anew when the
// changes outgrow the entries. One thread does the file work. Protocol F-01, F-02, F-15; secrets: X-03.
#pragma once

#include "daemon/io/log.hpp"
#include "provisioning/directory.hpp"
#include "provisioning/seal.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace io {

class Snapshot {
public:
    struct Loaded {
        std::unique_ptr<provisioning::Directory> directory;
        std::chrono::system_clock::time_point as_of; ///< when it was last known to be true
    };
    /// What the file at `path` says; nothing when there is none, it is of another version, key or program, it is
    /// damaged, or older than `oldest`: one log line says which. A torn tail is passed over.
    static std::optional<Loaded> load(const std::string& path, const provisioning::Sealer& sealer,
                                      std::chrono::seconds oldest, Log& log);

    using Clock = std::chrono::system_clock::time_point (*)();
    Snapshot(std::string path, const provisioning::Sealer& sealer, Log& log,
             Clock clock = std::chrono::system_clock::now);
    ~Snapshot(); ///< writes what is queued
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

    // Any thread, one at a time; encodes at once, writes later. Before the first rewrite() nothing is written, and the
    // file of an earlier run stays. When the disk fails the file is removed, because it would miss changes from then
    // on (access that was revoked); the log says so once, and wants_rewrite() asks for a new one.
    void rewrite(const provisioning::Directory& directory);
    void append(const std::vector<provisioning::Change>& changes);
    /// Nothing has changed up to now: as_of moves on (written at most once in 10 s).
    void still_true();
    bool wants_rewrite(); ///< the disk failed and there is no file; true at most once a minute
    void flush(); ///< waits until what was handed over is on disk; for stopping and tests

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace io
