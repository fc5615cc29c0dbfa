// daemon/io/journal/checksum.cpp - CRC-32C by tables, eight octets at a time.
#include "daemon/io/journal/checksum.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace io::journal {
namespace {

static_assert(std::endian::native == std::endian::little);

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

/// tables[n][octet]: what `octet` becomes with n octets behind it.
constexpr Tables make_tables()
{
    constexpr std::uint32_t polynomial = 0x82f63b78;
    Tables tables{};
    for (std::uint32_t octet = 0; octet < 256; ++octet) {
        auto value = octet;
        for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? polynomial : 0);
        tables[0][octet] = value;
    }
    for (std::size_t n = 1; n < tables.size(); ++n)
        for (std::size_t octet = 0; octet < 256; ++octet)
            tables[n][octet] = tables[n - 1][octet] >> 8 ^ tables[0][tables[n - 1][octet] & 255];
    return tables;
}
constexpr Tables tables = make_tables();

} // namespace

std::uint32_t crc32c(std::span<const std::uint8_t> octets, std::uint32_t before) noexcept
{
    std::uint32_t crc = ~before;
    const auto* at = octets.data();
    auto left = octets.size();
    for (; left >= 8; left -= 8, at += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, at, sizeof eight);
        eight ^= crc;
        crc = tables[7][eight & 255] ^ tables[6][eight >> 8 & 255] ^ tables[5][eight >> 16 & 255] ^
              tables[4][eight >> 24 & 255] ^ tables[3][eight >> 32 & 255] ^ tables[2][eight >> 40 & 255] ^
              tables[1][eight >> 48 & 255] ^ tables[0][eight >> 56];
    }
    for (; left > 0; --left, ++at) crc = crc >> 8 ^ tables[0][(crc ^ *at) & 255];
    return ~crc;
}

} // namespace io::journal
