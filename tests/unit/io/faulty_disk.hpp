// tests/unit/io/faulty_disk.hpp - a disk whose calls fail as a test says. As with a real one, octets whose fdatasync
// failed may be gone although a later fdatasync of the same file succeeds: here they always are.
#pragma once

#include "daemon/io/journal/disk_calls.hpp"

#include <unistd.h>

#include <cerrno>
#include <map>
#include <mutex>
#include <set>
#include <vector>

struct Fault {
    int error = 0; ///< 0: a write that writes half, any other call as usual
    std::size_t times = 1; ///< so many calls in a row
};

class FaultyDisk : public io::journal::DiskCalls {
public:
    /// From the k-th call on; reading and asking for the free space are none.
    void fail(std::size_t k, Fault fault)
    {
        const std::lock_guard lock{mutex_};
        first_ = k;
        fault_ = fault;
    }
    void fail_next_sync(int error)
    {
        const std::lock_guard lock{mutex_};
        sync_error_ = error;
    }
    /// So many octets are free.
    void space(std::uint64_t octets)
    {
        const std::lock_guard lock{mutex_};
        space_ = octets;
    }
    std::size_t failed() const
    {
        const std::lock_guard lock{mutex_};
        return failed_;
    }
    /// Successful ones of a file that had a failed one.
    std::size_t synced_after_failure() const
    {
        const std::lock_guard lock{mutex_};
        return synced_after_failure_;
    }

    ssize_t write(int file, std::span<const std::uint8_t> from, std::uint64_t offset) override
    {
        const std::lock_guard lock{mutex_};
        const bool fails = next_fails();
        if (fails && fault_.error != 0) return errno = fault_.error, -1;
        if (fails) from = from.first((from.size() + 1) / 2);
        unsynced_[file].push_back({offset, from.size()});
        return DiskCalls::write(file, from, offset);
    }
    int sync(int file) override
    {
        const std::lock_guard lock{mutex_};
        auto error = next_fails() ? fault_.error : 0;
        if (error == 0) std::swap(error, sync_error_);
        if (error == 0) {
            synced_after_failure_ += lost_.contains(file);
            unsynced_[file].clear();
            return 0; // the kernel has them, which is all that a test can see
        }
        for (const auto& [offset, octets] : unsynced_[file])
            DiskCalls::write(file, std::vector<std::uint8_t>(octets, 0), offset);
        unsynced_[file].clear();
        lost_.insert(file);
        errno = error;
        return -1;
    }
    int create(const std::string& path) override
    {
        const std::lock_guard lock{mutex_};
        if (fails_with_error()) return -1;
        const auto file = DiskCalls::create(path);
        unsynced_.erase(file); // the number of a file that was closed
        lost_.erase(file);
        return file;
    }
    int allocate(int file, std::uint64_t octets) override
    {
        const std::lock_guard lock{mutex_};
        if (octets > space_) return errno = ENOSPC, -1;
        return fails_with_error() ? -1 : DiskCalls::allocate(file, octets);
    }
    int rename(const std::string& from, const std::string& to) override
    {
        const std::lock_guard lock{mutex_};
        return fails_with_error() ? -1 : DiskCalls::rename(from, to);
    }
    int sync_folder(const std::string&) override
    {
        const std::lock_guard lock{mutex_};
        return fails_with_error() ? -1 : 0;
    }
    std::uint64_t free_octets(const std::string&) override
    {
        const std::lock_guard lock{mutex_};
        return space_;
    }

private:
    bool next_fails()
    {
        ++calls_;
        const bool fails = first_ != 0 && calls_ >= first_ && calls_ < first_ + fault_.times;
        failed_ += fails;
        return fails;
    }
    bool fails_with_error()
    {
        if (!next_fails() || fault_.error == 0) return false;
        errno = fault_.error;
        return true;
    }

    struct Stretch {
        std::uint64_t offset;
        std::size_t octets;
    };
    mutable std::mutex mutex_;
    std::size_t first_ = 0, calls_ = 0, failed_ = 0, synced_after_failure_ = 0;
    Fault fault_;
    int sync_error_ = 0;
    std::uint64_t space_ = std::uint64_t{1} << 40;
    std::map<int, std::vector<Stretch>> unsynced_;
    std::set<int> lost_;
};
