// daemon/io/state_lock.hpp - one daemon per state directory. The lock dies with the process, however it dies.
#pragma once

#include <string>

namespace io {

class StateLock {
public:
    /// Makes the state directory when its parent exists (as root 0711, so that the database's account may pass through
    /// it; else 0700) and locks the file "lock" in it. Throws std::runtime_error, in one line, when another porteirod
    /// holds it ("another porteirod (pid 42) uses /var/lib/porteiro") or the directory cannot be used.
    explicit StateLock(const std::string& state_directory);
    ~StateLock();
    StateLock(const StateLock&) = delete;
    StateLock& operator=(const StateLock&) = delete;

private:
    int descriptor_ = -1;
};

} // namespace io
