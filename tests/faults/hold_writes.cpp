// tests/faults/hold_writes.cpp - preloaded into a daemon, it keeps beside the folder HELD_FOLDER what of it would be
// left after a power loss: contents as of each file's last fdatasync or fsync, names as of the folder's last fsync
// (fsync(2): a file's own fsync says nothing of the entry in its folder). HELD_REMAINS gets a file for each inode,
// named by its number, and "names", a line "NAME INODE" each. Not the drive's own cache: fdatasync itself is believed.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

namespace {

struct Range {
    std::int64_t begin = 0, end = 0;
};

std::mutex guard;
std::map<ino_t, Range> unsynced;

const std::string& folder()
{
    static const std::string path = std::getenv("HELD_FOLDER") ? std::getenv("HELD_FOLDER") : "";
    return path;
}

std::string remains_of(const std::string& name) { return std::string(std::getenv("HELD_REMAINS")) + '/' + name; }

/// Its path when it is the folder or in it.
std::string held_path(int file)
{
    std::array<char, 4096> path;
    const auto octets = ::readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path.data(), path.size());
    const std::string found(path.data(), static_cast<std::size_t>(std::max<ssize_t>(octets, 0)));
    return !folder().empty() && found.starts_with(folder()) ? found : std::string{};
}

template <class Call>
Call* real(const char* name)
{
    return reinterpret_cast<Call*>(::dlsym(RTLD_NEXT, name));
}

void keep_names()
{
    std::ofstream names(remains_of("names.tmp"));
    auto* list = ::opendir(folder().c_str());
    while (const auto* entry = list ? ::readdir(list) : nullptr)
        if (entry->d_name[0] != '.') names << entry->d_name << ' ' << entry->d_ino << '\n';
    if (list) ::closedir(list);
    names.close();
    ::rename(remains_of("names.tmp").c_str(), remains_of("names").c_str());
}

/// Small files whole, large ones what pwrite() has changed since the last time.
void keep_content(int file, const struct stat& status)
{
    constexpr off_t small = 64 * 1024;
    auto range = unsynced[status.st_ino];
    if (status.st_size < small) range = {0, status.st_size};
    const int copy = ::open(remains_of(std::to_string(status.st_ino)).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    std::array<char, 65536> buffer;
    for (auto at = range.begin; at < range.end;) {
        const auto most = std::min<std::int64_t>(range.end - at, buffer.size());
        const auto octets = ::pread(file, buffer.data(), static_cast<std::size_t>(most), at);
        if (octets <= 0) break;
        if (real<decltype(::pwrite)>("pwrite")(copy, buffer.data(), static_cast<std::size_t>(octets), at) != octets)
            std::abort();
        at += octets;
    }
    if (copy < 0 || ::ftruncate(copy, status.st_size) != 0) std::abort();
    ::close(copy);
    unsynced.erase(status.st_ino);
}

int sync(int file, const char* name)
{
    const int result = real<int(int)>(name)(file);
    struct stat status{};
    if (result != 0 || held_path(file).empty() || ::fstat(file, &status) != 0) return result;
    const std::lock_guard lock(guard);
    if (S_ISDIR(status.st_mode))
        keep_names();
    else
        keep_content(file, status);
    return result;
}

} // namespace

extern "C" int fdatasync(int file) { return sync(file, "fdatasync"); }
extern "C" int fsync(int file) { return sync(file, "fsync"); }

extern "C" ssize_t pwrite(int file, const void* octets, size_t count, off_t offset)
{
    struct stat status{};
    if (!held_path(file).empty() && ::fstat(file, &status) == 0) {
        const std::lock_guard lock(guard);
        auto [at, fresh] = unsynced.try_emplace(status.st_ino, Range{offset, offset});
        at->second.begin = std::min(at->second.begin, std::int64_t{offset});
        at->second.end = std::max(at->second.end, std::int64_t{offset} + static_cast<std::int64_t>(count));
    }
    return real<decltype(::pwrite)>("pwrite")(file, octets, count, offset);
}

/// A new file: what an earlier one of that inode held is not its content.
extern "C" int posix_fallocate(int file, off_t offset, off_t octets)
{
    struct stat status{};
    if (!held_path(file).empty() && ::fstat(file, &status) == 0) {
        const std::lock_guard lock(guard);
        unsynced.erase(status.st_ino);
        ::unlink(remains_of(std::to_string(status.st_ino)).c_str());
    }
    return real<decltype(::posix_fallocate)>("posix_fallocate")(file, offset, octets);
}
