// daemon/io/snapshot_file.hpp - the file of daemon/io/snapshot_pieces.hpp on disk. All of it blocks, and throws
// std::system_error when the disk fails. After an append() that failed nothing may be appended until the file is
// written anew.
#pragma once

#include "daemon/io/snapshot_pieces.hpp"

#include <optional>

namespace io {

class SnapshotFile {
public:
    SnapshotFile(std::string path, const provisioning::Sealer& sealer) : path_(std::move(path)), sealer_(sealer) {}
    ~SnapshotFile() { close(); }
    SnapshotFile(const SnapshotFile&) = delete;
    SnapshotFile& operator=(const SnapshotFile&) = delete;

    /// A new file in place of the one there is, which stays until the new one is on disk whole.
    void write_anew(Batch entries, SystemTime as_of);
    bool is_open() const noexcept { return descriptor_ >= 0; } ///< written anew by us, and not removed since
    /// On disk when it returns.
    void append(Batch& changes, SystemTime as_of);
    /// Writes it anew from what it says, and `changes`. False: it cannot be read any more.
    bool compact(const Batch& changes, SystemTime as_of);
    bool outgrown() const noexcept { return appended_octets_ > limit_octets_; } ///< the changes, the entries
    void outgrow_later() noexcept { limit_octets_ *= 2; }
    /// Nobody is to start from what it says. False: it is still there.
    bool remove() noexcept;

private:
    void close() noexcept;

    std::string path_;
    provisioning::Sealer sealer_;
    int descriptor_ = -1;
    std::optional<PieceSealer> pieces_{};
    std::size_t appended_octets_ = 0, limit_octets_ = 0;
};

/// The octets of a file; nothing: there is none. Throws std::system_error.
std::optional<std::vector<std::uint8_t>> octets_of_file(const std::string& path);

} // namespace io
