// daemon/io/snapshot_file.cpp - temporary file, fsync, rename, fsync of the folder; then one write and one fdatasync
// for each piece, so that only the last one can be torn.
#include "daemon/io/snapshot_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace io {
namespace {

constexpr std::size_t least_limit_octets = 1 << 20;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

class Descriptor {
public:
    Descriptor(const std::string& path, int flags, mode_t mode = 0)
        : descriptor_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode))
    {
    }
    ~Descriptor()
    {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    bool is_open() const noexcept { return descriptor_ >= 0; }
    int get() const noexcept { return descriptor_; }
    int release() noexcept { return std::exchange(descriptor_, -1); }

private:
    int descriptor_;
};

void write_all(int descriptor, std::span<const std::uint8_t> octets)
{
    while (!octets.empty()) {
        const auto put = ::write(descriptor, octets.data(), octets.size());
        if (put < 0 && errno != EINTR) fail("cannot be written");
        if (put > 0) octets = octets.subspan(static_cast<std::size_t>(put));
    }
}

void sync_folder_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    const Descriptor folder{slash == path.npos ? "." : path.substr(0, slash + 1), O_RDONLY | O_DIRECTORY};
    if (!folder.is_open() || ::fsync(folder.get()) != 0) fail("its folder cannot be synced");
}

enum class Sync { later, each_piece };

/// How many octets it wrote.
std::size_t write_batch(int descriptor, PieceSealer& pieces, Batch& batch, SystemTime as_of, Sync sync)
{
    std::size_t octets = 0;
    for (auto& clear : batch.pieces()) {
        const bool last = &clear == &batch.pieces().back();
        const auto piece = pieces.piece(last ? PieceSealer::Kind::whole : PieceSealer::Kind::more, clear, as_of);
        write_all(descriptor, piece);
        if (sync == Sync::each_piece && ::fdatasync(descriptor) != 0) fail("cannot be synced");
        octets += piece.size();
    }
    return octets;
}

} // namespace

void SnapshotFile::write_anew(Batch entries, SystemTime as_of)
{
    const auto temporary = path_ + ".new";
    if (::unlink(temporary.c_str()) != 0 && errno != ENOENT) fail("an old file is in its way");
    Descriptor made{temporary, O_RDWR | O_CREAT | O_EXCL, 0600};
    if (!made.is_open()) fail("cannot be made");
    PieceSealer pieces{sealer_};
    std::size_t octets = 0;
    try {
        write_all(made.get(), pieces.header());
        octets = write_batch(made.get(), pieces, entries, as_of, Sync::later);
        if (::fsync(made.get()) != 0) fail("cannot be synced");
        if (::rename(temporary.c_str(), path_.c_str()) != 0) fail("cannot be renamed");
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    close();
    descriptor_ = made.release();
    pieces_.emplace(std::move(pieces));
    appended_octets_ = 0;
    limit_octets_ = std::max(least_limit_octets, octets);
    sync_folder_of(path_);
}

void SnapshotFile::append(Batch& changes, SystemTime as_of)
{
    appended_octets_ += write_batch(descriptor_, *pieces_, changes, as_of, Sync::each_piece);
}

bool SnapshotFile::compact(const Batch& changes, SystemTime as_of)
{
    const auto octets = octets_of_file(path_);
    if (!octets) return false;
    const auto contents = read_snapshot(*octets, sealer_);
    if (!contents) return false;
    changes.apply_to(*contents->directory);
    write_anew(batch_of(*contents->directory), as_of);
    return true;
}

bool SnapshotFile::remove() noexcept
{
    close();
    return ::unlink(path_.c_str()) == 0 || errno == ENOENT;
}

void SnapshotFile::close() noexcept
{
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::optional<std::vector<std::uint8_t>> octets_of_file(const std::string& path)
{
    const Descriptor file{path, O_RDONLY | O_NONBLOCK}; // a FIFO must not hold us up
    if (!file.is_open() && errno == ENOENT) return std::nullopt;
    struct ::stat status{};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0) fail("cannot be opened");
    if (!S_ISREG(status.st_mode)) throw std::system_error(EINVAL, std::generic_category(), "no regular file");
    std::vector<std::uint8_t> octets(static_cast<std::size_t>(status.st_size));
    std::size_t size = 0;
    while (size < octets.size()) {
        const auto got = ::read(file.get(), octets.data() + size, octets.size() - size);
        if (got < 0 && errno != EINTR) fail("cannot be read");
        if (got == 0) break;
        if (got > 0) size += static_cast<std::size_t>(got);
    }
    octets.resize(size);
    return octets;
}

} // namespace io
