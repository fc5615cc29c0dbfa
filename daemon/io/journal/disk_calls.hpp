// daemon/io/journal/disk_calls.hpp - what the journal asks of the disk, in one place, so that tests can let any call
// fail. As the system calls: -1 and errno when it did not work.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>

namespace io::journal {

class DiskCalls {
public:
    virtual ~DiskCalls() = default;

    virtual ssize_t read(int file, std::span<std::uint8_t> to, std::uint64_t offset);
    virtual ssize_t write(int file, std::span<const std::uint8_t> from, std::uint64_t offset);
    virtual int sync(int file); ///< fdatasync
    virtual int create(const std::string& path); ///< a new file, 0600
    virtual int allocate(int file, std::uint64_t octets); ///< as long as that, with all its space
    virtual int rename(const std::string& from, const std::string& to);
    virtual int sync_folder(const std::string& path);
    virtual std::uint64_t free_octets(const std::string& folder); ///< for us; the highest number: not known
};

/// Closes what it holds.
class File {
public:
    File() noexcept = default;
    explicit File(int descriptor) noexcept : descriptor_(descriptor) {}
    ~File() { close(); }
    File(File&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
    File& operator=(File&& other) noexcept;

    explicit operator bool() const noexcept { return descriptor_ >= 0; }
    int get() const noexcept { return descriptor_; }
    void close() noexcept;

private:
    int descriptor_ = -1;
};

/// All of it, however many calls that takes; else false and errno.
bool write_whole(DiskCalls& disk, int file, std::span<const std::uint8_t> octets, std::uint64_t offset);
File open_for_reading(const std::string& path);

} // namespace io::journal
