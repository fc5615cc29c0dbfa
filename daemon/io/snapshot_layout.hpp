// daemon/io/snapshot_layout.hpp - where what stands in a snapshot file, for its writer and its reader.
#pragma once

#include "daemon/io/snapshot_pieces.hpp"

#include <string_view>

namespace io::snapshot_layout {

inline constexpr std::string_view magic = "porteiro snapshot\n", mark = "PSP1";
inline constexpr std::uint32_t version = 1;
inline constexpr std::size_t file_id_octets = 16;
inline constexpr std::size_t versions_at = magic.size(), key_id_at = versions_at + 8, file_id_at = key_id_at + 4,
                             header_octets = file_id_at + file_id_octets;
inline constexpr std::size_t number_at = mark.size(), kind_at = number_at + 4, length_at = kind_at + 1,
                             piece_header_octets = length_at + 4;
inline constexpr std::size_t time_octets = 8;

template <class Number>
void put(std::span<std::uint8_t> octets, Number number) noexcept
{
    for (std::size_t n = sizeof(Number); n-- > 0; number = static_cast<Number>(number >> 8))
        octets[n] = static_cast<std::uint8_t>(number);
}

template <class Number>
Number get(std::span<const std::uint8_t> octets) noexcept
{
    std::uint64_t number = 0;
    for (std::size_t n = 0; n < sizeof(Number); ++n) number = number << 8 | octets[n];
    return static_cast<Number>(number);
}

/// The cipher of one file.
provisioning::Sealer file_sealer(const provisioning::Sealer& sealer, std::span<const std::uint8_t> file_id);

/// A piece's place in its file. The views are of literals.
provisioning::SealContext place_of(std::uint32_t number, PieceSealer::Kind kind) noexcept;

} // namespace io::snapshot_layout
