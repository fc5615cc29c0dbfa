// daemon/io/program.cpp
#include "daemon/io/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace io {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t most_octets = 4096;

/// Both ends of a pipe, closed at the end.
struct Pipe {
    std::array<int, 2> ends{-1, -1};
    explicit Pipe(bool& made) { made = made && ::pipe2(ends.data(), O_CLOEXEC) == 0; }
    ~Pipe()
    {
        close(0);
        close(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void close(std::size_t end)
    {
        if (ends[end] >= 0) ::close(ends[end]);
        ends[end] = -1;
    }
};

/// After fork(), before exec(): nothing that allocates or locks.
[[noreturn]] void become_program(const char* path, int in, int out, int err)
{
    ::setsid(); // so that it can be ended with all that it started
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) ::_exit(126);
    ::close_range(3, ~0U, 0);
    ::execl(path, path, static_cast<char*>(nullptr));
    constexpr char problem[] = "cannot be executed\n";
    static_cast<void>(!::write(2, problem, sizeof problem - 1));
    ::_exit(127);
}

/// What is there now; false at the end.
bool take(int descriptor, std::string& text)
{
    std::array<char, 1024> buffer{};
    const auto octets = ::read(descriptor, buffer.data(), buffer.size());
    if (octets < 0) return errno == EINTR || errno == EAGAIN;
    const auto room = most_octets - std::min(most_octets, text.size());
    text.append(buffer.data(), std::min(room, static_cast<std::size_t>(octets)));
    return octets > 0;
}

struct Talk {
    Pipe& in;
    Pipe& out;
    Pipe& err;
    std::string_view input;

    /// Whether anything was to be exchanged within a while.
    bool exchange(Ran& ran)
    {
        std::array<pollfd, 3> wanted{{{in.ends[1], POLLOUT, 0}, {out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
        const bool silent = out.ends[0] < 0 && err.ends[0] < 0;
        const int a_while_ms = silent ? 5 : 20; // then it is asked whether the program has ended
        if (::poll(wanted.data(), wanted.size(), a_while_ms) <= 0) return false;
        if (wanted[0].revents != 0) give();
        if (wanted[1].revents != 0 && !take(out.ends[0], ran.out)) out.close(0);
        if (wanted[2].revents != 0 && !take(err.ends[0], ran.err)) err.close(0);
        return true;
    }
    void give()
    {
        const auto octets = input.empty() ? 0 : ::write(in.ends[1], input.data(), input.size());
        if (octets > 0) input.remove_prefix(static_cast<std::size_t>(octets));
        // a program that does not read all of it is not at fault
        if (input.empty() || (octets < 0 && errno != EINTR && errno != EAGAIN)) in.close(1);
    }
};

} // namespace

Ran run_program(const std::string& path, const std::string& input, std::chrono::milliseconds longest,
                const std::function<bool()>& stopping)
{
    Ran ran;
    bool made = true;
    Pipe in(made), out(made), err(made);
    const pid_t child = made ? ::fork() : -1;
    if (child == 0) become_program(path.c_str(), in.ends[0], out.ends[1], err.ends[1]);
    if (child < 0) {
        ran.err = std::string{"no process for it: "} + std::strerror(errno);
        return ran;
    }
    in.close(0);
    out.close(1);
    err.close(1);
    ::fcntl(in.ends[1], F_SETFL, O_NONBLOCK);
    const auto until = Clock::now() + longest;
    int status = 0;
    bool ended = false;
    const auto over = [&] { return Clock::now() >= until || stopping(); };
    for (Talk talk{in, out, err, input}; !over();) {
        ended = ended || ::waitpid(child, &status, WNOHANG) == child;
        if (!talk.exchange(ran) && ended) break;
    }
    if (!ended && ::waitpid(child, &status, WNOHANG) != child) {
        ::kill(-child, SIGKILL); // all that it started; it may be too young to lead them
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        ran.err = stopping() ? std::string{"was ended, since the daemon stops"}
                             : "took longer than " + std::to_string(longest.count() / 1000) + " s and was ended";
    } else if (WIFEXITED(status)) {
        ran.status = WEXITSTATUS(status);
    } else {
        ran.err = "ended by signal " + std::to_string(WTERMSIG(status));
    }
    return ran;
}

} // namespace io
