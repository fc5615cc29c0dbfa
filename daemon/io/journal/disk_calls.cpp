#include "daemon/io/journal/disk_calls.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <limits>

namespace io::journal {

ssize_t DiskCalls::read(int file, std::span<std::uint8_t> to, std::uint64_t offset)
{
    return ::pread(file, to.data(), to.size(), static_cast<off_t>(offset));
}

ssize_t DiskCalls::write(int file, std::span<const std::uint8_t> from, std::uint64_t offset)
{
    return ::pwrite(file, from.data(), from.size(), static_cast<off_t>(offset));
}

int DiskCalls::sync(int file) { return ::fdatasync(file); }

int DiskCalls::create(const std::string& path)
{
    return ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}

int DiskCalls::allocate(int file, std::uint64_t octets)
{
    do errno = ::posix_fallocate(file, 0, static_cast<off_t>(octets));
    while (errno == EINTR);
    return errno == 0 ? 0 : -1;
}

int DiskCalls::rename(const std::string& from, const std::string& to) { return std::rename(from.c_str(), to.c_str()); }

int DiskCalls::sync_folder(const std::string& path)
{
    const File folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return folder ? ::fsync(folder.get()) : -1;
}

std::uint64_t DiskCalls::free_octets(const std::string& folder)
{
    struct statvfs space{};
    if (::statvfs(folder.c_str(), &space) != 0) return std::numeric_limits<std::uint64_t>::max();
    return std::uint64_t{space.f_bavail} * space.f_frsize;
}

File& File::operator=(File&& other) noexcept
{
    if (this == &other) return *this;
    close();
    descriptor_ = other.descriptor_;
    other.descriptor_ = -1;
    return *this;
}

void File::close() noexcept
{
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

bool write_whole(DiskCalls& disk, int file, std::span<const std::uint8_t> octets, std::uint64_t offset)
{
    while (!octets.empty()) {
        const auto written = disk.write(file, octets, offset);
        if (written < 0 && errno == EINTR) continue;
        if (written == 0) errno = ENOSPC;
        if (written <= 0) return false;
        octets = octets.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return true;
}

File open_for_reading(const std::string& path) { return File{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)}; }

} // namespace io::journal
