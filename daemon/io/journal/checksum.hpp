// daemon/io/journal/checksum.hpp - CRC-32C (Castagnoli), as iSCSI has it. Source: RFC 3720 s12.1, vectors in appendix
// B.4.
#pragma once

#include <cstdint>
#include <span>

namespace io::journal {

/// Of what gave `before` with `octets` behind it.
std::uint32_t crc32c(std::span<const std::uint8_t> octets, std::uint32_t before = 0) noexcept;

} // namespace io::journal
