#include "daemon/core/octets.hpp"

#include <algorithm>

namespace core {

OctetsReckoned reckon(OctetsKnown& known, const OctetsReported& reported, Order order, bool may_wrap) noexcept
{
    if (!reported.octets) return {};
    const std::uint64_t raw = std::uint64_t{reported.gigawords} << 32 | *reported.octets;
    const auto high = static_cast<std::uint32_t>(known.octets >> 32);
    if (!known.gigawords_known && order != Order::late) {
        // What was added before is what the NAS does not account for itself.
        known.gigawords = std::min(reported.gigawords, high);
        known.gigawords_known = true;
    }
    std::uint64_t added = high - std::min(high, known.gigawords);
    if (order == Order::late) { // at most what is known, and so with as much of what was added as fits
        added = raw > known.octets ? 0 : std::min(added, (known.octets - raw) >> 32);
        return {raw + (added << 32), added != 0};
    }
    if (reported.gigawords > known.gigawords)
        added -= std::min<std::uint64_t>(added, reported.gigawords - known.gigawords);
    else if (may_wrap && order == Order::later && reported.gigawords == known.gigawords &&
             raw + (added << 32) < known.octets && high != UINT32_MAX)
        ++added;
    const std::uint64_t octets = raw + (added << 32);
    if (octets >= known.octets) known = {octets, reported.gigawords, true};
    return {octets, added != 0};
}

} // namespace core
