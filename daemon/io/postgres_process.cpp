// daemon/io/postgres_process.cpp - fork and exec; /proc.
#include "daemon/io/postgres_process.hpp"

#include "daemon/io/embedded_postgres.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <sstream>

namespace io {
namespace {

namespace fs = std::filesystem;

constexpr const char* environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", nullptr};

/// After fork(), before exec(): nothing that allocates or locks.
[[noreturn]] void become_program(char* const* words, const char* output, const PostgresAccount& account)
{
    ::setsid();
    ::umask(077);
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (nothing < 0 || ::dup2(nothing, 0) < 0 || !become(account) || ::chdir("/") != 0) ::_exit(126);
    const int said = ::open(output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, 0600);
    if (said < 0 || ::dup2(said, 1) < 0 || ::dup2(said, 2) < 0) ::_exit(126);
    ::close_range(3, ~0U, 0);
    ::execve(words[0], words, const_cast<char* const*>(environment));
    constexpr char problem[] = "cannot be executed\n";
    static_cast<void>(!::write(2, problem, sizeof problem - 1));
    ::_exit(127);
}

/// At most `limit` octets of a file that another account may write; nothing of what it may link to.
std::string read_start(const std::string& path, std::size_t limit)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) return {};
    std::string text(limit, '\0');
    const auto octets = ::read(descriptor, text.data(), text.size());
    ::close(descriptor);
    text.resize(octets > 0 ? static_cast<std::size_t>(octets) : 0);
    return text;
}

std::string proc(pid_t pid, const char* name) { return "/proc/" + std::to_string(pid) + '/' + name; }

/// 1: the process works in `data`; 0: it does not, or has ended; -1: we are not told (another account's, in some
/// containers).
int works_in(pid_t pid, const struct stat& data)
{
    struct stat directory{};
    if (::stat(proc(pid, "cwd").c_str(), &directory) != 0) return errno == EACCES ? -1 : 0;
    return directory.st_dev == data.st_dev && directory.st_ino == data.st_ino ? 1 : 0;
}

}  // namespace

pid_t spawn(const Command& command, const PostgresAccount& account)
{
    std::vector<char*> words;
    for (const auto& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) become_program(words.data(), command.output.c_str(), account);
    if (child < 0) throw EmbeddedError("no process for " + command.words.front() + ": " + std::strerror(errno));
    return child;
}

std::optional<int> take_exit(pid_t child)
{
    int status = 0;
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    return {};
}

std::string told(int status)
{
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                               : "exit " + std::to_string(WEXITSTATUS(status));
}

std::optional<PidFile> read_pid_file(const std::string& data)
{
    // PostgreSQL's miscadmin.h: pid, data directory, start time, port, socket directory, address, shared memory,
    // status.
    constexpr std::size_t status_line = 7;
    std::istringstream text(read_start(data + "/postmaster.pid", 4096));
    PidFile file;
    std::string line;
    for (std::size_t n = 0; std::getline(text, line); ++n) {
        if (n == 0) std::from_chars(line.data(), line.data() + line.size(), file.pid);
        if (n == status_line) file.ready = line.starts_with("ready");
    }
    if (file.pid <= 1) return {};
    return file;
}

bool is_postgres_of(pid_t pid, const std::string& data)
{
    struct stat directory{};
    if (::stat(data.c_str(), &directory) != 0) return false;
    const int works = works_in(pid, directory);
    if (works == 0) return false;
    std::error_code error;
    const auto program = fs::read_symlink(proc(pid, "exe"), error);
    if (!error) return works == 1 && program.filename().string().starts_with("postgres");
    if (error != std::errc::permission_denied) return false;
    // What everybody may see: its name, and the words that spawn() gave it.
    const auto words = read_start(proc(pid, "cmdline"), 4096);
    return read_start(proc(pid, "comm"), 16) == "postgres\n" && words.find('\0' + data + '\0') != std::string::npos;
}

bool is_in_use(const std::string& data)
{
    struct stat directory{};
    if (::stat(data.c_str(), &directory) != 0) return false;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/proc", error)) {
        const auto name = entry.path().filename().string();
        pid_t pid = 0;
        const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (problem == std::errc{} && end == name.data() + name.size() && works_in(pid, directory) == 1) return true;
    }
    return false;
}

std::string last_words(const std::string& output)
{
    std::istringstream text(read_start(output, 65536));
    std::string last, grave;
    for (std::string line; std::getline(text, line);) {
        if (line.empty() || line.find("HINT:  ") != line.npos) continue;
        last = line;
        for (const char* level : {"FATAL:  ", "PANIC:  ", "initdb: error: "})
            if (const auto at = line.find(level); at != line.npos) grave = line.substr(at + std::strlen(level));
    }
    if (!grave.empty()) return grave;
    return last.empty() ? "it said nothing" : last;
}

}  // namespace io
