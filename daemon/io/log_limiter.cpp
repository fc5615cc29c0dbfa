#include "daemon/io/log_limiter.hpp"

#include <boost/container_hash/hash.hpp>

namespace io {

namespace {

constexpr std::size_t most_sources = 4096;
constexpr std::chrono::seconds interval{1};

}  // namespace

std::size_t LogLimiter::KeyHash::operator()(const Key& key) const noexcept
{
    std::size_t seed = boost::hash_range(key.source.octets.begin(), key.source.octets.end());
    boost::hash_combine(seed, key.kind);
    return seed;
}

std::optional<std::uint64_t> LogLimiter::admit(const provisioning::Address& source, std::uint8_t kind, Time now)
{
    if (seen_.size() >= most_sources)
        boost::unordered::erase_if(seen_, [&](const auto& one) { return now - one.second.last >= interval; });
    // A flood of forged sources within one second: those beyond the table stay unlogged, and are counted all the same.
    const Key key{source, kind};
    auto at = seen_.find(key);
    if (at == seen_.end()) {
        if (seen_.size() >= most_sources) return std::nullopt;
        seen_.emplace(key, Seen{now, 0});
        return 1;
    }
    if (now - at->second.last < interval) {
        ++at->second.held_back;
        return std::nullopt;
    }
    const auto count = at->second.held_back + 1;
    at->second = Seen{now, 0};
    return count;
}

} // namespace io
