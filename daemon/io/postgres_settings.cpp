// daemon/io/postgres_settings.cpp - no TCP port, one socket, two roles, safe commits.
#include "daemon/io/postgres_settings.hpp"

#include "daemon/io/embedded_postgres.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace io {
namespace {

constexpr std::string_view written_by_us =
    "# Written by porteirod at every start; settings of your own go into local.conf beside this file.\n";

/// For postgresql.conf: quotes doubled, backslashes too.
std::string quoted(std::string_view text)
{
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') result += c;
        result += c;
    }
    return result + '\'';
}

std::string server_settings(const ClusterPaths& paths)
{
    return fmt::format(R"({}listen_addresses = ''
port = 5432
unix_socket_directories = {}
unix_socket_permissions = 0700
hba_file = {}
ident_file = {}
cluster_name = 'porteiro'
max_connections = 50
shared_buffers = 128MB
jit = off
fsync = on
full_page_writes = on
synchronous_commit = on
wal_level = replica
max_wal_size = 1GB
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = {}
log_filename = 'postgres-%a.log'
log_file_mode = 0600
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %q%u@%d '
log_checkpoints = off
log_min_error_statement = panic
include_if_exists = 'local.conf'
)",
                       written_by_us, quoted(paths.run), quoted(paths.conf + "/pg_hba.conf"),
                       quoted(paths.conf + "/pg_ident.conf"), quoted(paths.log));
}

/// Who may be which role: the account of the database, and root when the daemon is root.
std::string identities(const PostgresAccount& account)
{
    std::string text{written_by_us};
    for (const char* role : {"postgres", "porteiro"}) {
        text += fmt::format("porteiro \"{}\" {}\n", account.name, role);
        if (account.drop) text += fmt::format("porteiro root {}\n", role);
    }
    return text;
}

void write_file(const std::string& directory, const std::string& name, const std::string& text)
{
    const auto path = directory + '/' + name, fresh = path + ".new";
    const auto fail = [&] { throw EmbeddedError(path + ": cannot be written: " + std::strerror(errno)); };
    ::unlink(fresh.c_str());
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (file < 0) fail();
    const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fchmod(file, 0644) == 0 && ::fsync(file) == 0;
    ::close(file);
    if (!written || ::rename(fresh.c_str(), path.c_str()) != 0) fail();
}

}  // namespace

void write_settings(const ClusterPaths& paths, const PostgresAccount& account)
{
    write_file(paths.conf, "postgresql.conf", server_settings(paths));
    write_file(paths.conf, "pg_hba.conf",
               fmt::format("{}local all postgres,porteiro peer map=porteiro\n", written_by_us));
    write_file(paths.conf, "pg_ident.conf", identities(account));
}

}  // namespace io
