// daemon/io/journal/segment.hpp - a segment file: its name, its header, and a walk over its records that survives any
// content. Header: magic (8 octets), version (4), CRC-32C of all the other fields (4), first sequence number (8), boot
// id (16).
#pragma once

#include "daemon/io/journal/disk_calls.hpp"
#include "daemon/io/journal/record.hpp"

#include <array>
#include <string>
#include <string_view>

namespace io::journal {

constexpr std::size_t segment_header_octets = 40;
using BootId = std::array<std::uint8_t, 16>;
using SegmentHeader = std::array<std::uint8_t, segment_header_octets>;

BootId present_boot(); ///< zeros when the system does not say
SegmentHeader segment_header(Sequence first, const BootId& boot) noexcept;
/// Whether the monotonic clock still runs by which its records were stamped. later_version: its records have a form
/// that is not known here.
enum class HeaderState { this_boot, other_boot, damaged, later_version };
HeaderState check_segment_header(Octets octets, const BootId& boot) noexcept;

std::string segment_name(Sequence first); ///< "00000000000000000001.journal"
std::optional<Sequence> segment_of_name(std::string_view name) noexcept;

class SegmentWalk {
public:
    /// From `offset` to `end`, where the file may well be shorter. The file must outlive it.
    SegmentWalk(DiskCalls& disk, int file, std::uint64_t offset, std::uint64_t end);

    std::optional<Record> next(); ///< the payload lives until the next call
    std::uint64_t offset() const noexcept { return record_end_; } ///< behind the last record
    /// Octets between records that are part of none.
    std::uint64_t damaged() const noexcept { return damaged_; }
    /// When next() gave nothing: octets behind the last record. Zeros at the end are space that is not used yet.
    std::uint64_t tail() const noexcept { return used_ > record_end_ ? used_ - record_end_ : 0; }

private:
    bool load();
    void skip(std::size_t octets) noexcept;

    DiskCalls& disk_;
    int file_;
    std::uint64_t loaded_; ///< offset behind what is in the buffer
    std::uint64_t end_;
    std::uint64_t record_end_, used_;
    std::uint64_t damaged_ = 0;
    std::vector<std::uint8_t> buffer_;
    Octets left_; ///< of the buffer
};

} // namespace io::journal
