#include "daemon/io/journal/position.hpp"

#include "daemon/io/journal/checksum.hpp"
#include "daemon/io/journal/disk_calls.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace io::journal {
namespace {

std::string position_path(const std::string& folder) { return folder + "/position"; }

std::string text_of(const Position& position)
{
    const auto checked = fmt::format("{}\n{}", position.sequence, position.note);
    const auto check = crc32c({reinterpret_cast<const std::uint8_t*>(checked.data()), checked.size()});
    return fmt::format("{} {:08x}\n{}", position.sequence, check, position.note);
}

bool write_file(const std::string& path, const std::string& text)
{
    const File file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file) return false;
    const auto octets = ::write(file.get(), text.data(), text.size());
    if (octets >= 0 && static_cast<std::size_t>(octets) < text.size()) errno = ENOSPC;
    return octets == static_cast<ssize_t>(text.size()) && ::fsync(file.get()) == 0;
}

} // namespace

std::optional<Position> read_position(const std::string& folder)
{
    std::array<char, 1024> buffer;
    const auto file = open_for_reading(position_path(folder));
    const auto octets = file ? ::read(file.get(), buffer.data(), buffer.size()) : -1;
    if (octets <= 0) return std::nullopt;
    const std::string text(buffer.data(), static_cast<std::size_t>(octets));
    Position position;
    std::from_chars(text.data(), text.data() + text.size(), position.sequence);
    if (const auto line = text.find('\n'); line != text.npos) position.note = text.substr(line + 1);
    if (position.sequence > last_sequence || text_of(position) != text) return std::nullopt;
    return position;
}

void write_position(const std::string& folder, const Position& position)
{
    const auto path = position_path(folder), fresh = path + ".tmp";
    if (write_file(fresh, text_of(position)) && std::rename(fresh.c_str(), path.c_str()) == 0) return;
    throw std::runtime_error(path + ": cannot be written: " + std::strerror(errno));
}

} // namespace io::journal
