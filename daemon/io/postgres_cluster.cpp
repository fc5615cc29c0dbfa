// daemon/io/postgres_cluster.cpp - directories, initdb, command lines.
#include "daemon/io/postgres_cluster.hpp"

#include "daemon/io/embedded_postgres.hpp"
#include "daemon/io/postgres_settings.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace io {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view half_made = "data.new.";

[[noreturn]] void fail(const std::string& path, const std::string& what)
{
    throw EmbeddedError(path + ": " + what + ": " + std::strerror(errno));
}

/// FNV-1a: the same name for the same state directory in every version of this program.
std::uint64_t hash_of(std::string_view text)
{
    std::uint64_t hash = 14695981039346656037U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return hash;
}

bool serves_as_socket_directory(const std::string& path)
{
    constexpr std::string_view file = "/.s.PGSQL.5432";
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::strchr("/._-+", c);
    };
    return path.size() + file.size() < sizeof(sockaddr_un::sun_path) && std::ranges::all_of(path, plain);
}

/// A directory of `owner` with exactly `mode`; one that is there must be a directory of theirs.
void own_directory(const std::string& path, uid_t owner, gid_t group, mode_t mode)
{
    const bool made = ::mkdir(path.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) fail(path, "cannot be made");
    const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0) fail(path, "is not a directory that we may use");
    struct stat found{};
    const bool given = !made || owner == ::geteuid() || ::fchown(directory, owner, group) == 0;
    const bool done = given && ::fstat(directory, &found) == 0 &&
                      (found.st_uid != owner || (found.st_mode & 07777) == mode || ::fchmod(directory, mode) == 0);
    const int error = errno;
    ::close(directory);
    errno = error;
    if (!done) fail(path, "cannot be given its owner and mode");
    if (found.st_uid != owner)
        throw EmbeddedError(
            fmt::format("{} belongs to uid {} instead of {}: chown -R it, or run porteirod as that account", path,
                        found.st_uid, owner));
}

}  // namespace

ClusterPaths cluster_paths(const std::string& state_directory, uid_t owner)
{
    ClusterPaths paths;
    paths.root = state_directory + "/postgres";
    paths.data = paths.root + "/data";
    paths.conf = paths.root + "/conf";
    paths.log = paths.root + "/log";
    paths.run = paths.root + "/run";
    if (!serves_as_socket_directory(paths.run))
        paths.run = fmt::format("/tmp/porteiro-{:016x}-{}", hash_of(state_directory), owner);
    paths.start_output = paths.log + "/start.log";
    paths.initdb_output = paths.log + "/initdb.log";
    return paths;
}

void prepare_cluster(const ClusterPaths& paths, const PostgresAccount& account)
{
    struct stat found{};
    const auto state = fs::path(paths.root).parent_path().string();
    // The state directory is ours; the account must be able to pass it, not to look into it.
    if (account.drop && ::stat(state.c_str(), &found) == 0 && found.st_uid == 0 && !(found.st_mode & S_IXOTH))
        static_cast<void>(!::chmod(state.c_str(), (found.st_mode & 07777) | S_IXOTH));
    const bool there = ::lstat(paths.root.c_str(), &found) == 0;
    const uid_t root_owner = there && found.st_uid == account.uid ? account.uid : ::geteuid();
    own_directory(paths.root, root_owner, account.gid, account.drop ? 0711 : 0700);
    if (const auto closed = first_closed(account, paths.root); !closed.empty())
        throw EmbeddedError(fmt::format("the embedded database runs as {}, which cannot pass through {}: chmod o+x {}, "
                                        "or choose another state_directory",
                                        account.name, closed, closed));
    own_directory(paths.conf, root_owner, account.gid, account.drop ? 0755 : 0700);
    own_directory(paths.log, account.uid, account.gid, 0700);
    own_directory(paths.run, account.uid, account.gid, 0700);
    write_settings(paths, account);
}

bool has_data(const ClusterPaths& paths, const PostgresAccount& account)
{
    struct stat found{};
    if (::lstat(paths.data.c_str(), &found) != 0) {
        if (errno == ENOENT) return false;
        fail(paths.data, "cannot be looked at");
    }
    if (found.st_uid != account.uid)
        throw EmbeddedError(fmt::format("{} belongs to uid {} instead of {}: chown -R {} {}", paths.data, found.st_uid,
                                        account.uid, account.name, paths.data));
    if (!fs::exists(paths.data + "/PG_VERSION"))
        throw EmbeddedError(paths.data + " holds no PostgreSQL database (there is no PG_VERSION in it): move it away");
    return true;
}

std::string begin_data(const ClusterPaths& paths, const PostgresAccount& account)
{
    for (const auto& entry : fs::directory_iterator(paths.root)) {
        std::error_code ignored;
        if (entry.path().filename().string().starts_with(half_made)) fs::remove_all(entry.path(), ignored);
    }
    // A name of its own: the initdb of a killed daemon may still be at work on the one before.
    std::string made = paths.root + '/' + std::string{half_made} + "XXXXXX";
    if (!::mkdtemp(made.data())) fail(made, "cannot be made");
    if (account.drop && ::lchown(made.c_str(), account.uid, account.gid) != 0) fail(made, "cannot be given away");
    return made;
}

void finish_data(const ClusterPaths& paths, const std::string& made)
{
    if (::rename(made.c_str(), paths.data.c_str()) != 0) fail(made, "cannot be renamed to data");
    const int directory = ::open(paths.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return;
    ::fsync(directory);
    ::close(directory);
}

Command initdb_command(const std::string& binaries, const std::string& made, const ClusterPaths& paths)
{
    const auto utf8 = ::newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
    const std::string locale = utf8 ? "C.UTF-8" : "C";
    if (utf8) ::freelocale(utf8);
    return {{binaries + "/initdb", "-D", made, "-U", "postgres", "--encoding=UTF8", "--locale=" + locale,
             "--data-checksums", "--auth-local=peer", "--auth-host=reject"},
            paths.initdb_output};
}

Command postgres_command(const std::string& binaries, const ClusterPaths& paths)
{
    return {{binaries + "/postgres", "-D", paths.data, "-c", "config_file=" + paths.conf + "/postgresql.conf"},
            paths.start_output};
}

std::string cluster_connection(const ClusterPaths& paths, const std::string& role, const std::string& database)
{
    // serves_as_socket_directory() left nothing in the path that would need quotes.
    return "host=" + paths.run + " port=5432 user=" + role + " dbname=" + database;
}

}  // namespace io
