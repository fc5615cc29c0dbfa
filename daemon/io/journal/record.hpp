// daemon/io/journal/record.hpp - one record as it lies in a segment: marker (4 octets), length of the payload (4),
// sequence number (8), CRC-32C of these (4), CRC-32C of these and the payload (4), payload. Numbers in network order.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace io::journal {

using Octets = std::span<const std::uint8_t>;
using Sequence = std::uint64_t; ///< from 1

constexpr std::size_t record_header_octets = 24;
constexpr std::size_t longest_payload = 64 * 1024;
constexpr std::size_t longest_record = record_header_octets + longest_payload;
constexpr Sequence last_sequence = Sequence{1} << 62; ///< none is higher

/// Makes what was appended to `buffer` behind place `at` (room for the header, then the payload) a record.
void finish_record(std::vector<std::uint8_t>& buffer, std::size_t at, Sequence sequence) noexcept;

struct Record {
    Sequence sequence = 0;
    Octets payload;
};

/// The first record in `octets` that checks.
struct Found {
    std::size_t skipped = 0; ///< octets before it; none found: octets that are part of no record
    std::optional<Record> record;
};
/// `more_follow`: a record that may go on behind `octets` is not skipped.
Found find_record(Octets octets, bool more_follow) noexcept;

} // namespace io::journal
