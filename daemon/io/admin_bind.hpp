// daemon/io/admin_bind.hpp - the admin socket in the file system: bound without following anything, and opened to the
// three groups by an access control list, since mode 0660 knows only one group.
#pragma once

#include "daemon/io/admin_peer.hpp"

#include <sys/types.h>

namespace io {

/// A bound socket, not listening yet. `inode` tells later whether the file is still ours.
struct BoundSocket {
    int descriptor = -1;
    dev_t device = 0;
    ino_t inode = 0;
};

/// Makes the last directory of `path` (0750) when its parent exists; replaces a socket at which nobody listens. Throws
/// std::runtime_error naming the path: another file type or a symlink is there, somebody listens, no permission.
BoundSocket bind_admin_socket(const std::string& path);

/// Mode 0660, group admin; the members of all three groups may pass the directory (when it is ours and has no list of
/// somebody else's) and connect. Returns what could not be done, for the log; empty when all went well.
std::string open_to_groups(const std::string& path, const AdminGroups& groups);

/// Removes the file when it is still the one that was bound.
void unbind_admin_socket(const std::string& path, const BoundSocket& socket) noexcept;

}  // namespace io
