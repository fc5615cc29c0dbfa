// daemon/io/postgres_account.cpp - whose process it will be, and how far that account comes.
#include "daemon/io/postgres_account.hpp"

#include "daemon/io/embedded_postgres.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

namespace io {
namespace {

constexpr const char* usual_name = "postgres";  // Debian's package makes it

PostgresAccount from(const passwd& entry, bool drop) { return {entry.pw_uid, entry.pw_gid, entry.pw_name, drop}; }

PostgresAccount by_number(uid_t uid, bool drop)
{
    std::vector<char> buffer(16384);
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found) return from(entry, drop);
    throw EmbeddedError(
        fmt::format("the embedded database cannot run as uid {}, which has no name: add it to /etc/passwd", uid));
}

}  // namespace

PostgresAccount postgres_account(const std::string& data)
{
    if (::geteuid() != 0) return by_number(::geteuid(), false);
    struct stat directory{};
    if (::lstat(data.c_str(), &directory) == 0 && S_ISDIR(directory.st_mode) && directory.st_uid != 0)
        return by_number(directory.st_uid, true);
    std::vector<char> buffer(16384);
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwnam_r(usual_name, &entry, buffer.data(), buffer.size(), &found) == 0 && found && entry.pw_uid != 0)
        return from(entry, true);
    throw EmbeddedError("as root the embedded database runs under the account postgres, which does not exist: "
                        "apt install postgresql, or: adduser --system --group postgres");
}

bool become(const PostgresAccount& account) noexcept
{
    if (!account.drop) return true;
    return ::setgroups(0, nullptr) == 0 && ::setgid(account.gid) == 0 && ::setuid(account.uid) == 0;
}

std::string first_closed(const PostgresAccount& account, const std::string& path)
{
    if (!account.drop) return {};
    std::vector<std::string> directories;  // made before the fork: the child may not allocate
    std::filesystem::path so_far;
    for (const auto& part : std::filesystem::path(path)) directories.push_back((so_far /= part).string());
    constexpr int all_open = 255;
    const pid_t child = ::fork();
    if (child == 0) {
        if (!become(account)) ::_exit(all_open);
        int at = 0;
        for (const auto& directory : directories) {
            if (::access(directory.c_str(), X_OK) != 0) ::_exit(at);
            ++at;
        }
        ::_exit(all_open);
    }
    int status = 0;
    while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    const auto at = child > 0 && WIFEXITED(status) ? static_cast<std::size_t>(WEXITSTATUS(status)) : directories.size();
    return at < directories.size() ? directories[at] : "";
}

}  // namespace io
