// daemon/io/admin_peer.hpp - who is at the other end of the admin socket: the kernel's word (SO_PEERCRED,
// SO_PEERGROUPS) against the three groups of the configuration.
#pragma once

#include "daemon/io/admin_socket.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace io {

/// The groups as numbers; one that does not exist has none, and nobody is in it.
struct AdminGroups {
    std::optional<gid_t> admin, billing, read;
    std::vector<std::string> missing;  ///< names that the system does not know
};
AdminGroups find_groups(const config::Config& config);

struct Credentials {
    uid_t uid = 0;
    pid_t pid = 0;
    std::vector<gid_t> groups;  ///< primary and supplementary, as they were when the peer connected
};
/// Nothing when the kernel does not say.
std::optional<Credentials> credentials_of(int socket);

/// Root and the account of this process may do everything, others what their best group may.
Scope scope_of(const Credentials& credentials, const AdminGroups& groups);
bool is_trusted(uid_t uid);  ///< root, or the account of this process

/// Why one more connection of `uid` gets no place beside those that are open, counted by account; empty: it gets one.
/// What others have open never keeps out root or the account of this process.
std::string no_place(const std::map<uid_t, std::size_t>& open, uid_t uid);

/// The account's name, or "uid 1234". May ask a directory server: not for the loop.
std::string user_name(uid_t uid);

}  // namespace io
