// daemon/io/snapshot_pieces.hpp - the octets of a snapshot file, without the file. Source of the cipher: NIST SP
// 800-38D (provisioning/seal.hpp). Numbers are big-endian.
//   header  "porteiro snapshot\n", format version (4), image version (4), key id (4), file id (16, random)
//   piece   "PSP1", number (4), kind (1), octets that follow (4), sealed: time (8), changes
// Pieces are sealed with a key of their file alone (derived from the daemon's key and the file id) and bound to their
// number and kind, so that none can be moved, left out or taken over from another file. A batch is any number of pieces
// of kind `more` and one of kind `whole`: with that one the directory is true as of its time. The first batch is all
// entries; a batch without its end does not count.
#pragma once

#include "provisioning/directory_image.hpp"
#include "provisioning/seal.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace io {

using SystemTime = std::chrono::system_clock::time_point;

/// Octets with secrets in them: wiped when they die.
class Clear {
public:
    explicit Clear(std::size_t size = 0) : octets_(size) {}
    Clear(Clear&& other) noexcept : octets_(std::exchange(other.octets_, {})) {}
    Clear& operator=(Clear&& other) noexcept
    {
        octets_.swap(other.octets_);
        return *this;
    }
    ~Clear()
    {
        if (octets_.data() != nullptr) ::explicit_bzero(octets_.data(), octets_.size());
    }

    std::vector<std::uint8_t>& octets() noexcept { return octets_; }
    const std::vector<std::uint8_t>& octets() const noexcept { return octets_; }

private:
    std::vector<std::uint8_t> octets_;
};

/// Encoded changes, cut into pieces of about 1 MiB between one change and the next.
class Batch {
public:
    void add(const provisioning::Change& change);
    std::vector<Clear>& pieces(); ///< at least one: of no changes, if there are none
    void apply_to(provisioning::Directory& directory) const;

private:
    std::vector<Clear> pieces_; ///< each begins with room for the time
};
Batch batch_of(const provisioning::Directory& directory);

/// Makes the pieces of one file, in order.
class PieceSealer {
public:
    explicit PieceSealer(const provisioning::Sealer& sealer); ///< draws a file id
    std::vector<std::uint8_t> header() const;
    enum class Kind : std::uint8_t { more = 'm', whole = 'w' };
    /// Writes `time` into `clear` and seals it.
    std::vector<std::uint8_t> piece(Kind kind, Clear& clear, SystemTime time);

private:
    std::array<std::uint8_t, 16> file_id_;
    std::uint32_t key_id_;
    provisioning::Sealer sealer_;
    std::uint32_t number_ = 0;
};

/// Why a file is not used.
enum class SnapshotFault { no_snapshot, other_version, other_key, damaged };
std::string_view name(SnapshotFault fault) noexcept;

struct SnapshotContents {
    std::unique_ptr<provisioning::Directory> directory;
    SystemTime as_of;
    std::size_t torn_octets; ///< of a last batch that was not written to its end
};

/// Reads a whole file. What does not open is passed over if it is the last thing in it (a write that was cut short);
/// with a piece behind it that opens, something has been lost in between: damaged.
boost::system::result<SnapshotContents, SnapshotFault> read_snapshot(std::span<const std::uint8_t> file,
                                                                     const provisioning::Sealer& sealer);

} // namespace io
