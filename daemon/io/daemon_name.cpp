#include "daemon/io/daemon_name.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <sys/random.h>
#include <unistd.h>

namespace io {
namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t length = 32;

std::string drawn()
{
    std::array<unsigned char, length / 2> octets{};
    if (::getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size()))
        throw std::runtime_error(std::string{"no random numbers: "} + std::strerror(errno));
    std::string name;
    for (const auto octet : octets) name += {digits[octet >> 4], digits[octet & 15]};
    return name;
}

} // namespace

std::string daemon_name(const std::string& state_directory)
{
    const auto path = state_directory + "/daemon";
    std::string name;
    std::ifstream(path) >> name;
    if (name.size() == length && name.find_first_not_of(digits) == std::string::npos) return name;
    // Written whole or not at all: half a name would be another one at the next start.
    name = drawn();
    const auto fresh = path + ".new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    const auto line = name + '\n';
    const bool written =
        file >= 0 && ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (!written || ::rename(fresh.c_str(), path.c_str()) != 0)
        throw std::runtime_error(path + " cannot be made: " + std::strerror(errno));
    return name;
}

} // namespace io
