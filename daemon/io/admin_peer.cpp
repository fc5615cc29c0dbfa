// daemon/io/admin_peer.cpp - credentials, groups and names.
#include "daemon/io/admin_peer.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace io {
namespace {

std::optional<gid_t> group_id(const std::string& name)
{
    constexpr std::size_t largest_octets = 1 << 20;  // a group with very many members
    for (std::vector<char> buffer(1024); buffer.size() <= largest_octets; buffer.resize(buffer.size() * 4)) {
        group entry{};
        group* found = nullptr;
        const int error = ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
        if (error == ERANGE) continue;
        if (!found) return {};
        return entry.gr_gid;
    }
    return {};
}

}  // namespace

AdminGroups find_groups(const config::Config& config)
{
    AdminGroups groups;
    const auto find = [&](const std::string& name) {
        const auto id = group_id(name);
        if (!id) groups.missing.push_back(name);
        return id;
    };
    groups.admin = find(config.admin.admin_group);
    groups.billing = find(config.admin.billing_group);
    groups.read = find(config.admin.read_group);
    return groups;
}

std::optional<Credentials> credentials_of(int socket)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
    Credentials credentials{peer.uid, peer.pid, {}};
    // ERANGE tells the size that is needed.
    size = 0;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, nullptr, &size) != 0 && errno == ERANGE) {
        credentials.groups.resize(size / sizeof(gid_t));
        if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, credentials.groups.data(), &size) != 0)
            credentials.groups.clear();
    }
    credentials.groups.push_back(peer.gid);
    return credentials;
}

bool is_trusted(uid_t uid) { return uid == 0 || uid == ::geteuid(); }

Scope scope_of(const Credentials& credentials, const AdminGroups& groups)
{
    const auto in = [&](std::optional<gid_t> group) {
        return group && std::ranges::count(credentials.groups, *group) > 0;
    };
    if (is_trusted(credentials.uid) || in(groups.admin)) return Scope::admin;
    if (in(groups.billing)) return Scope::billing;
    return in(groups.read) ? Scope::read : Scope::none;
}

std::string no_place(const std::map<uid_t, std::size_t>& open, uid_t uid)
{
    const auto own = open.find(uid);
    const auto own_count = own == open.end() ? 0 : own->second;
    const auto most = is_trusted(uid) ? AdminSocket::max_connections : AdminSocket::max_of_one_account;
    if (own_count >= most) return std::to_string(most) + " connections of your account are open already; close one";
    if (is_trusted(uid)) return {};
    std::size_t ordinary = 0;
    for (const auto& [account, count] : open)
        if (!is_trusted(account)) ordinary += count;
    if (ordinary < AdminSocket::max_connections) return {};
    return std::to_string(AdminSocket::max_connections) + " connections are open already; try again later";
}

std::string user_name(uid_t uid)
{
    std::vector<char> buffer(16384);
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found) return entry.pw_name;
    return "uid " + std::to_string(uid);
}

}  // namespace io
