// daemon/io/admin_bind.cpp - directory, stale file, bind; mode, group and access control list.
#include "daemon/io/admin_bind.hpp"

#include <endian.h>
#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace io {
namespace {

constexpr const char* list_attribute = "system.posix_acl_access";

[[noreturn]] void fail(const std::string& path, const std::string& what)
{
    throw std::runtime_error("admin.socket: " + path + ": " + what);
}
[[noreturn]] void fail_errno(const std::string& path, const std::string& what)
{
    fail(path, what + ": " + std::generic_category().message(errno));
}

std::string directory_of(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

sockaddr_un address_of(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) fail(path, "longer than a Unix socket's path may be");
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

int open_socket(const std::string& path)
{
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) fail_errno(path, "no socket");
    return descriptor;
}

void make_directory(const std::string& path)
{
    const auto directory = directory_of(path);
    if (::mkdir(directory.c_str(), 0750) != 0 && errno != EEXIST)
        fail_errno(path, "its directory is missing and cannot be made");
}

/// Clears the way: nothing may be there but a socket at which nobody listens.
void remove_stale(const std::string& path)
{
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return;
        fail_errno(path, "cannot be looked at");
    }
    if (S_ISLNK(found.st_mode)) fail(path, "is a symbolic link, which is not followed; remove it");
    if (!S_ISSOCK(found.st_mode)) fail(path, "is not a socket; remove it or choose another path");
    const auto address = address_of(path);
    const int probe = open_socket(path);
    const int connected = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int error = errno;
    ::close(probe);
    if (connected == 0 || error == EAGAIN) fail(path, "another porteirod is listening there");
    errno = error;
    if (error != ECONNREFUSED) fail_errno(path, "a socket is there already");
    if (::unlink(path.c_str()) != 0) fail_errno(path, "a stale socket cannot be removed");
}

/// An access control list as the kernel takes it: acl(5), linux/posix_acl_xattr.h. Entries come sorted by tag and
/// number.
std::vector<char> access_list(mode_t mode, std::vector<gid_t> members, unsigned member_rights)
{
    std::ranges::sort(members);
    const auto [first, last] = std::ranges::unique(members);
    members.erase(first, last);
    std::vector<posix_acl_xattr_entry> entries;
    const auto add = [&](int tag, unsigned rights, std::uint32_t id) {
        entries.push_back(
            {htole16(static_cast<std::uint16_t>(tag)), htole16(static_cast<std::uint16_t>(rights & 7)), htole32(id)});
    };
    constexpr auto nobody = static_cast<std::uint32_t>(ACL_UNDEFINED_ID);
    add(ACL_USER_OBJ, mode >> 6, nobody);
    add(ACL_GROUP_OBJ, mode >> 3, nobody);
    for (const auto member : members) add(ACL_GROUP, member_rights, member);
    add(ACL_MASK, mode >> 3, nobody);
    add(ACL_OTHER, mode, nobody);
    const posix_acl_xattr_header header{htole32(POSIX_ACL_XATTR_VERSION)};
    std::vector<char> octets(sizeof header + entries.size() * sizeof entries[0]);
    std::memcpy(octets.data(), &header, sizeof header);
    std::memcpy(octets.data() + sizeof header, entries.data(), octets.size() - sizeof header);
    return octets;
}

bool set_list(const std::string& path, const std::vector<char>& list)
{
    return ::setxattr(path.c_str(), list_attribute, list.data(), list.size(), 0) == 0;
}

/// A list on the directory that is not exactly of our making belongs to somebody else and stays.
bool foreign_list(const std::string& directory)
{
    char list[1024];
    const auto octets = ::getxattr(directory.c_str(), list_attribute, list, sizeof list);
    if (octets < 0) return errno == ERANGE;
    for (std::size_t at = sizeof(posix_acl_xattr_header);
         at + sizeof(posix_acl_xattr_entry) <= static_cast<std::size_t>(octets); at += sizeof(posix_acl_xattr_entry)) {
        posix_acl_xattr_entry entry{};
        std::memcpy(&entry, list + at, sizeof entry);
        const auto tag = le16toh(entry.e_tag);
        if (tag == ACL_USER || (tag == ACL_GROUP && le16toh(entry.e_perm) != ACL_EXECUTE)) return true;
    }
    return false;
}

/// Lets `members` pass through the socket's directory when it is ours, is meant for a group and not for all.
bool open_directory(const std::string& directory, const std::vector<gid_t>& members)
{
    struct stat found{};
    if (::stat(directory.c_str(), &found) != 0 || found.st_uid != ::geteuid()) return true;
    if (!(found.st_mode & S_IXGRP) || (found.st_mode & S_IXOTH) || foreign_list(directory)) return true;
    return set_list(directory, access_list(found.st_mode, members, ACL_EXECUTE));
}

}  // namespace

BoundSocket bind_admin_socket(const std::string& path)
{
    const auto address = address_of(path);
    make_directory(path);
    remove_stale(path);
    BoundSocket bound{open_socket(path)};
    // The mode of the socket itself becomes the file's at bind(): there is no instant at which others could connect.
    struct stat file{};
    if (::fchmod(bound.descriptor, 0660) != 0 ||
        ::bind(bound.descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::lstat(path.c_str(), &file) != 0) {
        const int error = errno;
        ::close(bound.descriptor);
        errno = error;
        fail_errno(path, "cannot be bound");
    }
    bound.device = file.st_dev;
    bound.inode = file.st_ino;
    return bound;
}

std::string open_to_groups(const std::string& path, const AdminGroups& groups)
{
    constexpr mode_t mode = 0660;
    if (::chmod(path.c_str(), mode) != 0) return "mode 0660: " + std::generic_category().message(errno);
    // Without the list below this alone lets the administrators in; not being a member of their group is no error.
    if (groups.admin) static_cast<void>(!::chown(path.c_str(), static_cast<uid_t>(-1), *groups.admin));
    std::vector<gid_t> members;
    for (const auto& group : {groups.admin, groups.billing, groups.read})
        if (group) members.push_back(*group);
    if (members.empty()) return {};
    if (set_list(path, access_list(mode, members, ACL_READ | ACL_WRITE)) && open_directory(directory_of(path), members))
        return {};
    return "access control list: " + std::generic_category().message(errno);
}

void unbind_admin_socket(const std::string& path, const BoundSocket& socket) noexcept
{
    struct stat file{};
    if (::lstat(path.c_str(), &file) == 0 && file.st_dev == socket.device && file.st_ino == socket.inode)
        ::unlink(path.c_str());
}

} // namespace io
