// daemon/core/octets.hpp - octets that a NAS counts in 32 bits, in 64. Source: RFC 2869 s5.1, s5.2 (gigawords);
// protocol N-08, N-09.
#pragma once

#include <cstdint>
#include <optional>

namespace core {

/// What is known of one direction of a session.
struct OctetsKnown {
    std::uint64_t octets = 0; ///< with what was added
    std::uint32_t gigawords = 0; ///< as the NAS reported them with these octets
    bool gigawords_known = true; ///< false: only the octets are (after a restart)
};
/// Of one report.
struct OctetsReported {
    std::optional<std::uint32_t> octets; ///< nothing: it says nothing of this direction
    std::uint32_t gigawords = 0;
};
enum class Order : std::uint8_t { late, same, later }; ///< of a report's session time to the one that is known

struct OctetsReckoned {
    std::uint64_t octets = 0;
    bool wrapped = false; ///< 2^32 was added at least once
};
/// What the report's octets are in 64 bits. When those that fall have gigawords that stay as they were, the 32 bits
/// have wrapped and nobody counted it: 2^32 is added, at this report and from then on. Gigawords that rise themselves
/// are believed. `known` moves on, unless the report is late or counts less.
OctetsReckoned reckon(OctetsKnown& known, const OctetsReported& reported, Order order, bool may_wrap) noexcept;

} // namespace core
