// daemon/io/state_lock.cpp - flock on STATE/lock, which holds the owner's process id for the other's message.
#include "daemon/io/state_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace io {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what)
{
    throw std::runtime_error(path + ": " + what + ": " + std::strerror(errno));
}

void make_directory(const std::string& path)
{
    const bool root = ::geteuid() == 0;
    const mode_t mode = root ? 0711 : 0700;
    if (::mkdir(path.c_str(), mode) == 0) {
        if (::chmod(path.c_str(), mode) != 0) fail(path, "cannot set the mode of the state directory"); // despite umask
        return;
    }
    if (errno != EEXIST) fail(path, "cannot make the state directory");
}

std::string owner_of(int descriptor)
{
    char text[16] = {};
    const auto octets = ::pread(descriptor, text, sizeof text - 1, 0);
    std::string pid(text, octets > 0 ? static_cast<std::size_t>(octets) : 0);
    pid = pid.substr(0, pid.find_first_not_of("0123456789"));
    return pid.empty() ? "" : " (pid " + pid + ")";
}

} // namespace

StateLock::StateLock(const std::string& state_directory)
{
    make_directory(state_directory);
    const auto path = state_directory + "/lock";
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0) fail(path, "cannot be opened");
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {
        const auto pid = std::to_string(::getpid()) + '\n';
        if (::ftruncate(descriptor_, 0) == 0 && ::pwrite(descriptor_, pid.data(), pid.size(), 0) > 0) return;
    }
    const int error = errno;
    const auto owner = error == EWOULDBLOCK ? owner_of(descriptor_) : "";
    ::close(descriptor_);
    errno = error;
    if (error != EWOULDBLOCK) fail(path, "cannot be locked");
    throw std::runtime_error("another porteirod" + owner + " uses " + state_directory);
}

StateLock::~StateLock() { ::close(descriptor_); }

} // namespace io
