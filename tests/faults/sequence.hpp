// tests/faults/sequence.hpp - what a session does, step by step, and what it reports of itself at each: a function of
// its number alone, so that a test may compute it again.
#pragma once

#include <cstdint>

namespace load {

enum class Step : std::uint8_t { login, start, interim, stop, on, off };

inline constexpr const char* name(Step step) noexcept
{
    constexpr const char* names[] = {"login", "start", "interim", "stop", "on", "off"};
    return names[static_cast<int>(step)];
}

/// Acct-Status-Type (RFC 2866 s5.1); login: none.
inline constexpr std::uint32_t status_type(Step step) noexcept
{
    constexpr std::uint32_t types[] = {0, 1, 3, 2, 7, 8};
    return types[static_cast<int>(step)];
}

struct Counted {
    std::uint64_t download = 0, upload = 0;
};

/// What session `number` has counted by its record `record` (0: its Start): never less than before; every fourth goes
/// over 4 GiB.
inline Counted counted(std::uint64_t seed, std::uint64_t number, std::uint32_t record) noexcept
{
    Counted sum;
    for (std::uint32_t i = 1; i <= record; ++i) {
        // splitmix64, http://prng.di.unimi.it/splitmix64.c
        std::uint64_t z = (seed * 0x9e3779b97f4a7c15 + number) * 0x9e3779b97f4a7c15 + i;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        z ^= z >> 31;
        sum.download += number % 4 == 0 ? (z >> 20) % 0x180000000 : (z >> 40);
        sum.upload += z & 0xffffff;
    }
    return sum;
}

} // namespace load
